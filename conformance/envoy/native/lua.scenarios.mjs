/** The lua filter: every object of the stream handle, waiting for bodies and answers, errors, routes. */
import { sign, createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { anyAddress, get, http, perRoute, routes, scenario, show, wasm } from './lab.mjs';
import { derPublicKey } from './jwt-keys.mjs';

export const scenarios = [];

/** LuaJIT walks tables in an order that is different in every process. */
const sorted = { sort: 'callouts' };
const lua = (code, more = {}) =>
  http('lua', 'lua.v3.Lua', { ...(code === undefined ? {} : { default_source_code: { inline_string: code } }), ...more });
const save = (name, description, input) => scenarios.push(scenario(`lua-${name}`, description, { upstream: { status: 200 }, ...input }));

/** Shows values of every type, and calls functions so that failures show as well. */
const helpers = `
local function shown(v)
  if type(v) ~= 'table' then return tostring(v) end
  local keys = {}
  for a, b in pairs(v) do keys[#keys + 1] = tostring(a) .. '=' .. shown(b) end
  table.sort(keys)
  return '{' .. table.concat(keys, ',') .. '}'
end
local function packed(...) return { n = select('#', ...), ... } end
local function say(h, name, f)
  local r, out = packed(pcall(f)), {}
  for i = 1, r.n do out[i] = shown(r[i]) end
  h:logInfo(name .. ' -> ' .. table.concat(out, ' | '))
end
`;
const saying = (list) => list.map((text) => `  say(h, [==[${text}]==], function() return ${text} end)`).join('\n');

/** A script in which request header `x-n` chooses what is done. */
const chosen = (list, response = '') => `
function envoy_on_request(h)
  local tries = {
${list.map((text) => `    function()\n      ${text}\n    end,`).join('\n')}
  }
  tries[tonumber(h:headers():get('x-n'))]()
end
${response}`;
const numbered = (list) => list.map((_, i) => get('/', [['x-n', String(i + 1)]]));

const headerCalls = [
  "h:headers():get('missing')",
  "h:headers():get('x-two')",
  "h:headers():get('X-Two')",
  "h:headers():getAtIndex('x-two', 1)",
  "h:headers():getAtIndex('x-two', 2)",
  "h:headers():getAtIndex('x-two', -1)",
  "h:headers():getAtIndex('x-two', '0')",
  "h:headers():getNumValues('x-two')",
  "h:headers():getNumValues('none')",
  "h:headers():add('X-New', 'y')",
  "h:headers():add('x-num', 1 / 3)",
  'h:headers():add(5, 6)',
  "h:headers():replace('x-two', 'one')",
  "h:headers():replace('x-fresh', 'z')",
  "h:headers():remove('X-Gone')",
  "h:headers():remove('none')",
  "h:headers():get(':path')",
  "h:headers():replace(':path', '/new')",
  "h:headers():add('user-agent', 'b')",
  "h:headers():setHttp1ReasonPhrase('x')",
  'h:headers() == h:headers()',
  "h:requestHeaders():get(':path')",
  "h:requestHeaders():add('x-rh', '1')",
  'type(h)',
  'type(h:headers())',
  'h.nothing',
];
save('headers', 'All methods of header maps in both directions, and iteration over them.', {
  filters: [
    lua(`${helpers}
local function list(h)
  for name, value in pairs(h:headers()) do h:logInfo(name .. '=' .. value) end
end
function envoy_on_request(h)
${saying(headerCalls)}
  list(h)
end
function envoy_on_response(h)
${saying(headerCalls.slice(0, 15))}
  list(h)
  h:headers():replace(':status', '201')
end`),
  ],
  request: get('/old', [
    ['x-two', 'a'],
    ['x-two', 'b'],
    ['x-gone', '1'],
    ['user-agent', 'a'],
  ]),
  upstream: {
    status: 200,
    headers: [
      ['x-two', 'c'],
      ['x-two', 'd'],
      ['x-gone', '2'],
      ['vary', 'a'],
    ],
    body: 'x',
  },
});

const luaMetadata = {
  filter_metadata: {
    'envoy.filters.http.lua': { foo: 'bär', list: [1, 'two', { three: 3 }], obj: { a: { b: 'c' } }, n: 1.25, b: false, z: null },
  },
};
const infoCalls = [
  ...['foo', 'missing', 'list', 'obj', 'n', 'b', 'z'].map((name) => `h:metadata():get('${name}')`),
  "h:route():metadata():get('foo')",
  "h:virtualHost():metadata():get('vh')",
  "h:virtualHost():metadata():get('foo')",
  "h:filterContext():get('k')",
  "h:filterContext():get('no')",
  'h:streamInfo():protocol()',
  'h:streamInfo():routeName()',
  'h:streamInfo():virtualClusterName()',
  'h:streamInfo():downstreamLocalAddress()',
  'h:streamInfo():downstreamDirectLocalAddress()',
  'h:streamInfo():downstreamRemoteAddress()',
  'h:streamInfo():downstreamDirectRemoteAddress()',
  'h:streamInfo():requestedServerName()',
  'h:streamInfo():downstreamSslConnection()',
  "h:streamInfo():dynamicMetadata():get('none')",
  "h:streamInfo():dynamicMetadata():set('a', 'k', { 1, 2, { x = 'y' } })",
  "h:streamInfo():dynamicMetadata():set('a', 'k2', {})",
  "h:streamInfo():dynamicMetadata():set('a', 'k3', nil)",
  "h:streamInfo():dynamicMetadata():set('a', 'k4', true)",
  "h:streamInfo():dynamicMetadata():set('a', 'k5', 1.5)",
  "h:streamInfo():dynamicMetadata():set('a', 'k6', { [1] = 'x', [3] = 'z' })",
  "h:streamInfo():dynamicMetadata():get('a')",
  "h:streamInfo():dynamicTypedMetadata('a')",
  "h:streamInfo():filterState():get('none')",
  "h:streamInfo():filterState():set('lua.key', 'envoy.string', 'v1')",
  "h:streamInfo():filterState():set('lua.key2', 'nosuch.factory', 'v1')",
  "h:streamInfo():filterState():get('lua.key')",
  "h:streamInfo():filterState():get('lua.key', 'field')",
  'h:streamInfo():drainConnectionUponCompletion()',
  'h:connection():ssl()',
  "h:connectionStreamInfo():dynamicMetadata():get('x')",
  "h:connectionStreamInfo():dynamicTypedMetadata('x')",
  'h:streamInfo() == h:streamInfo()',
];
save('info', 'Metadata of route, virtual host and filter, stream info, dynamic metadata, filter state, connection.', {
  filters: [
    lua(
      `${helpers}
function envoy_on_request(h)
${saying(infoCalls)}
  for name, value in pairs(h:streamInfo():dynamicMetadata()) do h:logInfo(name .. '=' .. shown(value)) end
  for name, value in pairs(h:filterContext()) do h:logInfo(name .. '=' .. shown(value)) end
end
function envoy_on_response(h)
${saying(infoCalls.slice(0, 22))}
end`,
      { filter_context: { k: { a: 1, b: ['x'] } } },
    ),
    show([
      ['x-k', '%DYNAMIC_METADATA(a:k)% %DYNAMIC_METADATA(a:k6)% %DYNAMIC_METADATA(a:k5)%'],
      ['x-state', '%FILTER_STATE(lua.key:PLAIN)%'],
    ]),
  ],
  routes: {
    virtual_hosts: [
      {
        name: 'v',
        domains: ['*'],
        metadata: { filter_metadata: { 'envoy.filters.http.lua': { vh: 'yes' } } },
        routes: [{ name: 'r1', match: { prefix: '/' }, route: { cluster: 'upstream' }, metadata: luaMetadata }],
      },
    ],
  },
  request: {},
});

save('text-and-time', 'base64, timestamps, log levels, Lua of LuaJIT: bit operations, numbers, strings.', {
  filters: [
    lua(`${helpers}
function envoy_on_request(h)
${saying(["h:base64Escape('a\\0b?')", "h:base64Escape('')", "h:base64Decode('YQBiPw==')", "h:base64Decode('YQBiPw')", "h:base64Decode('YQ-_')", "h:base64Decode('!!')", "h:base64Decode('')", 'type(h:timestamp())', '#h:timestampString()', '#h:timestampString(EnvoyTimestampResolution.MICROSECOND)', '#h:timestampString(EnvoyTimestampResolution.MILLISECOND)', 'EnvoyTimestampResolution.MILLISECOND', '10 / 2', '2 ^ 53', '1e15', '0x10', '-7 % 3', '7 % -3', '1 / 0', 'tostring(0 / 0)', '100000000000000', '123456789012345678', '0.1 + 0.2', "'5' + 3", "10 .. ''", 'bit.band(0xff, 0x0f)', 'bit.bor(1, 2)', 'bit.bxor(5, 1)', 'bit.bnot(0)', 'bit.lshift(1, 31)', 'bit.rshift(-1, 28)', 'bit.arshift(-256, 4)', 'bit.rol(0x12345678, 8)', 'bit.tohex(255)', 'bit.tohex(-1, 4)', 'bit.tohex(10, -2)', 'bit.bswap(1)', "string.format('%d %5.2f %s %q %x %g', 3.7, 2.345, 'x', 'a\"b', 255, 1e20)", "('a,b,,c'):gsub(',', ';')", "('abc'):gsub('%w', '%0%0')", "('hello world'):gsub('o', { o = '0' })", "('abc'):gsub('', '-')", "('x y'):find(' ')", "('key=val'):match('(%w+)=(%w+)')", "('abc'):rep(3, '-')", "('abc'):byte(1, -1)", '#table.pack(1, nil, 3)', 'select(-1, 1, 2, 3)', 'unpack({ 1, 2, 3 })', "tonumber('0x1p4')", "tonumber('10', 2)", "tonumber('z', 36)", "tonumber('')", 'math.max(1, 5, 3)', 'math.floor(-1.5)', "table.concat({ 1, 2, 3 }, '-', 2)", 'type(nil)', "loadstring('return 1 + 1')()", 'pcall(error, { 1 })', 'rawlen({ 1, 2 })', '_VERSION', 'coroutine.wrap(function(a) local b = coroutine.yield(a + 1) return b * 2 end)(5)', 'next({})', "string.format('%5s|%-5s|%05d', 'a', 'b', 42)", "('%d'):format(2 ^ 31)", 'jit ~= nil', "os.date('!%Y-%m-%dT%H:%M:%S', 86400)", 'os.time({ year = 2000, month = 1, day = 1, hour = 0 }) > 0', 'os.getenv("NOT_SET_ANYWHERE")'])}
  h:logTrace('trace') h:logDebug('debug') h:logInfo('info') h:logWarn('warn') h:logErr('err') h:logCritical('critical')
  h:headers():logInfo('from the headers') h:streamInfo():logWarn('from the info')
  print('not in the log')
  goto over
  h:logInfo('never')
  ::over::
  local env = setmetatable({}, { __index = _G })
  setfenv(function() made = 1 end, env)()
  h:logInfo(tostring(env.made) .. ' ' .. tostring(made))
end`),
  ],
  request: {},
});

const bodyCode = `${helpers}
function envoy_on_request(h)
  local early = h:headers()
  say(h, 'body', function() local b = h:body() return b:length(), b:getBytes(0, 2), b:getBytes(1, b:length() - 1) end)
  say(h, 'bounds', function() return h:body():getBytes(0, 100) end)
  say(h, 'negative', function() return h:body():getBytes(-1, 1) end)
  say(h, 'set', function() return h:body():setBytes('new body') end)
  say(h, 'early', function() return early:get(':path') end)
  say(h, 'chunks', function() return h:bodyChunks() end)
  say(h, 'late', function() return h:headers():add('late', '1') end)
  say(h, 'trailers', function() local t = h:trailers() return t and t:get('x-t') end)
  say(h, 'later', function() return h:headers():add('later', '1') end)
end
function envoy_on_response(h)
  say(h, 'none', function() return type(h:body()) end)
  say(h, 'wrapped', function() return h:body(true):length() end)
  say(h, 'trailers', function() return h:trailers() end)
end`;
save('whole-body', 'body() in pieces, with trailers, and where there is none.', {
  filters: [lua(bodyCode)],
  request: [
    { bodyChunks: ['abc', 'defg'], trailers: [['x-t', 'tv']] },
    { bodyChunks: ['abc', 'defg'] },
    { body: 'one piece' },
    { body: 'a', trailers: [['x-t', 'u']] },
  ],
  upstream: { echo: true },
});
save('body-chunks', 'bodyChunks() sees and changes pieces as they pass, trailers() waits for the end.', {
  filters: [
    lua(`${helpers}
local function watch(h)
  local n = 0
  for chunk in h:bodyChunks() do
    n = n + 1
    h:logInfo(n .. ': ' .. chunk:length() .. ' ' .. chunk:getBytes(0, chunk:length()))
    if n == 2 then chunk:setBytes('<' .. chunk:getBytes(0, chunk:length()) .. '>') end
    say(h, 'headers', function() return h:headers():add('x-late', 'no') end)
    say(h, 'body', function() return h:body() end)
  end
  local t = h:trailers()
  h:logInfo('trailers ' .. tostring(t and t:get('x-t')))
  if t then t:add('x-added', tostring(n)) t:remove('x-t') end
  for name, value in pairs(t or {}) do h:logInfo(name .. '=' .. value) end
end
envoy_on_request = watch
envoy_on_response = watch`),
  ],
  request: [{ bodyChunks: ['aa', 'bb', 'cc'], trailers: [['x-t', '1']] }, { bodyChunks: ['aa', 'bb'] }, {}],
  upstream: { status: 200, bodyChunks: ['dd', 'ee'], trailers: [['x-t', '2']] },
});
save('trailers-wait', 'trailers() without reading the body, headers after that, respond when nothing has gone on.', {
  filters: [
    lua(`${helpers}
function envoy_on_request(h)
  local how = h:headers():get('x-how')
  local t = h:trailers()
  h:logInfo(tostring(t))
  say(h, 'headers', function() return h:headers():add('x-after', '1') end)
  if how == 'respond' then h:respond({ [':status'] = '207' }, 'from the trailers') end
end`),
  ],
  request: [
    get('/', [['x-how', 'go']], { body: 'abc' }),
    get('/', [['x-how', 'respond']], { trailers: [['x', 'y']] }),
    get('/', [['x-how', 'respond']]),
  ],
  normalise: [{ pattern: 'userdata: 0x[0-9a-f]+|userdata: \\(nil\\)|table: 0x[0-9a-f]+', replace: 'an object' }],
  upstream: { echo: true },
});
const respondCalls = [
  "h:respond({ [':status'] = '403' }, 'no')",
  "h:respond({ [':status'] = 204 })",
  "h:respond({ [':status'] = '200', ['content-type'] = 'text/html' }, '<p>')",
  "h:respond({ [':status'] = '200', ['set-cookie'] = { 'a=1', 'b=2' } }, '')",
  "h:respond({ [':status'] = '503', ['x-num'] = 5 }, 1 / 4)",
  "h:respond({ [':status'] = '403' }, 'no') h:logInfo('never')",
  "pcall(function() h:respond({ [':status'] = '418' }, 'in pcall') end) h:logInfo('never')",
  'h:respond({})',
  "h:respond({ [':status'] = '99' })",
  "h:respond({ [':status'] = 'x' }, 'y')",
  "h:body() h:respond({ [':status'] = '413' }, 'after the body')",
  "h:respond({ [':status'] = '301', location = '/x' })",
];
save('respond-kinds', 'respond() with bodies, lists, numbers, from everywhere, and what it refuses; other filters see the answer.', {
  filters: [
    show([], [['x-before', '1']]),
    lua(chosen(respondCalls, "function envoy_on_response(h) h:headers():add('x-response', h:headers():get(':status')) end")),
    show([], [['x-behind', '1']]),
  ],
  request: [
    ...numbered(respondCalls),
    get('/', [
      ['x-n', '1'],
      ['content-type', 'application/grpc'],
    ]),
    {
      headers: [
        [':method', 'HEAD'],
        ['x-n', '1'],
      ],
    },
    get('/', [['x-n', '11']], { bodyChunks: ['a', 'b'] }),
  ],
});
const errors = [
  'h.headers()',
  'h.headers(5)',
  'h:headers():get()',
  'h:headers():get(nil)',
  'h:headers():get({})',
  "h:headers():add('x')",
  "h:headers():add('x', nil)",
  "h:headers():add('x', {})",
  "h:headers():add('x', true)",
  "h:headers():replace('x')",
  'h:headers():remove()',
  "h:headers():getAtIndex('x')",
  "h:headers():getAtIndex('x', 'y')",
  'h:headers():getNumValues()',
  'h:headers():nosuch()',
  'h:nosuch()',
  'h:logInfo()',
  'h:logInfo(nil)',
  'h:logInfo({})',
  'h:logInfo(true)',
  'h:respond()',
  "h:respond({ [':status'] = true }, 'x')",
  "h:respond('x')",
  "h:respond({ [':status'] = '200' }, {})",
  "h:respond({ [5] = 'x' })",
  'h:httpCall()',
  "h:httpCall('x')",
  "h:httpCall('nocluster', {}, '', 10)",
  "h:httpCall('c', {}, '', 10)",
  "h:httpCall('c', {}, '', -1)",
  "h:httpCall('c', {}, '', 'x')",
  "h:httpCall('c', { [':method'] = 'GET', [':path'] = '/', [':authority'] = 'a' }, '', 10, 5)",
  "h:httpCall('c', {}, '', { bad = 1 })",
  "h:httpCall('c', {}, '', { timeout_ms = 'x' })",
  "h:httpCall('c', {}, '', { timeout_ms = -1 })",
  "h:httpCall('c', {}, '', { [1] = 2 })",
  "h:httpCall('c', {}, {}, 10)",
  'h:body(5)',
  'h:base64Escape()',
  'h:base64Decode()',
  'h:timestamp(5)',
  "h:timestamp('x')",
  'h:timestamp(EnvoyTimestampResolution.MICROSECOND)',
  "h:timestampString('x')",
  'h:importPublicKey()',
  "h:importPublicKey('abc')",
  'h:verifySignature()',
  "h:verifySignature('sha256', 'x', 'a', 1, 'b', 1)",
  'h:setUpstreamOverrideHost()',
  "h:setUpstreamOverrideHost('host:80')",
  "h:setUpstreamOverrideHost('127.0.0.1:80', 5)",
  'h:metadata():get()',
  'h:streamInfo():dynamicMetadata():set()',
  "h:streamInfo():dynamicMetadata():set('a')",
  "h:streamInfo():dynamicMetadata():set('a', 'b', function() end)",
  "h:streamInfo():dynamicMetadata():set('a', 'b', { [{}] = 1 })",
  "h:streamInfo():dynamicMetadata():set('a', 'b', { f = print })",
  'h:streamInfo():dynamicMetadata():get()',
  'h:streamInfo():filterState():get()',
  "h:streamInfo():filterState():set('k', 'v')",
  'h:stats():counter()',
  "h:stats():histogram('x', 'zz')",
  "h:stats():counter('x'):add('q')",
  "h:stats():gauge('x'):set()",
  "for k, v in pairs(h:headers()) do h:headers():add('a', 'b') end",
  'for k, v in pairs(h:headers()) do for a, b in pairs(h:headers()) do end end',
  'for k, v in pairs(h) do end',
  "h:headers():add('x', 'a' .. nil)",
  'local t = nil + 1',
  'local a = {} < {}',
  "error('mine')",
  'error({})',
  "error('mine', 0)",
  'error()',
  'coroutine.yield()',
  'string.rep()',
  "('x'):bad()",
  'undefined_function()',
  'local a = #nil',
  'local a = 5 .. {}',
  'tostring()',
  'setmetatable(h, {})',
  "return h:headers():add('x')",
  'assert(false)',
  "assert(nil, 'why')",
  "local t = setmetatable({}, { __index = function() error('deep') end }) local x = t.a",
  'local function f() h:headers():get() end f()',
  'local f = h.logInfo f(h)',
  'local hs = h:headers() hs.get(hs)',
  'local x; x.y = 1',
  'local t = {} t.a.b = 1',
  'h:headers().foo.bar()',
  'global_thing.x()',
  "local s = 'a' + 1",
  "for i = 1, 'x' do end",
  'local a = {} ; a()',
  "math.floor('x')",
  'table.concat({ {} })',
  "string.format('%d', 'x')",
  "h:streamInfo():dynamicMetadata():set('a', 'b', h)",
];
save('errors', 'What a script can do wrong, with the words of the log; the request goes on, the answer is still seen.', {
  filters: [
    lua(chosen(errors, "function envoy_on_response(h)\n  h:headers():add('x-seen', '1')\n  h:respond({ [':status'] = '200' })\nend")),
  ],
  clusters: { c: { status: 200 } },
  request: numbered(errors),
});
save('error-midway', 'An error after the body has been waited for, while chunks pass, and after an answer.', {
  filters: [
    lua(`function envoy_on_request(h)
  local how = h:headers():get('x-how')
  h:headers():add('x-first', '1')
  if how == 'body' then h:body() end
  if how == 'chunks' then for chunk in h:bodyChunks() do error('in a chunk') end end
  if how == 'trailers' then h:trailers() end
  if how == 'call' then h:httpCall('c', { [':method'] = 'GET', [':path'] = '/', [':authority'] = 'a' }, nil, 1000) end
  error('after ' .. how)
end
function envoy_on_response(h) h:headers():add('x-response', '1') end`),
  ],
  clusters: { c: { status: 200, body: 'x' } },
  normalise: [anyAddress, sorted],
  request: ['body', 'chunks', 'trailers', 'call', 'nothing'].map((how) => get('/', [['x-how', how]], { bodyChunks: ['abc', 'def'] })),
  upstream: { echo: true },
});
const kept = `kept = nil
function envoy_on_request(h)
  if kept == nil then
    kept = { h, h:headers(), h:streamInfo(), h:metadata(), h:streamInfo():dynamicMetadata() }
    n = 0
  end
  n = n + 1
  if n > 1 then h:logInfo(select(2, pcall(function() local x = kept[n - 1]:get('x') end)) or 'fine') end
  if n == 2 then h:logInfo(select(2, pcall(function() local x = kept[1]:headers() end)) or 'fine') end
  if n == 4 then h:logInfo(select(2, pcall(function() local x = kept[3]:protocol() end)) or 'fine') end
end
function envoy_on_response(h)
  h:logInfo('response ' .. n .. ' ' .. tostring(select(2, pcall(function() local x = kept[1]:headers() end))))
end`;
save('globals-and-scope', 'Globals live from request to request; objects of an earlier callback do not.', {
  filters: [lua(kept)],
  request: [{}, {}, {}, {}, {}],
});
const call = (extra) => `
function envoy_on_request(h)
  h:headers():add('x-order', 'before')
  local headers, body = h:httpCall('c', { [':method'] = 'POST', [':path'] = '/ask', [':authority'] = 'auth.local', ['x-from'] = 'lua' }, 'question', ${extra})
  local names = {}
  for name, value in pairs(headers or {}) do names[#names + 1] = name .. '=' .. (type(value) == 'table' and table.concat(value, '&') or value) end
  table.sort(names)
  h:logInfo(table.concat(names, ' ') .. ' ' .. tostring(body))
  h:headers():add('x-order', 'after')
end
function envoy_on_response(h)
  local headers, body = h:httpCall('c', { [':method'] = 'GET', [':path'] = '/response', [':authority'] = 'auth.local' }, nil, 1000)
  h:headers():add('x-answer', tostring(body))
end`;
const noTime = { pattern: 'x-envoy-upstream-service-time=\\d+', replace: 'x-envoy-upstream-service-time={ms}' };
const answer = {
  status: 202,
  headers: [
    ['x-a', '1'],
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
  ],
  body: 'the answer',
};
save('http-call', 'httpCall() in both directions, with a body that waits, and when the cluster fails in every way.', {
  filters: [lua(call('200'))],
  clusters: { c: answer },
  normalise: [anyAddress, noTime, sorted],
  steps: [
    { request: {} },
    { request: { bodyChunks: ['abc', 'def'], trailers: [['x-t', '1']] } },
    ...[
      { status: 500 },
      { reset: true },
      { hang: true },
      { status: 200, body: 'abc', resetAfterBody: true },
      { status: 200, trailers: [['x-t', '1']] },
    ].map((c) => ({ request: {}, clusters: { c } })),
  ],
  upstream: { echo: true },
  timeoutMs: 5000,
});
save('http-call-no-host', 'httpCall() to a cluster without hosts, and to one that refuses connections.', {
  filters: [lua(call('200'))],
  clusters: { c: { noHosts: true } },
  normalise: [anyAddress, noTime, sorted],
  request: {},
});
save('http-call-refused', 'httpCall() to a cluster that refuses connections.', {
  filters: [lua(call('200'))],
  clusters: { c: { unreachable: true } },
  normalise: [anyAddress, noTime, sorted],
  request: {},
});
save('http-call-options', 'Options of httpCall(): all values of a header, without x-forwarded-for, asynchronous.', {
  filters: [
    lua(`local headers = { [':method'] = 'GET', [':path'] = '/x', [':authority'] = 'a' }
function envoy_on_request(h)
  local how = h:headers():get('x-how')
  local options = { all = { timeout_ms = 500, return_duplicate_headers = true }, xff = { send_xff = false, trace_sampled = false }, async = { asynchronous = true }, flag = 100 }
  local got, body
  if how == 'flag' then got, body = h:httpCall('c', headers, 'b', 100, true) else got, body = h:httpCall('c', headers, nil, options[how]) end
  local cookies = got and got['set-cookie']
  h:logInfo(how .. ' ' .. tostring(type(cookies) == 'table' and table.concat(cookies, '|') or cookies) .. ' ' .. tostring(body) .. ' ' .. tostring(select('#', h:httpCall('c', headers, nil, 100, true))))
end`),
  ],
  clusters: { c: answer },
  normalise: [anyAddress, sorted],
  request: ['all', 'xff', 'async', 'flag'].map((how) => get('/', [['x-how', how]])),
});
const perLua = (config) => perRoute('lua', 'lua.v3.LuaPerRoute', config);
const trail = (name) =>
  `function envoy_on_request(h)\n  local c = h:filterContext():get('c')\n  h:headers():add('x-trail', '${name} ' .. tostring(c))\nend\nfunction envoy_on_response(h)\n  h:headers():add('x-trail', '${name}')\nend`;
save('per-route', 'Scripts chosen by routes: another source, one by name, an unknown name, none, another context.', {
  filters: [lua(trail('default'), { source_codes: { other: { inline_string: trail('named') } }, filter_context: { c: 'own' } })],
  routes: routes([
    ['source', '/source', perLua({ source_code: { inline_string: trail('route') } })],
    ['named', '/named', perLua({ name: 'other', filter_context: { c: 'route' } })],
    ['unknown', '/unknown', perLua({ name: 'nobody' })],
    ['off', '/off', perLua({ disabled: true })],
    ['context', '/context', perLua({ filter_context: { c: 'route' } })],
    ['empty', '/empty', perLua({ filter_context: {} })],
    ['rest', '/'],
  ]),
  request: ['/source', '/named', '/unknown', '/off', '/context', '/empty', '/'].map((path) => get(path)),
});
save('route-again', 'Changed headers choose the route anew, unless the filter is told to leave it; clearRouteCache() does it by hand.', {
  filters: [
    http('lua', 'lua.v3.Lua', {
      default_source_code: {
        inline_string:
          "function envoy_on_request(h)\n  h:headers():replace('x-to', 'b')\n  if h:headers():get('x-clear') then h:clearRouteCache() end\n  h:logInfo(h:streamInfo():routeName())\nend",
      },
      clear_route_cache: false,
    }),
    {
      ...lua(
        "function envoy_on_request(h)\n  h:logInfo(h:streamInfo():routeName())\n  if h:headers():get('x-again') then h:headers():add('x-more', '1') end\nend",
      ),
      name: 'second',
    },
  ],
  routes: routes([
    [
      'b',
      { prefix: '/', headers: [{ name: 'x-to', string_match: { exact: 'b' } }] },
      { direct_response: { status: 200, body: { inline_string: 'b' } } },
    ],
    ['a', '/'],
  ]),
  request: [
    get('/', [['x-to', 'a']]),
    get('/', [
      ['x-to', 'a'],
      ['x-clear', '1'],
    ]),
    get('/', [
      ['x-to', 'a'],
      ['x-again', '1'],
    ]),
  ],
});
save('override-host', 'setUpstreamOverrideHost() with a host that is not there: strictly none, otherwise another one.', {
  filters: [lua("function envoy_on_request(h)\n  h:setUpstreamOverrideHost('192.0.2.1:80', h:headers():get('x-strict') ~= nil)\nend")],
  request: [{}, get('/', [['x-strict', '1']])],
});
const statsCode = `function envoy_on_request(h)
  local s = h:stats()
  s:counter('asked'):inc()
  s:counter('bytes'):add(10.9)
  s:gauge('level'):set(7) s:gauge('level'):inc() s:gauge('level'):dec() s:gauge('level'):dec() s:gauge('level'):add(5) s:gauge('level'):sub(2)
  h:logInfo(s:counter('asked'):value() .. ' ' .. s:gauge('level'):value())
  if s:counter('asked'):value() == 2 then error('second') end
end
function envoy_on_response(h) end`;
save('stats', 'Counters and gauges of scripts beside those of the filter.', {
  filters: [lua(statsCode, { stat_prefix: 'pre' })],
  request: [{}, {}, {}],
  stats: ['http.lab.lua', 'lua.'],
});
const literal = (bytes) => `'${[...bytes].map((x) => `\\${String(x).padStart(3, '0')}`).join('')}'`;
const { pem } = JSON.parse(readFileSync(new URL('jwt-keys.json', import.meta.url), 'utf8'));
const signed = (name, hash, text = 'the text') => sign(hash, Buffer.from(text), createPrivateKey(pem[name]));
const checks = [
  ...['sha1', 'sha224', 'sha256', 'sha384', 'sha512'].map((hash) => [hash, signed('rsa', hash)]),
  ['SHA256', signed('rsa', 'sha256')],
  ['md5', signed('rsa', 'sha256')],
  ['sha256', signed('rsa', 'sha256', 'other')],
  ['sha256', Buffer.from('short')],
].map(
  ([hash, signature]) => `function(h)
    local der = ${literal(derPublicKey('rsa'))}
    local key = h:importPublicKey(der, #der):get()
    local ok, why = h:verifySignature('${hash}', key, ${literal(signature)}, ${signature.length}, 'the text and more', 8)
    h:logInfo('${hash} ' .. tostring(ok) .. ' ' .. tostring(why))
  end`,
);
save('signatures', 'Public keys and signatures: every hash, a wrong text, a short signature, a key that is none.', {
  filters: [
    lua(
      `local checks = {\n  ${checks.join(',\n  ')},\n  function(h) h:logInfo(tostring(h:importPublicKey('abc', 3):get())) end,\n}\nfunction envoy_on_request(h) checks[tonumber(h:headers():get('x-n'))](h) end`,
    ),
  ],
  request: numbered([...checks, '']),
});
for (const [name, code] of Object.entries({
  unfinished: 'function envoy_on_request(h',
  load: 'error("at load")',
  end: 'if x then',
  symbol: 'x = = 1',
  index: 'return nosuch.field',
  goto: 'function f() goto nowhere end',
  string: 'local a = "unfinished',
  break: 'break',
  lines: '-- only a comment\nx = }',
}))
  save(`refused-${name}`, 'A script that cannot be loaded.', { filters: [lua(code)], request: {} });
save('refused-two-sources', 'Both inline_code and default_source_code.', {
  filters: [lua('x = 1', { inline_code: 'y = 1' })],
  request: {},
});
save('inline-code', 'The old field inline_code; envoy_on_request that is no function; a filter without any script.', {
  filters: [
    http('lua', 'lua.v3.Lua', { inline_code: trail('inline') }),
    { ...lua('envoy_on_request = 5'), name: 'number' },
    { ...http('lua', 'lua.v3.Lua'), name: 'empty' },
  ],
  request: {},
});
save(
  'between-plugins',
  'Lua between two Wasm plugins: it sees what the first one changed, the second one sees what it changed, bodies included.',
  {
    filters: [
      wasm('regex-replace', { pattern: 'banana/([0-9]*)', replacement: 'status/$1' }),
      lua(
        "function envoy_on_request(h)\n  h:headers():add('x-path', h:headers():get(':path'))\n  local b = h:body()\n  if b then b:setBytes(b:getBytes(0, b:length()):upper()) end\nend\nfunction envoy_on_response(h)\n  local b = h:body(true)\n  b:setBytes('lua:' .. b:getBytes(0, b:length()))\nend",
      ),
      wasm('hello-headers', { request: [{ name: 'x-hello', value: 'wasm' }] }),
    ],
    request: [get('/banana/404', [], { bodyChunks: ['abc', 'def'] }), get('/banana/500')],
    upstream: { echo: true },
  },
);
