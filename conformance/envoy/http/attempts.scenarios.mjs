/** How long a request may take and how often it is tried. */
import { get, routes, scenario } from '../native/lab.mjs';

const to = (route) => ({ route: { cluster: 'upstream', ...route } });
const one = (route, host) => routes([['route', '/', to(route)]], host);
const post = (path, headers, more) => ({
  headers: [[':method', 'POST'], [':path', path], ...headers],
  ...more,
});
const status = (code, headers = []) => ({ status: code, headers, body: `${code}` });
const ok = { status: 200, body: 'at last' };
/** Fast enough to be recorded, long enough not to be hit by chance. */
const soon = '0.1s';
const quick = { retry_back_off: { base_interval: '0.001s', max_interval: '0.002s' } };
const retry = (retry_on, more = {}) => ({ retry_policy: { retry_on, ...quick, ...more } });

const failures = {
  503: status(503),
  500: status(500),
  504: status(504),
  409: status(409),
  429: status(429, [['x-envoy-ratelimited', 'true']]),
  'retriable-header': status(200, [['x-again', 'yes']]),
  'grpc-unavailable': {
    status: 200,
    headers: [
      ['content-type', 'application/grpc'],
      ['grpc-status', '14'],
    ],
  },
  reset: { reset: true },
};
const conditions = [
  '5xx',
  'gateway-error',
  'reset',
  'reset-before-request',
  'connect-failure',
  'envoy-ratelimited',
  'retriable-4xx',
  'refused-stream',
  'retriable-status-codes',
  'retriable-headers',
  'unavailable',
  'cancelled,deadline-exceeded,internal,resource-exhausted',
  'nonsense',
  ' 5xx , reset',
];

