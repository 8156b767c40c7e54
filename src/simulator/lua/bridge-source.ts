/**
 * The Lua side of the bridge. Objects of the host are empty tables whose methods call the host. Where its answer comes later, the script is
 * suspended; so it may wait anywhere, also inside `pcall`, iterators and its own coroutines.
 */
export const bridgeSource = String.raw`
local yield, resume, create, status = coroutine.yield, coroutine.resume, coroutine.create, coroutine.status
local pack, unpack, concat = table.pack, table.unpack, table.concat
local find, gsub, sub, format, rep = string.find, string.gsub, string.sub, string.format, string.rep
local tonumber, tostring, rawtype, error, pcall, select, next = tonumber, tostring, type, error, pcall, select, next
local setmetatable, getmetatable, rawget, rawset, pairs, load = setmetatable, getmetatable, rawget, rawset, pairs, load
local setupvalue, getupvalue, upvaluejoin, getinfo = debug.setupvalue, debug.getupvalue, debug.upvaluejoin, debug.getinfo

-- LuaState has put its own function in the place of this one
local direct = os.exit
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
    local id = ids[value]
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

-- NUL and 1 cross as two bytes each, because the host pushes C strings.
local function escaped(text)
  return find(text, '[\1%z]') and (gsub(gsub(text, '\1', '\1o'), '%z', '\1z')) or text
end
local function unescaped(text)
  return find(text, '\1', 1, true) and gsub(gsub(text, '\1z', '\0'), '\1o', '\1') or text
end

local function encodeAll(...)
  local out = {}
  for i = 1, select('#', ...) do encode(out, (select(i, ...))) end
  return escaped(concat(out))
end

-- The object of the host that has this id; ids are texts.
local function object(id, kind)
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
  if kind == 'o' then
    local space = find(body, ' ', 1, true)
    return object(sub(body, 1, space - 1), sub(body, space + 1)), after
  end
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
local function argumentProblem(index, problem, deeper)
  local call = getinfo(3 + (deeper and 2 or 0), 'nt')
  local name = not call.istailcall and call.name or '?'
  if name ~= '?' and call.namewhat == 'method' then
    index = index - 1
    if index == 0 then return "calling '" .. name .. "' on bad self (" .. problem .. ')' end
  end
  return 'bad argument #' .. index .. " to '" .. name .. "' (" .. problem .. ')'
end

-- An answer as a packed list; a refusal is an error at the line of the script, two levels up. The text is what the host has said so far:
-- '?' that the arguments have to be encoded, 'w' that the answer comes later.
local function ask(operation, text, ...)
  if text == '?' then
    local _
    _, text = direct(operation, '', encodeAll(...))
  end
  if text == 'w' then text = yield(HOST) end
  local answer = decodeAll(unescaped(text))
  if answer[1] then return answer end
  local problem, argument = answer[2], answer[3]
  if argument == 0 then error(problem, 0) end
  error(argument and argumentProblem(argument, problem) or problem, 3)
end

-- Mostly texts go in and nothing, one text or one object comes out; those cross as they are.
local function method(operation)
  return function(...)
    local value, text, kind = direct(operation, ids[(...)], select(2, ...))
    if kind then return object(value, kind) end
    if text then
      local answer = ask(operation, text, ...)
      return unpack(answer, 2, answer.n)
    end
    if value == nil then return end
    return value
  end
end

local function iterator(operation)
  return function(self)
    local answer = ask(operation, '?', self)
    local list, i = answer[2], -1
    return function()
      i = i + 2
      if list[i] == nil then
        if i > 0 then
          i = -1000000
          local _ = ask(operation .. ' done', '?', self)
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
        local _ = ask('handle bodyChunks', '?', self)
        return function()
          local answer = ask('handle nextChunk', '?', self)
          return unpack(answer, 2, answer.n)
        end
      end
    else class[name] = method(kind .. ' ' .. name) end
  end
  kinds[kind] = class
end

-- Nothing when the script is through, 'w' while it waits, otherwise its error.
local function report(id, thread, ok, first)
  threads[id] = nil
  if not ok then
    return encodeAll((rawtype(first) == 'string' or rawtype(first) == 'number') and tostring(first) or 'unspecified lua error')
  end
  if status(thread) == 'dead' then return nil end
  if first ~= HOST then return encodeAll('script performed an unexpected yield') end
  threads[id] = thread
  return 'w'
end

local function start(id, name, argument, kind)
  local thread = create(_G[name])
  return report(id, thread, resume(thread, object(argument, kind)))
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

function commands.answer(id, text) return report(id, threads[id], resume(threads[id], text)) end

function commands.forget(id) threads[id] = nil return '' end
`;
