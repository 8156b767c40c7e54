/** bandwidth_limit: directions, trailers, routes. How long bodies take is told by tests: a real clock gives other milliseconds each time. */
import { get, http, perRoute, routes, scenario, wasm } from './lab.mjs';

export const scenarios = [];
const save = (name, description, input) =>
  scenarios.push(
    scenario(`bandwidth-limit-${name}`, description, {
      timeoutMs: 10_000,
      isolate: true,
      stats: ['bw.http_bandwidth_limit.request_', 'bw.http_bandwidth_limit.response_'],
      ...input,
    }),
  );
const limiter = (config = {}) => http('bandwidth_limit', 'bandwidth_limit.v3.BandwidthLimit', { stat_prefix: 'bw', ...config });
const onRoute = (config) => perRoute('bandwidth_limit', 'bandwidth_limit.v3.BandwidthLimit', { stat_prefix: 'bw', ...config });
const body = (times) => ({ repeat: 'a', times });
const paced = {
  informative: [
    'trailers',
    ...['request', 'response'].flatMap((way) =>
      ['allowed_size', 'enforced', 'transfer_duration'].map((name) => `bw.http_bandwidth_limit.${way}_${name}`),
    ),
  ],
};

save('off', 'A filter that limits nothing by itself.', {
  filters: [limiter()],
  request: { ...get('/'), body: 'abc' },
  upstream: { status: 200, body: 'x' },
});
save('request', 'Small bodies pass with what is there: empty, in pieces, with trailers.', {
  filters: [limiter({ enable_mode: 'REQUEST', limit_kbps: 1 })],
  request: [
    { ...get('/'), body: '' },
    { ...get('/'), trailers: [['t', '1']] },
    { ...get('/'), bodyChunks: ['a', 'b'] },
    { ...get('/'), bodyChunks: ['c'], trailers: [['t', '1']] },
  ],
  upstream: { echo: true },
});
save('response', 'Trailers are there when something took time, and those of the upstream stay.', {
  filters: [limiter({ enable_mode: 'RESPONSE', limit_kbps: 100, enable_response_trailers: true })],
  steps: [{ status: 200 }, { status: 200, body: 'x' }, { status: 204 }].map((upstream) => ({
    request: get('/'),
    upstream,
  })),
});
save('both', 'Bodies that need more than there is take their time both ways.', {
  ...paced,
  filters: [limiter({ enable_mode: 'REQUEST_AND_RESPONSE', limit_kbps: 10, fill_interval: '0.1s', enable_response_trailers: true })],
  request: { ...get('/'), body: body(4000), trailers: [['t', '1']] },
  upstream: { status: 200, body: body(4000), trailers: [['u', '1']] },
});
save('client-gives-up', 'A client that does not wait long enough gets a part.', {
  ...paced,
  informative: [
    ...paced.informative,
    'body',
    'bw.http_bandwidth_limit.response_allowed_total_size',
    'bw.http_bandwidth_limit.response_pending',
  ],
  filters: [limiter({ enable_mode: 'RESPONSE', limit_kbps: 1 })],
  request: { ...get('/'), timeoutMs: 300 },
  upstream: { status: 200, body: body(5000) },
});
save('switched-off', 'The switch is off.', {
  filters: [limiter({ enable_mode: 'REQUEST', limit_kbps: 1, runtime_enabled: { default_value: false, runtime_key: 'off' } })],
  request: { ...get('/'), body: body(3000) },
  upstream: { status: 200 },
});
save('routes', 'A route has its own limit.', {
  filters: [limiter()],
  routes: routes([
    ['slow', '/slow', onRoute({ enable_mode: 'RESPONSE', limit_kbps: 100, enable_response_trailers: true })],
    ['rest', '/'],
  ]),
  request: [get('/slow'), get('/')],
  upstream: { status: 200, body: 'x' },
});
save('with-wasm', 'A plugin before and behind the limit sees the body in pieces.', {
  filters: [wasm('body-rewrite', { response: [{ find: 'quick', replace: 'slow' }] }), limiter({ enable_mode: 'RESPONSE', limit_kbps: 1 })],
  request: get('/'),
  upstream: { status: 200, headers: [['content-type', 'text/plain']], body: 'the quick fox' },
});