export const scenarios = [
  ...conditions.map((retryOn) =>
    scenario(`route-retry-on-${retryOn.trim().replaceAll(/[ ,]+/g, '-')}`, `Which failures retry_on "${retryOn}" tries again.`, {
      filters: [],
      routes: one(
        retry(retryOn, {
          num_retries: 1,
          retriable_status_codes: [429, 504],
          retriable_headers: [{ name: 'x-again', string_match: { exact: 'yes' } }],
        }),
        { include_request_attempt_count: true, include_attempt_count_in_response: true },
      ),
      steps: Object.values(failures).map((failure) => ({ request: get('/'), upstream: { responses: [failure, ok] } })),
    }),
  ),
  scenario('route-retry-counts', 'How often: num_retries, none, the limit that is reached, x-envoy-attempt-count.', {
    filters: [],
    routes: routes(
      [
        ['default', '/default', to(retry('5xx'))],
        ['three', '/three', to(retry('5xx', { num_retries: 3 }))],
        ['none', '/none', to(retry('5xx', { num_retries: 0 }))],
      ],
      { include_request_attempt_count: true, include_attempt_count_in_response: true },
    ),
    upstream: { responses: [status(503), status(502), status(500), status(501), ok] },
    steps: ['/default', '/three', '/none'].map((path) => ({ request: get(path) })),
  }),
  scenario('route-retry-asked-by-request', 'Retries the request itself asks for, beside the policy of the virtual host.', {
    filters: [],
    routes: routes(
      [
        ['plain', '/plain'],
        ['own', '/own', to(retry('gateway-error', { num_retries: 2 }))],
      ],
      {
        retry_policy: { retry_on: 'connect-failure', ...quick },
        include_request_attempt_count: true,
      },
    ),
    steps: [
      ['/plain', [['x-envoy-retry-on', '5xx']], [500]],
      [
        '/plain',
        [
          ['x-envoy-retry-on', '5xx'],
          ['x-envoy-max-retries', '3'],
        ],
        [500, 500, 500],
      ],
      ['/plain', [['x-envoy-max-retries', '3']], [500]],
      ['/own', [['x-envoy-max-retries', '0']], [503]],
      ['/own', [['x-envoy-max-retries', 'many']], [503, 503]],
      [
        '/own',
        [
          ['x-envoy-retry-on', 'retriable-status-codes'],
          ['x-envoy-retriable-status-codes', '404, 405,x,406'],
        ],
        [404, 405, 406],
      ],
      [
        '/own',
        [
          ['x-envoy-retry-on', 'retriable-headers'],
          ['x-envoy-retriable-header-names', 'X-Again, x-more'],
        ],
        [200],
      ],
      ['/plain', [['x-envoy-retry-grpc-on', 'unavailable']], [200]],
      ['/plain', [['x-envoy-retry-on', 'unavailable']], [200]],
    ].map(([path, headers, codes]) => ({
      request: get(path, headers),
      upstream: {
        responses: [
          ...codes.map((code) =>
            status(code, [
              ['x-more', '1'],
              ['grpc-status', '14'],
            ]),
          ),
          ok,
        ],
      },
    })),
  }),
  scenario('route-retry-request-headers', 'A policy for some requests only.', {
    filters: [],
    routes: one(
      retry('5xx', {
        retriable_request_headers: [
          { name: ':method', string_match: { exact: 'GET' } },
          { name: 'x-idempotent', present_match: true },
        ],
      }),
    ),
    steps: [
      { request: get('/'), upstream: { responses: [status(500), ok] } },
      { request: post('/', [], { body: 'b' }), upstream: { responses: [status(500), ok] } },
      { request: post('/', [['x-idempotent', '']], { body: 'b' }), upstream: { responses: [status(500), ok] } },
    ],
  }),
  scenario('route-retry-bodies', 'Bodies and trailers are sent again; one that is too long is not kept.', {
    filters: [],
    routes: routes([
      ['kept', '/kept', to(retry('5xx'))],
      ['short', '/short', { ...to(retry('5xx')), per_request_buffer_limit_bytes: 10 }],
      ['shorter', '/newer', { ...to(retry('5xx')), request_body_buffer_limit: 5 }],
    ]),
    steps: [
      { request: post('/kept', [], { body: 'body' }), upstream: { responses: [status(500), { echo: true }] } },
      {
        request: post('/kept', [], { bodyChunks: ['one', 'two'], trailers: [['x-t', '1']] }),
        upstream: { responses: [status(500), { echo: true }] },
      },
      { request: post('/short', [], { body: 'nine byte' }), upstream: { responses: [status(500), { echo: true }] } },
      { request: post('/short', [], { body: 'eleven byte' }), upstream: { responses: [status(500), { echo: true }] } },
      { request: post('/short', [], { bodyChunks: ['seven b', 'seven b'] }), upstream: { responses: [status(500), { echo: true }] } },
      { request: post('/newer', [], { body: '6 byte' }), upstream: { responses: [status(500), { echo: true }] } },
      {
        request: post('/kept', [], { bodyChunks: ['one', 'two'], chunkDelayMs: 100 }),
        upstream: { responses: [{ reset: true, early: true }, { echo: true }] },
      },
    ],
  }),
  scenario('route-retry-seen-by-filters', 'A filter sees the last answer only.', {
    filters: [],
    routes: one({ ...retry('5xx', { num_retries: 2 }) }),
    upstream: {
      responses: [
        { status: 503, headers: [['x-n', '1']] },
        { status: 503, headers: [['x-n', '2']], body: 'b' },
        { status: 200, headers: [['x-n', '3']] },
      ],
    },
    request: get('/'),
  }),
  scenario('route-retry-unreachable', 'A cluster that refuses connections; one without hosts.', {
    filters: [],
    routes: routes(
      [
        ['refused', '/refused', { route: { cluster: 'refused', ...retry('connect-failure', { num_retries: 2 }) } }],
        ['none', '/none', { route: { cluster: 'none', ...retry('5xx') } }],
      ],
      { include_attempt_count_in_response: true },
    ),
    clusters: { refused: { unreachable: true }, none: { noHosts: true } },
    request: [get('/refused'), get('/none')],
  }),
  scenario('route-timeout', 'A route that gives up; what the client may say about it.', {
    filters: [],
    routes: routes([
      ['short', '/short', to({ timeout: soon })],
      ['never', '/never', to({ timeout: '0s' })],
    ]),
    upstream: { delayMs: 400, status: 200, body: 'late' },
    request: [
      get('/short'),
      get('/short', [['x-envoy-upstream-rq-timeout-ms', '800']]),
      get('/never', [['x-envoy-upstream-rq-timeout-ms', '100']]),
      get('/never'),
      get('/short', [['x-envoy-upstream-rq-timeout-ms', 'soon']]),
      get('/short', [['x-envoy-upstream-rq-timeout-alt-response', '1']]),
      get('/short', [['content-type', 'application/grpc']]),
      post('/short', [], { bodyChunks: ['a', 'b'], chunkDelayMs: 200 }),
    ],
  }),
  scenario('route-timeout-in-the-answer', 'Time is up while the answer is under way.', {
    filters: [],
    routes: one({ timeout: '0.2s' }),
    upstream: { status: 200, bodyChunks: ['one', 'two', 'three'], chunkDelayMs: 150 },
    request: get('/'),
  }),
  scenario('route-timeout-per-try', 'A time-out for each attempt.', {
    filters: [],
    routes: routes(
      [
        ['try', '/try', to({ timeout: '2s', ...retry('5xx', { num_retries: 2, per_try_timeout: soon }) })],
        ['once', '/once', to({ timeout: '2s', ...retry('connect-failure', { per_try_timeout: soon }) })],
        ['longer', '/longer', to({ timeout: '0.15s', ...retry('5xx', { per_try_timeout: '5s' }) })],
        ['header', '/header', to({ timeout: '2s', ...retry('5xx') })],
        ['idle', '/idle', to({ timeout: '2s', ...retry('5xx', { per_try_idle_timeout: soon }) })],
      ],
      { include_request_attempt_count: true, include_is_timeout_retry_header: true },
    ),
    steps: [
      { request: get('/try'), upstream: { responses: [{ hang: true }, { hang: true }, ok] } },
      { request: get('/try'), upstream: { hang: true } },
      { request: get('/once'), upstream: { hang: true } },
      { request: get('/longer'), upstream: { hang: true } },
      { request: get('/header', [['x-envoy-upstream-rq-per-try-timeout-ms', '100']]), upstream: { responses: [{ hang: true }, ok] } },
      { request: get('/idle'), upstream: { responses: [{ hang: true }, ok] } },
      { request: get('/idle'), upstream: { status: 200, bodyChunks: ['a', 'b'], chunkDelayMs: 250 } },
    ],
  }),
  scenario('route-hedge', 'A slow attempt gets another one beside it.', {
    filters: [],
    routes: one(
      { timeout: '2s', ...retry('5xx', { num_retries: 1, per_try_timeout: soon }), hedge_policy: { hedge_on_per_try_timeout: true } },
      { include_request_attempt_count: true, include_attempt_count_in_response: true },
    ),
    steps: [
      {
        request: get('/'),
        upstream: {
          responses: [
            { delayMs: 300, status: 200, body: 'first' },
            { delayMs: 400, status: 200, body: 'second' },
          ],
        },
      },
      { request: get('/'), upstream: { responses: [{ hang: true }, ok] } },
      {
        request: get('/'),
        upstream: {
          responses: [
            { delayMs: 200, status: 503 },
            { delayMs: 300, status: 200, body: 'second' },
          ],
        },
      },
    ],
  }),
  scenario('route-max-stream-duration', 'max_stream_duration of the route, over that of the connection manager, and of gRPC calls.', {
    filters: [],
    connectionManager: { common_http_protocol_options: { max_stream_duration: '0.25s' } },
    routes: routes([
      ['own', '/own', to({ max_stream_duration: { max_stream_duration: soon } })],
      ['none', '/none', to({ max_stream_duration: { max_stream_duration: '0s' } })],
      ['grpc', '/grpc', to({ max_stream_duration: { grpc_timeout_header_max: '0.2s', grpc_timeout_header_offset: '0.05s' } })],
      ['manager', '/'],
    ]),
    upstream: { delayMs: 500, status: 200, body: 'late' },
    request: [
      get('/own'),
      get('/none'),
      get('/manager'),
      get('/grpc', [
        ['content-type', 'application/grpc'],
        ['grpc-timeout', '100m'],
      ]),
      get('/grpc', [
        ['content-type', 'application/grpc'],
        ['grpc-timeout', '10S'],
      ]),
      get('/grpc', [['grpc-timeout', '150m']]),
      post('/own', [], { bodyChunks: ['a', 'b'], chunkDelayMs: 200 }),
    ],
  }),
  scenario('route-max-stream-duration-in-the-answer', 'The stream ends while its answer is under way.', {
    filters: [],
    routes: one({ max_stream_duration: { max_stream_duration: '0.2s' } }),
    upstream: { status: 200, bodyChunks: ['one', 'two', 'three'], chunkDelayMs: 150 },
    request: get('/'),
  }),
  scenario('route-idle-timeout', 'idle_timeout of a route: nothing moves.', {
    filters: [],
    connectionManager: { stream_idle_timeout: '0.3s' },
    routes: routes([
      ['own', '/own', to({ idle_timeout: soon })],
      ['manager', '/'],
    ]),
    steps: [
      { request: get('/own'), upstream: { hang: true } },
      { request: get('/manager'), upstream: { hang: true } },
      { request: get('/own'), upstream: { status: 200, bodyChunks: ['one', 'two'], chunkDelayMs: 250 } },
      { request: get('/own'), upstream: { status: 200, bodyChunks: ['one', 'two', 'three', 'four'], chunkDelayMs: 60 } },
      { request: post('/own', [], { bodyChunks: ['a', 'b'], chunkDelayMs: 250 }) },
    ],
  }),
  scenario('route-grpc-timeout', 'max_grpc_timeout: the time a gRPC client asks for, capped and shortened.', {
    filters: [],
    routes: routes([
      ['capped', '/capped', to({ max_grpc_timeout: '0.2s', grpc_timeout_offset: '0.05s' })],
      ['any', '/any', to({ max_grpc_timeout: '0s' })],
    ]),
    upstream: { delayMs: 400, status: 200, headers: [['content-type', 'application/grpc']], trailers: [['grpc-status', '0']] },
    request: [
      ['/capped', '100m'],
      ['/capped', '1H'],
      ['/capped', undefined],
      ['/capped', 'x'],
      ['/any', '100000u'],
      ['/any', undefined],
    ].map(([path, time]) => get(path, [['content-type', 'application/grpc'], ...(time === undefined ? [] : [['grpc-timeout', time]])])),
  }),
  scenario('route-request-timeout', 'request_timeout of the connection manager: a request that is not completed.', {
    filters: [],
    connectionManager: { request_timeout: soon },
    routes: one({}),
    request: [post('/', [], { bodyChunks: ['a', 'b'], chunkDelayMs: 250 }), post('/', [], { body: 'a' }), get('/')],
  }),
];
