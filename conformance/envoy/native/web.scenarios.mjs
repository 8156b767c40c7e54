/** cors, csrf and buffer: policies of all levels, shadows, statistics, sizes. */
import { get, http, perRoute, routes, scenario, wasm } from './lab.mjs';

export const scenarios = [];
const save = (name, description, input) => scenarios.push(scenario(name, description, { upstream: { echo: true }, ...input }));
const share = (numerator) => ({ default_value: { numerator } });

const cors = http('cors', 'cors.v3.Cors');
const policy = (config) => perRoute('cors', 'cors.v3.CorsPolicy', config);
const from = (origin, more = [], path = '/') => get(path, [['origin', origin], ...more]);
const preflight = (origin, more = [], path = '/') =>
  from(origin, [[':method', 'OPTIONS'], ['access-control-request-method', 'PUT'], ...more], path);
const origins = { allow_origin_string_match: [{ exact: 'https://a.example' }, { suffix: '.b.example' }] };
const rich = {
  ...origins,
  allow_methods: 'GET, PUT',
  allow_headers: 'x-a, x-b',
  expose_headers: 'x-c',
  max_age: '60',
  allow_credentials: true,
  allow_private_network_access: true,
};
const corsStats = { stats: ['http.lab.cors'], isolate: true };
const asked = [
  get('/'),
  from('https://a.example'),
  from('https://x.b.example'),
  from('https://evil.example'),
  from(''),
  preflight('https://a.example'),
  preflight('https://evil.example'),
  preflight('https://a.example', [['access-control-request-private-network', 'true']]),
  preflight('https://a.example', [['access-control-request-private-network', 'false']]),
  from('https://a.example', [[':method', 'OPTIONS']]),
];
save('cors-policy', 'All fields of a policy.', {
  ...corsStats,
  filters: [cors],
  routes: routes([['all', '/']], policy(rich)),
  request: asked,
});
save('cors-bare', 'A policy of origins alone.', {
  ...corsStats,
  filters: [cors],
  routes: routes([['all', '/', policy(origins)]]),
  request: asked,
});
save('cors-not-forwarded', 'Preflights of strangers are not passed on.', {
  ...corsStats,
  filters: [cors],
  routes: routes([['all', '/', policy({ ...rich, forward_not_matching_preflights: false })]]),
  request: asked,
});
save('cors-levels', 'What a route does not say its host says.', {
  filters: [cors],
  routes: routes(
    [
      ['methods', '/methods', policy({ allow_methods: 'DELETE' })],
      ['origin', '/origin', policy({ allow_origin_string_match: [{ exact: 'https://c.example' }] })],
      ['off', '/off', policy({ filter_enabled: share(0), ...origins })],
      ['rest', '/'],
    ],
    policy(rich),
  ),
  request: ['/methods', '/origin', '/off', '/'].flatMap((path) => [
    preflight('https://a.example', [], path),
    preflight('https://c.example', [], path),
    from('https://a.example', [], path),
  ]),
});
save('cors-shadow', 'A policy that only watches counts and changes nothing.', {
  ...corsStats,
  filters: [cors],
  routes: routes([['all', '/', policy({ ...rich, filter_enabled: share(0), shadow_enabled: share(100) })]]),
  request: asked,
});
save('cors-stars', 'Stars stand for what is asked.', {
  filters: [cors],
  routes: routes([
    ['direct', '/direct', { direct_response: { status: 200 }, ...policy(rich) }],
    ['all', '/', policy({ allow_origin_string_match: [{ exact: '*' }], allow_methods: '*', allow_headers: '*' })],
  ]),
  request: [
    preflight('https://any.example', [['access-control-request-headers', 'x-1, x-2']]),
    preflight('https://any.example'),
    from('https://any.example'),
    preflight('https://a.example', [], '/direct'),
    from('https://a.example', [], '/direct'),
  ],
});
save('cors-upstream-headers', 'Headers of the upstream are replaced; answers of other filters get theirs.', {
  filters: [cors, http('fault', 'fault.v3.HTTPFault', { abort: { header_abort: {}, percentage: { numerator: 100 } } })],
  routes: routes([['all', '/', policy(rich)]]),
  upstream: {
    status: 200,
    headers: [
      ['access-control-allow-origin', '*'],
      ['access-control-expose-headers', 'x-up'],
    ],
  },
  request: [from('https://a.example'), from('https://evil.example'), from('https://a.example', [['x-envoy-fault-abort-request', '503']])],
});

