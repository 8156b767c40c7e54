/**
 * The Lua side of the bridge. Objects of the host are empty tables whose methods suspend the script with a question for the host
 * and go on with its answer; so the script may wait anywhere, also inside `pcall`, iterators and its own coroutines. The chunk
 * answers with one function, `dispatch`, that takes and gives one text (`codec.ts`).
 *
 * The second part makes Lua 5.2 look like LuaJIT 2.1 with its 5.2 extensions, which is what Envoy embeds.
 */
export const prelude = String.raw`
local yield, resume, create, status = coroutine.yield, coroutine.resume, coroutine.create, coroutine.status
local pack, unpack, concat = table.pack, table.unpack, table.concat
local find, gsub, sub, format, rep = string.find, string.gsub, string.sub, string.format, string.rep
local tonumber, tostring, rawtype, error, pcall, select, next = tonumber, tostring, type, error, pcall, select, next
local setmetatable, getmetatable, rawget, rawset, pairs, load = setmetatable, getmetatable, rawget, rawset, pairs, load
local setupvalue, getupvalue, upvaluejoin, getinfo = debug.setupvalue, debug.getupvalue, debug.upvaluejoin, debug.getinfo

local HOST = {}
local ids = setmetatable({}, { __mode = 'k' })
local objects = setmetatable({}, { __mode = 'v' })
local kinds = {}
local threads = {}

-- Values as text

local function encode(out, value)
  local kind = rawtype(value)
  if value == nil then
    out[#out + 1] = 'z'
  elseif kind == 'string' then
    out[#out + 1] = 's' .. #value .. ':' .. value
  elseif kind == 'number' then
    local text = format('%.17g', value)
    out[#out + 1] = 'n' .. #text .. ':' .. text
  elseif kind == 'boolean' then
    out[#out + 1] = value and 'b1:1' or 'b1:0'
  elseif ids[value] then
    local id = tostring(ids[value])
    out[#out + 1] = 'o' .. #id .. ':' .. id
  elseif kind == 'table' then
    local at, count = #out + 1, 0
    out[at] = ''
    for key, item in next, value do
      encode(out, key)
      encode(out, item)
      count = count + 1
    end
    out[at] = 't' .. #tostring(count) .. ':' .. count
  else
    out[#out + 1] = 'x' .. #kind .. ':' .. kind
  end
end

local function encodeAll(...)
  local out = {}
  for i = 1, select('#', ...) do encode(out, (select(i, ...))) end
  return (gsub(gsub(concat(out), '\1', '\1o'), '\0', '\1z'))
end

local function object(text)
  local _, _, id, kind = find(text, '^(%d+) (.*)$')
  id = tonumber(id)
  local known = objects[id]
  if not known then
    known = setmetatable({}, kinds[kind])
    ids[known] = id
    objects[id] = known
  end
  return known
end

local function decode(text, at)
  local kind = sub(text, at, at)
  if kind == 'z' then return nil, at + 1 end
  local colon = find(text, ':', at, true)
  local length = tonumber(sub(text, at + 1, colon - 1))
  local body = sub(text, colon + 1, colon + length)
  local after = colon + length + 1
  if kind == 's' then return body, after end
  if kind == 'n' then return tonumber(body), after end
  if kind == 'b' then return body == '1', after end
  if kind == 'o' then return object(body), after end
  local result = {}
  for _ = 1, tonumber(body) do
    local key, value
    key, after = decode(text, after)
    value, after = decode(text, after)
    if key ~= nil then result[key] = value end
  end
  return result, after
end

local function decodeAll(text)
  local values, count, at = {}, 0, 1
  while at <= #text do
    count = count + 1
    values[count], at = decode(text, at)
  end
  values.n = count
  return values
end

-- Questions to the host

-- How C functions complain about an argument (luaL_argerror); the index counts the object itself.
local function argumentProblem(index, problem)
  local call = getinfo(3, 'nt')
  local name = not call.istailcall and call.name or '?'
  if name ~= '?' and call.namewhat == 'method' then
    index = index - 1
    if index == 0 then return "calling '" .. name .. "' on bad self (" .. problem .. ')' end
  end
  return 'bad argument #' .. index .. " to '" .. name .. "' (" .. problem .. ')'
end

-- The answer as a packed list; a refusal is an error at the line of the script, two levels up.
local function ask(operation, ...)
  local answer = decodeAll(yield(HOST, operation, ...))
  if answer[1] then return answer end
  local problem, argument = answer[2], answer[3]
  if argument == 0 then error(problem, 0) end
  error(argument and argumentProblem(argument, problem) or problem, 3)
end

local function method(operation)
  return function(...)
    local answer = ask(operation, ...)
    return unpack(answer, 2, answer.n)
  end
end

local function iterator(operation)
  return function(self)
    local answer = ask(operation, self)
    local list, i = answer[2], -1
    return function()
      i = i + 2
      if list[i] == nil then
        if i > 0 then
          i = -1000000
          local _ = ask(operation .. ' done', self)
        end
        return nil
      end
      return list[i], list[i + 1]
    end
  end
end

local function define(kind, names)
  local class = { __name = kind }
  class.__index = class
  class.__newindex = function() error("attempt to index a userdata value", 2) end
  for name in names:gmatch('%S+') do
    if name == '__pairs' then class.__pairs = iterator(kind .. ' pairs')
    elseif name == 'bodyChunks' then
      class.bodyChunks = function(self)
        local _ = ask('handle bodyChunks', self)
        return function()
          local answer = ask('handle nextChunk', self)
          return unpack(answer, 2, answer.n)
        end
      end
    else class[name] = method(kind .. ' ' .. name) end
  end
  kinds[kind] = class
end

local function report(id, ok, first, ...)
  local thread = threads[id]
  if not ok then
    threads[id] = nil
    return encodeAll('error', (rawtype(first) == 'string' or rawtype(first) == 'number') and tostring(first) or 'unspecified lua error')
  end
  if status(thread) == 'dead' then
    threads[id] = nil
    return encodeAll('done')
  end
  if first == HOST then return encodeAll('ask', ...) end
  threads[id] = nil
  return encodeAll('error', 'script performed an unexpected yield')
end

local commands = {}

function commands.define(kind, names) define(kind, names) return '' end

-- A table of numbers that scripts find among the globals.
function commands.constants(name, values) _G[name] = values return '' end

function commands.run(code)
  local chunk, problem = load(code, code)
  if not chunk then return encodeAll(false, problem) end
  local ok, failure = pcall(chunk)
  if not ok then return encodeAll(false, rawtype(failure) == 'string' and failure or 'unspecified lua error') end
  return encodeAll(true)
end

function commands.has(name) return encodeAll(rawtype(_G[name]) == 'function') end

function commands.start(id, name, argument)
  local thread = create(_G[name])
  threads[id] = thread
  return report(id, resume(thread, argument))
end

function commands.answer(id, text) return report(id, resume(threads[id], text)) end

function commands.forget(id) threads[id] = nil return '' end

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

-- The C function would stand between a metamethod and the host.
function _G.pairs(value)
  local class = getmetatable(value)
  local own = rawtype(class) == 'table' and rawget(class, '__pairs')
  if own then return own(value) end
  if ids[value] then error("bad argument #1 to 'pairs' (table expected, got userdata)", 2) end
  return pairs(value)
end

function type(...)
  if select('#', ...) == 0 then error("bad argument #1 to 'type' (value expected)", 2) end
  local value = ...
  return ids[value] and 'userdata' or rawtype(value)
end

-- A replacement function may ask the host, so the C function must not be on the stack.
function string.gsub(text, pattern, replacement, ...)
  if rawtype(replacement) ~= 'function' then return gsub(text, pattern, replacement, ...) end
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
os.getenv = function(name) return commands.environment and commands.environment[name] or nil end
io.write = function() return io.stdout end

return function(command, text)
  if find(text, '\1', 1, true) then
    text = gsub(gsub(text, '\1z', '\0'), '\1o', '\1')
  end
  local arguments = decodeAll(text)
  return commands[command](unpack(arguments, 1, arguments.n))
end
`;
