/**
 * Makes Lua 5.2 look like LuaJIT 2.1 with its 5.2 extensions, which is what Envoy embeds. Part of the prelude: it sees the locals of `bridgeSource`.
 */
export const luajitSource = String.raw`
-- What LuaJIT has and Lua 5.2 has not, or the other way round

-- Questions to the host pass through coroutines of the script.
local function pass(co, ok, first, ...)
  if ok and first == HOST then return pass(co, resume(co, yield(HOST, ...))) end
  return ok, first, ...
end
function coroutine.resume(co, ...) return pass(co, resume(co, ...)) end
local function checked(ok, ...)
  if ok then return ... end
  error((...), 0)
end
function coroutine.wrap(f)
  local co = create(f)
  return function(...) return checked(pass(co, resume(co, ...))) end
end
function coroutine.isyieldable() return select(2, coroutine.running()) == false end

-- What a C function of Lua complained about, called for a function of ours: names the line of the script, and the name it called.
local function complain(problem)
  problem = gsub(tostring(problem), "^bad argument #(%d+) to '[^']*' %((.*)%)$", function(index, text)
    return (argumentProblem(tonumber(index), text, true))
  end)
  error(problem, 3)
end

-- The C function would stand between a metamethod and the host.
function _G.pairs(...)
  local value = ...
  local class = getmetatable(value)
  local own = rawtype(class) == 'table' and rawget(class, '__pairs')
  if own then return own(value) end
  if ids[value] then error("bad argument #1 to 'pairs' (table expected, got userdata)", 2) end
  local ok, iterate, state, first = pcall(pairs, ...)
  if not ok then complain(iterate) end
  return iterate, state, first
end

function type(...)
  if select('#', ...) == 0 then error("bad argument #1 to 'type' (value expected)", 2) end
  local value = ...
  return ids[value] and 'userdata' or rawtype(value)
end

function _G.setmetatable(...)
  if ids[(...)] then error("bad argument #1 to 'setmetatable' (table expected, got userdata)", 2) end
  local ok, result = pcall(setmetatable, ...)
  if not ok then complain(result) end
  return result
end

function _G.tostring(...)
  local value = ...
  if value ~= value then return 'nan' end
  local ok, result = pcall(tostring, ...)
  if not ok then complain(result) end
  return ids[value] and gsub(result, 'table', 'userdata') or result
end

-- Integers are 32 bits wide in this build and 64 in LuaJIT: wider ones are printed as floats without decimals.
function string.format(...)
  local arguments = pack(...)
  local layout = arguments[1]
  local wide = false
  for i = 2, arguments.n do
    local value = rawtype(arguments[i]) == 'number' and arguments[i] or 0
    wide = wide or value >= 2147483648 or value < -2147483648
  end
  if wide and rawtype(layout) == 'string' then
    local i = 1
    arguments[1] = gsub(layout, '%%([-+ #0]*%d*%.?%d*)([%a%%])', function(flags, kind)
      if kind == '%' then return nil end
      i = i + 1
      local value = arguments[i]
      if rawtype(value) ~= 'number' or (value < 2147483648 and value >= -2147483648) then return nil end
      if kind == 'd' or kind == 'i' or kind == 'u' then
        arguments[i] = value < 0 and -math.floor(-value) or math.floor(value)
        return '%' .. flags .. '.0f'
      end
      if kind == 'x' or kind == 'X' then
        arguments[i] = format('%' .. kind, math.floor(value / 4294967296)) .. format('%08' .. kind, value % 4294967296)
        return '%' .. gsub(flags, '[0#]', '') .. 's'
      end
      return nil
    end)
  end
  local ok, result = pcall(format, unpack(arguments, 1, arguments.n))
  if not ok then complain(result) end
  return result
end

-- A replacement function may ask the host, so the C function must not be on the stack.
function string.gsub(text, pattern, replacement, ...)
  if rawtype(replacement) ~= 'function' or rawtype(text) ~= 'string' or rawtype(pattern) ~= 'string' then
    local ok, result, count = pcall(gsub, text, pattern, replacement, ...)
    if not ok then complain(result) end
    return result, count
  end
  local most = ...
  text = tostring(text)
  local out, at, count = {}, 1, 0
  local anchored = sub(pattern, 1, 1) == '^'
  while (not most or count < most) and at <= #text + 1 do
    local found = pack(find(text, pattern, at))
    local first, last = found[1], found[2]
    if not first then break end
    count = count + 1
    local whole = sub(text, first, last)
    local value
    if found.n > 2 then value = replacement(unpack(found, 3, found.n)) else value = replacement(whole) end
    if value and rawtype(value) ~= 'string' and rawtype(value) ~= 'number' then
      error('invalid replacement value (a ' .. type(value) .. ')', 2)
    end
    out[#out + 1] = sub(text, at, first - 1)
    out[#out + 1] = value and tostring(value) or whole
    if last < first then
      out[#out + 1] = sub(text, first, first)
      at = first + 1
    else
      at = last + 1
    end
    if anchored then break end
  end
  out[#out + 1] = sub(text, at)
  return concat(out), count
end

local function environmentAt(f)
  for i = 1, 255 do
    local name = getupvalue(f, i)
    if name == '_ENV' then return i end
    if name == nil then return nil end
  end
end
local function functionAt(f)
  if rawtype(f) == 'function' then return f end
  return getinfo((f or 1) + 2, 'f').func
end
function getfenv(f)
  local at = f ~= 0 and environmentAt(functionAt(f))
  if at then return (select(2, getupvalue(functionAt(f), at))) end
  return _G
end
function setfenv(f, environment)
  local target = functionAt(f)
  local at = environmentAt(target)
  if at then
    upvaluejoin(target, at, function() return environment end, 1)
    setupvalue(target, at, environment)
  end
  return target
end
function gcinfo() return collectgarbage('count') end
function newproxy(meta)
  local proxy = setmetatable({}, meta == true and {} or rawtype(meta) == 'table' and getmetatable(meta) or nil)
  return proxy
end
function table.getn(list) return #list end
function table.foreach(list, f)
  for key, value in pairs(list) do
    local result = f(key, value)
    if result ~= nil then return result end
  end
end
function table.foreachi(list, f)
  for i = 1, #list do
    local result = f(i, list[i])
    if result ~= nil then return result end
  end
end
function table.move(from, first, last, at, to)
  to = to or from
  if at > first then
    for i = last - first, 0, -1 do to[at + i] = from[first + i] end
  else
    for i = 0, last - first do to[at + i] = from[first + i] end
  end
  return to
end

local bit32 = bit32
local function signed(n) return n >= 2147483648 and n - 4294967296 or n end
bit = {
  tobit = function(a) return signed(bit32.band(a)) end,
  bnot = function(a) return signed(bit32.bnot(a)) end,
  band = function(...) return signed(bit32.band(...)) end,
  bor = function(...) return signed(bit32.bor(...)) end,
  bxor = function(...) return signed(bit32.bxor(...)) end,
  lshift = function(a, n) return signed(bit32.lshift(a, n % 32)) end,
  rshift = function(a, n) return signed(bit32.rshift(a, n % 32)) end,
  arshift = function(a, n) return signed(bit32.arshift(a, n % 32)) end,
  rol = function(a, n) return signed(bit32.lrotate(a, n)) end,
  ror = function(a, n) return signed(bit32.rrotate(a, n)) end,
  bswap = function(a)
    local b = bit32.band
    return signed(bit32.bor(bit32.lshift(b(a, 255), 24), bit32.lshift(b(bit32.rshift(a, 8), 255), 16), bit32.lshift(b(bit32.rshift(a, 16), 255), 8), bit32.rshift(a, 24)))
  end,
  tohex = function(a, n)
    n = n or 8
    local text = format(n < 0 and '%08X' or '%08x', bit32.band(a))
    n = n < 0 and -n or n
    return n >= 8 and text or sub(text, -n)
  end,
}
_G.bit32 = nil
jit = { version = 'LuaJIT 2.1.ROLLING', version_num = 20199, os = 'Linux', arch = 'x64', status = function() return false end, on = function() end, off = function() end, flush = function() end }
_VERSION = 'Lua 5.1'
for name, library in pairs({ bit = bit, jit = jit }) do package.loaded[name] = library end
package.loaded.bit32 = nil
package.loaders = package.searchers

-- There is no output, no file and no process.
function print() end
function os.exit() error('os.exit ends Envoy itself; it is not carried out here', 2) end
local variables = {}
function commands.environment(values) variables = values return '' end
os.getenv = function(name) return variables[name] end
io.write = function() return io.stdout end
`;