const csrf = (config = {}) => http('csrf', 'csrf.v3.CsrfPolicy', { filter_enabled: share(100), ...config });
const csrfRoute = (config) => perRoute('csrf', 'csrf.v3.CsrfPolicy', config);
const csrfStats = { stats: ['http.lab.csrf'], isolate: true };
const post = (headers, method = 'POST', path = '/') => get(path, [[':method', method], ...headers]);
const cases = [
  post([]),
  post([['origin', 'http://example.com']]),
  post([['origin', 'https://example.com']]),
  post([['origin', 'http://example.com:80']]),
  post([['origin', 'http://other.example']]),
  post([['origin', 'null']]),
  post([
    ['origin', 'null'],
    ['referer', 'http://example.com/x?y'],
  ]),
  post([['referer', 'http://example.com/a/b']]),
  post([['referer', 'http://other.example/a']]),
  post([['origin', 'example.com']]),
  post([['origin', 'http://sub.trusted.example']]),
  ...['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH'].map((method) => post([['origin', 'http://evil.example']], method)),
];
save('csrf-origins', 'Origins and referers of all kinds, by method.', {
  ...csrfStats,
  filters: [csrf({ additional_origins: [{ suffix: '.trusted.example' }] })],
  request: cases,
});
save('csrf-shadow', 'A policy that only watches counts.', {
  ...csrfStats,
  filters: [csrf({ filter_enabled: share(0), shadow_enabled: share(100) })],
  request: cases.slice(0, 6),
});
save('csrf-off', 'A policy that is off.', { ...csrfStats, filters: [csrf({ filter_enabled: share(0) })], request: cases.slice(0, 3) });
save('csrf-routes', 'Routes have their own policy.', {
  ...csrfStats,
  filters: [csrf()],
  routes: routes(
    [
      ['off', '/off', csrfRoute({ filter_enabled: share(0) })],
      ['more', '/more', csrfRoute({ filter_enabled: share(100), additional_origins: [{ exact: 'other.example' }] })],
      ['rest', '/'],
    ],
    csrfRoute({ filter_enabled: share(100), additional_origins: [{ exact: 'host.example' }] }),
  ),
  request: ['/off', '/more', '/'].flatMap((path) =>
    ['http://other.example', 'http://host.example'].map((origin) => post([['origin', origin]], 'POST', path)),
  ),
});

const buffer = (max_request_bytes) => http('buffer', 'buffer.v3.Buffer', { max_request_bytes });
const bufferRoute = (config) => perRoute('buffer', 'buffer.v3.BufferPerRoute', config);
const send = (more, path = '/') => ({
  headers: [
    [':method', 'POST'],
    [':path', path],
  ],
  ...more,
});
save('buffer-bodies', 'Bodies of all forms are collected and get a length.', {
  filters: [buffer(100)],
  request: [
    send({}),
    send({ body: '' }),
    send({ body: 'abc' }),
    send({ bodyChunks: ['a', 'b', 'c'] }),
    send({ bodyChunks: ['a', 'b'], trailers: [['t', '1']] }),
    send({ trailers: [['t', '1']] }),
    {
      headers: [
        [':method', 'POST'],
        ['content-length', '3'],
      ],
      bodyChunks: ['a', 'bc'],
    },
    send({ body: { repeat: 'x', times: 101 } }),
    send({ bodyChunks: [{ repeat: 'x', times: 60 }, { repeat: 'x', times: 60 }, 'y'] }),
  ],
});
save('buffer-routes', 'Routes have another size, or none.', {
  filters: [buffer(10)],
  routes: routes([
    ['off', '/off', bufferRoute({ disabled: true })],
    ['large', '/large', bufferRoute({ buffer: { max_request_bytes: 100 } })],
    ['rest', '/'],
  ]),
  request: ['/off', '/large', '/'].map((path) => send({ bodyChunks: [{ repeat: 'x', times: 8 }, { repeat: 'x', times: 8 }, 'y'] }, path)),
});
save('buffer-with-wasm', 'A plugin behind the buffer sees the body at once.', {
  filters: [buffer(1000), wasm('body-rewrite', { request: [{ find: 'abc', replace: 'ABC' }] })],
  request: send({ bodyChunks: ['xab', 'cx'] }),
});
