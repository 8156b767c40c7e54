/** Every filter of the catalogue with the configuration a fresh one gets: a real Envoy takes it, and does this with it. */
import { readFileSync } from 'node:fs';
import { anyAddress, get, routes, scenario } from './lab.mjs';
import { grpcAnswer, message } from './protobuf.mjs';

const read = (layer) => JSON.parse(readFileSync(new URL(`../../../src/plugins/native/${layer}-filters.json`, import.meta.url), 'utf8'));
const withCluster = (config) => JSON.parse(JSON.stringify(config).replaceAll('{cluster}', 'upstream'));

/** Beside a plain request, one that the filter has something to say about. */
const requests = {
  'api-key-auth': get('/', [['x-api-key', 'my-key']]),
  'basic-auth': get('/', [['authorization', `Basic ${Buffer.from('test:test').toString('base64')}`]]),
  cache: get('/'),
  composite: get('/', [['x-fault', 'yes']]),
  compressor: get('/', [['accept-encoding', 'gzip']]),
  cors: get('/', [
    [':method', 'OPTIONS'],
    ['origin', 'https://app.example'],
    ['access-control-request-method', 'PUT'],
  ]),
  csrf: get('/', [
    [':method', 'POST'],
    ['origin', 'https://other.example'],
  ]),
  fault: get('/', [['x-fault', 'yes']]),
  'health-check': get('/healthz'),
  'jwt-authn': get('/', [['authorization', 'Bearer a.b.c']]),
  rbac: get('/', [[':method', 'POST']]),
};
const answers = {
  cache: { status: 200, headers: [['cache-control', 'max-age=60']], body: 'kept' },
  compressor: { status: 200, headers: [['content-type', 'text/plain']], body: { repeat: 'compress me ', times: 20 } },
  'custom-response': { status: 500, body: 'stack trace' },
};
/** What no two runs of Envoy share: the order of a check's headers; port and time in a cookie. */
const normalise = {
  cache: [anyAddress, { pattern: '^[01]$', replace: '{age}' }],
  'ext-authz': [{ sort: 'callouts' }],
  oauth2: [
    { pattern: '((?:Nonce|OauthNonce|CodeVerifier)[^=]*=)[^;]+', replace: '$1{drawn}' },
    { pattern: '(code_challenge=)[^&]+', replace: '$1{challenge}' },
    { pattern: '(state=)[^&]+', replace: '$1{state}' },
    { pattern: '\\.[0-9a-f]{16}=', replace: '.{flow}=' },
  ],
  'stateful-session': [{ pattern: 'session="[^"]+"', replace: 'session="{session}"' }],
};
const services = {
  'ext-authz': { 'outbound|8000||ext-authz.default.svc.cluster.local': { status: 403, body: 'no' } },
  ratelimit: { 'outbound|9000||ratelimit.default.svc.cluster.local': grpcAnswer(message([[1, 2n]])) },
  'ext-proc': {
    'outbound|9000||ext-proc.default.svc.cluster.local': {
      status: 200,
      headers: [['content-type', 'application/grpc']],
      trailers: [['grpc-status', '12']],
    },
  },
  'tcp-ext-authz': {
    'outbound|9000||ext-authz.default.svc.cluster.local': { http: true, ...grpcAnswer(message([[1, message([[1, 7n]])]])) },
  },
};

/** Secrets that a control plane would send stand in the bootstrap here. */
const withoutSds = (value) => JSON.parse(JSON.stringify(value, (key, item) => (key === 'sds_config' ? undefined : item)));
/** Filters of other builds of Envoy have no recording: this one does not know them. */
const recorded = (layer) => read(layer).filter(({ build }) => build === undefined);

const http = recorded('http').map(({ name, filter, config, route }) =>
  scenario(`default-${name}`, `${filter} as the catalogue inserts it.`, {
    topic: 'defaults',
    filters: [{ name: filter, typed_config: withoutSds(config) }],
    secrets: name === 'oauth2' ? { token: 'client secret', hmac: 'key' } : undefined,
    ...(route === undefined ? {} : { routes: routes([['all', '/', { typed_per_filter_config: { [filter]: route } }]]) }),
    request: [get('/'), ...(requests[name] === undefined ? [] : [requests[name]])],
    upstream: answers[name] ?? { echo: true },
    ...(services[name] === undefined ? {} : { clusters: services[name] }),
    isolate: true,
    normalise: normalise[name],
  }),
);
const network = recorded('network').map(({ name, filter, config, terminal }) =>
  scenario(`default-network-${name}`, `${filter} as the catalogue inserts it.`, {
    topic: 'defaults',
    networkFilters: [{ name: filter, typed_config: withCluster(config) }],
    ...(terminal === true ? { terminal: true } : {}),
    conversation: [{ client: 'PING\r\n' }],
    ...(services[name] === undefined ? {} : { clusters: services[name], informative: ['callouts'] }),
  }),
);

export const scenarios = [...http, ...network];
