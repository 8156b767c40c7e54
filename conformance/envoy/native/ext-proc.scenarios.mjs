/** ext_proc: a scripted processor that looks at and changes every part of a request and its response. */
import { anyAddress, get, http, perRoute, routes, scenario, show, wasm } from './lab.mjs';
import { immediate, moreTime, processor, reply } from './proc-messages.mjs';

export const scenarios = [];
const grpc = { grpc_service: { envoy_grpc: { cluster_name: 'proc' } } };
const proc = (more = {}) => http('ext_proc', 'ext_proc.v3.ExternalProcessor', { ...grpc, message_timeout: '1s', ...more });
const upstream = {
  status: 200,
  headers: [
    ['x-up', '1'],
    ['content-length', '5'],
  ],
  body: 'hello',
};
const save = (name, description, input) =>
  scenarios.push(scenario(`ext-proc-${name}`, description, { upstream, normalise: [anyAddress], clusters: { proc: silent }, ...input }));
const silent = { early: true, hang: true };
/** One request for each answer of the processor. */
const each = (list, request) => list.map((item) => ({ request: request ?? get('/a', [['x-a', '1']]), clusters: { proc: item } }));
/** The processor does not end the stream for a while. */
const stays = 8;
const echoHeaders = { status: 200, headers: [['x-up', '1']] };

save('headers', 'Headers of the request and its response: set, appended to, removed; statistics.', {
  filters: [proc()],
  request: get('/a', [
    ['x-a', '1'],
    ['x-b', '2'],
  ]),
  clusters: {
    proc: processor([
      reply('requestHeaders', {
        set: [
          ['X-New', 'v'],
          ['x-b', '3', true],
        ],
        remove: ['x-a'],
      }),
      reply('responseHeaders', { set: [['x-r', 'v']], remove: ['x-up'] }),
    ]),
  },
  stats: ['http.lab.ext_proc.'],
});
const headerSets = [
  [[':path', '/other']],
  [[':authority', 'a b']],
  [[':method', 'POST']],
  [['x-envoy-a', '1']],
  [['host', 'other']],
  [['x-a', '2', 'APPEND']],
  [['x-a', '2', true]],
  [['x-a', '2', false]],
  [['x-a', '2', 'ADD_IF_ABSENT']],
  [['x-n', '2', 'OVERWRITE_IF_EXISTS']],
  [['bad name', '1']],
  [['x-a', 'bad\nvalue']],
  [['', 'x']],
  [['x-a', '']],
  [[':path', '']],
  [[':status', '200']],
  [
    ['accept', 'a', true],
    ['accept', 'b', true],
  ],
  [['content-length', '7']],
  [[':scheme', 'ftp']],
];
save('header-values', 'Which names and values may be set, one by one.', {
  filters: [proc()],
  steps: each(headerSets.map((set) => processor([reply('requestHeaders', { set }), reply('responseHeaders', { set })]))),
});
save('header-text-value', 'A value in the text field counts for nothing; both fields are an error.', {
  filters: [proc()],
  steps: each([processor([reply('requestHeaders', { set: [['x-n', 'v']], raw: false }), reply('responseHeaders')])]),
});
for (const [name, rules] of [
  ['routing', { allow_all_routing: true, allow_envoy: true }],
  ['system', { disallow_system: true }],
  ['expressions', { disallow_all: true, allow_expression: { regex: 'x-.*' }, disallow_expression: { regex: 'x-a' } }],
  ['errors', { disallow_is_error: true, disallow_expression: { regex: 'x-a' } }],
])
  save(`rules-${name}`, `Rules for changes of headers: ${name}.`, {
    filters: [proc({ mutation_rules: rules })],
    request: get('/a', [
      ['x-a', '1'],
      ['x-envoy-b', '1'],
    ]),
    clusters: {
      proc: processor([
        reply('requestHeaders', {
          set: [
            ['x-a', '2'],
            [':path', '/p'],
            [':method', 'PUT'],
            ['host', 'h'],
            ['x-envoy-a', '2'],
          ],
          remove: name === 'errors' ? [] : ['x-envoy-b', ':method', 'host'],
        }),
        reply('responseHeaders', {
          set: [
            [':status', '201'],
            ['x-r', '1'],
          ],
          remove: ['x-up', ':status'],
        }),
      ]),
    },
    stats: ['http.lab.ext_proc.'],
  });

save('immediate', 'The processor answers itself: with and without status, headers, body; for gRPC; in place of a response.', {
  filters: [show([], [['x-after', '1']]), proc()],
  steps: [
    ...each([
      processor([immediate({ status: 403, set: [['x-a', 'b']], remove: ['content-type'], body: 'no no', details: 'some reason' })]),
      processor([immediate({})]),
      processor([immediate({ status: 100, body: 'odd' })]),
      processor([immediate({ status: 429, body: 'x' }), stays]),
      processor([reply('requestHeaders'), immediate({ set: [['x-i', '1']], body: 'late' })]),
    ]),
    {
      request: get('/', [['content-type', 'application/grpc']]),
      clusters: { proc: processor([immediate({ status: 403, grpc: 5, body: 'no such thing' })]) },
    },
  ],
});
save('immediate-disabled', 'Answers of its own are not allowed.', {
  filters: [proc({ disable_immediate_response: true })],
  steps: each([processor([immediate({ status: 403 })])]),
});

for (const [name, more] of [
  ['refused', {}],
  ['allowed', { failure_mode_allow: true }],
  ['status', { status_on_error: { code: 'ServiceUnavailable' } }],
])
  save(`failure-${name}`, `Everything that can go wrong with a processor: ${name}.`, {
    filters: [proc({ ...more, message_timeout: '0.3s' })],
    steps: each([
      { status: 200, headers: [['content-type', 'application/grpc']], trailers: [['grpc-status', '0']], early: true },
      {
        status: 200,
        headers: [
          ['content-type', 'application/grpc'],
          ['grpc-status', '7'],
          ['grpc-message', 'x'],
        ],
        early: true,
      },
      { reset: true, early: true },
      { hang: true, early: true },
      { status: 503, early: true },
      processor([3, reply('requestHeaders')]),
      processor([reply('responseHeaders')]),
      processor([reply('requestBody'), stays]),
      processor([Buffer.from([255, 255])]),
      processor([Buffer.from([])]),
    ]),
    stats: ['http.lab.ext_proc.'],
  });
save('no-host', 'A processor without hosts; one that refuses connections.', {
  filters: [proc()],
  clusters: { proc: { noHosts: true } },
  request: get('/'),
});
save('unknown-cluster', 'A processor that no cluster stands for.', {
  filters: [proc({ grpc_service: { envoy_grpc: { cluster_name: 'none' } } })],
  request: get('/'),
});
save('more-time', 'The processor asks for more time, within and beyond what is granted.', {
  filters: [proc({ message_timeout: '0.3s', max_message_timeout: '1s' })],
  steps: each([
    processor([moreTime(500), 3, reply('requestHeaders'), reply('responseHeaders')]),
    processor([moreTime(2000), 3, reply('requestHeaders'), reply('responseHeaders')]),
  ]),
  stats: ['http.lab.ext_proc.'],
});

const length = (text) => [['content-length', String(text.length)]];
for (const mode of ['BUFFERED', 'STREAMED', 'BUFFERED_PARTIAL']) {
  const name = mode.toLowerCase().replace('_', '-');
  const modes = { request_body_mode: mode, response_body_mode: mode };
  const pieces = mode === 'STREAMED' ? 2 : 1;
  const bodies = (kind, change) => Array.from({ length: pieces }, (_, i) => [...(i === 0 ? [] : [1]), reply(kind, change)]).flat();
  save(`${name}-whole`, `Bodies in one piece, ${name}: left alone, replaced, cleared, with headers changed late.`, {
    filters: [proc({ processing_mode: modes })],
    steps: [{}, { body: 'NEW' }, { clearBody: true }, { set: [['x-late', '1']], body: 'LATER' }].map((change) => ({
      request: get('/a', length('abc'), { body: 'abc' }),
      upstream: { ...echoHeaders, body: 'hello' },
      clusters: {
        proc: processor([
          reply('requestHeaders', { set: length(change.body ?? 'abc') }),
          reply('requestBody', change),
          1,
          reply('responseHeaders', { set: [['x-r', 'v']] }),
          reply('responseBody', change),
        ]),
      },
    })),
  });
  save(`${name}-pieces`, `Bodies in pieces with trailers, ${name}.`, {
    filters: [proc({ processing_mode: { ...modes, request_trailer_mode: 'SEND', response_trailer_mode: 'SEND' } })],
    request: get('/a', [], { bodyChunks: ['abc', 'd'], chunkDelayMs: 100, trailers: [['x-rt', '1']] }),
    upstream: { ...echoHeaders, bodyChunks: ['a', 'b'], chunkDelayMs: 100, trailers: [['x-t', '1']] },
    clusters: {
      proc: processor(
        [
          reply('requestHeaders'),
          ...(mode === 'STREAMED' ? [] : [1, 1]),
          ...bodies('requestBody', { body: 'other' }),
          reply('requestTrailers', { set: [['x-rt2', '3']], remove: ['x-rt'] }),
          1,
          reply('responseHeaders'),
          ...(mode === 'STREAMED' ? [] : [1, 1]),
          ...bodies('responseBody', {}),
          reply('responseTrailers', { set: [['x-t', 'changed']] }),
        ],
        { gap: 150 },
      ),
    },
    stats: ['http.lab.ext_proc.'],
  });
  save(`${name}-alone`, `Bodies alone are shown, ${name}; the length of the request goes.`, {
    filters: [proc({ processing_mode: { ...modes, request_header_mode: 'SKIP', response_header_mode: 'SKIP' } })],
    steps: [
      {
        request: get('/a', length('abc'), { body: 'abc' }),
        clusters: { proc: processor([reply('requestBody', { body: 'longer than before' }), 1, reply('responseBody', { body: 'X' })]) },
      },
    ],
  });
}
save('length-mismatch', 'A replaced body that has not the announced length.', {
  filters: [proc({ processing_mode: { request_body_mode: 'BUFFERED' } })],
  steps: each([processor([reply('requestHeaders'), reply('requestBody', { body: 'longer' })])], get('/', length('abc'), { body: 'abc' })),
});
save('length-allowed', 'The length is left to the processor.', {
  filters: [proc({ allow_content_length_header: true, processing_mode: { request_body_mode: 'STREAMED', response_header_mode: 'SKIP' } })],
  steps: each(
    [processor([reply('requestHeaders', { set: [['content-length', '6']] }), reply('requestBody', { body: 'longer' })])],
    get('/', length('abc'), { body: 'abc' }),
  ),
});
save('partial-limit', 'A body beyond the limit of the buffer: the first part is shown, the rest passes.', {
  filters: [proc({ processing_mode: { request_body_mode: 'BUFFERED_PARTIAL', response_header_mode: 'SKIP' } })],
  connectionManager: { http2_protocol_options: { initial_stream_window_size: 65535 } },
  request: get('/', [], { bodyChunks: [{ repeat: 'a', times: 70000 }, 'tail'], chunkDelayMs: 200 }),
  clusters: { proc: processor([reply('requestHeaders'), 1, reply('requestBody', { body: 'short;' }), stays]) },
  informative: ['callouts'],
});
save('duplex', 'Bodies stream both ways: the processor answers when and with what it likes.', {
  filters: [
    proc({
      processing_mode: {
        request_body_mode: 'FULL_DUPLEX_STREAMED',
        request_trailer_mode: 'SEND',
        response_body_mode: 'FULL_DUPLEX_STREAMED',
        response_trailer_mode: 'SEND',
      },
    }),
  ],
  request: get('/', [], { bodyChunks: ['ab', 'cd'], chunkDelayMs: 30, trailers: [['x-t', '1']] }),
  clusters: {
    proc: processor(
      [
        2,
        reply('requestHeaders', { set: [['x-h', '1']] }),
        reply('requestBody', { streamed: { body: 'AB' } }),
        reply('requestBody', { streamed: { body: 'CD' } }),
        reply('requestTrailers', { set: [['x-t', '2']] }),
        1,
        reply('responseHeaders'),
        reply('responseBody', { streamed: { body: 'answer', end: true } }),
      ],
      { gap: 120 },
    ),
  },
});
save('body-at-once', 'Bodies are shown without waiting for the answer to the headers.', {
  filters: [
    proc({
      send_body_without_waiting_for_header_response: true,
      processing_mode: { request_body_mode: 'STREAMED', response_header_mode: 'SKIP' },
    }),
  ],
  request: get('/', [], { bodyChunks: ['ab', 'cd'], chunkDelayMs: 30 }),
  clusters: {
    proc: processor([2, reply('requestHeaders', { set: [['x-h', '1']] }), reply('requestBody', { body: 'AB' }), reply('requestBody')], {
      gap: 50,
    }),
  },
});
save('replace', 'The whole message is replaced with the answer to its headers, the method too.', {
  filters: [proc({ processing_mode: { request_body_mode: 'BUFFERED', response_body_mode: 'STREAMED' } })],
  steps: [
    {
      request: get('/', length('abc'), { bodyChunks: ['a', 'bc'], chunkDelayMs: 20 }),
      clusters: {
        proc: processor([
          1,
          reply('requestHeaders', { replace: true, body: 'REPLACED', set: [[':method', 'PUT']] }),
          1,
          reply('responseHeaders', { replace: true, body: 'RESPONSE', set: [['x-c', 'r']] }),
        ]),
      },
    },
    {
      request: get('/'),
      clusters: {
        proc: processor([
          reply('requestHeaders', { replace: true, body: 'BODY', set: [[':method', 'POST']] }),
          1,
          reply('responseHeaders', { replace: true }),
        ]),
      },
    },
  ],
});
save('mode-override', 'The answer to the headers chooses what else is shown; only allowed choices count.', {
  filters: [
    proc({
      allow_mode_override: true,
      allowed_override_modes: [{ request_body_mode: 'BUFFERED', response_header_mode: 'SEND' }],
      processing_mode: { response_header_mode: 'SKIP' },
    }),
  ],
  steps: each(
    [
      processor([
        reply('requestHeaders', {}, { mode: { request_body_mode: 'BUFFERED', response_header_mode: 'SEND' } }),
        reply('requestBody', { clearBody: true }),
        reply('responseHeaders', { set: [['x-r', '1']] }),
      ]),
      processor([reply('requestHeaders', {}, { mode: { request_body_mode: 'STREAMED', response_header_mode: 'SEND' } })]),
    ],
    get('/', [], { body: 'ab' }),
  ),
});
save('route-cache', 'The route is chosen anew when the answer asks for it and changes headers.', {
  filters: [proc()],
  routes: routes([
    [
      'other',
      { prefix: '/', headers: [{ name: 'x-route', string_match: { exact: 'other' } }] },
      { response_headers_to_add: [{ header: { key: 'x-by', value: 'other' } }] },
    ],
    ['first', '/'],
  ]),
  steps: each([
    processor([reply('requestHeaders', { set: [['x-route', 'other']], clearRoute: true }), reply('responseHeaders')]),
    processor([reply('requestHeaders', { set: [['x-route', 'other']] }), reply('responseHeaders')]),
    processor([reply('requestHeaders', { clearRoute: true }), reply('responseHeaders')]),
  ]),
  stats: ['http.lab.ext_proc.'],
});
for (const action of ['CLEAR', 'RETAIN'])
  save(`route-cache-${action.toLowerCase()}`, `The filter decides about the route: ${action}.`, {
    filters: [proc({ route_cache_action: action })],
    routes: routes([
      ['other', { prefix: '/', headers: [{ name: 'x-route', string_match: { exact: 'other' } }] }],
      ['first', '/'],
    ]),
    steps: each([
      processor([reply('requestHeaders', { set: [['x-route', 'other']], clearRoute: true }), reply('responseHeaders')]),
      processor([reply('requestHeaders', { set: [['x-route', 'other']] }), reply('responseHeaders')]),
    ]),
    stats: ['http.lab.ext_proc.'],
  });
save('metadata', 'Metadata there and back, in the name spaces that are named.', {
  filters: [
    http('header_to_metadata', 'header_to_metadata.v3.Config', {
      request_rules: [{ header: 'x-a', on_header_present: { metadata_namespace: 'fwd', key: 'a', type: 'STRING' } }],
    }),
    proc({ metadata_options: { receiving_namespaces: { untyped: ['lab'] }, forwarding_namespaces: { untyped: ['fwd', 'none'] } } }),
    show([['x-m', '%DYNAMIC_METADATA(lab:a)% %DYNAMIC_METADATA(third)%']]),
  ],
  request: get('/', [['x-a', '1']]),
  clusters: {
    proc: processor([reply('requestHeaders', {}, { metadata: { lab: { a: 1 }, third: { b: 2 } } }), reply('responseHeaders')]),
  },
});
for (const [name, attribute] of [
  ['path', 'request.path'],
  ['map', 'request.headers'],
  ['expression', "request.method == 'GET' ? 'read' : 'write'"],
  ['number', 'request.total_size'],
  ['unknown', 'no.such'],
])
  save(`attribute-${name}`, `An attribute goes along: ${attribute}.`, {
    filters: [proc({ request_attributes: [attribute], response_attributes: ['response.code'] })],
    request: get('/a?b=1'),
    clusters: { proc: processor([reply('requestHeaders'), reply('responseHeaders')]) },
  });
save('forward-rules', 'Only some headers are shown.', {
  filters: [
    proc({
      forward_rules: {
        allowed_headers: { patterns: [{ prefix: 'x-' }, { exact: ':path' }] },
        disallowed_headers: { patterns: [{ exact: 'x-secret' }] },
      },
      processing_mode: { request_trailer_mode: 'SEND' },
    }),
  ],
  request: get(
    '/a',
    [
      ['x-a', '1'],
      ['x-secret', '2'],
      ['accept', '*/*'],
    ],
    {
      body: 'b',
      trailers: [
        ['x-t', '1'],
        ['y-t', '2'],
      ],
    },
  ),
  clusters: { proc: processor([reply('requestHeaders'), reply('requestTrailers'), 1, reply('responseHeaders')]) },
});
save('observability', 'The processor looks on; nothing waits for it.', {
  filters: [
    proc({
      observability_mode: true,
      processing_mode: { request_body_mode: 'STREAMED', response_body_mode: 'BUFFERED', response_trailer_mode: 'SEND' },
    }),
  ],
  request: get('/a', [], { body: 'abc' }),
  upstream: { ...upstream, headers: [], trailers: [['x-t', '1']] },
  clusters: { proc: { early: true, hang: true } },
});
const overrides = (config) => perRoute('ext_proc', 'ext_proc.v3.ExtProcPerRoute', config);
save('per-route', 'Routes switch the filter off, choose another service, mode and policy.', {
  filters: [
    proc({
      grpc_service: {
        envoy_grpc: { cluster_name: 'proc' },
        initial_metadata: [
          { key: 'x-own', value: 'filter' },
          { key: 'x-path', value: '%REQ(:path)%' },
        ],
      },
    }),
  ],
  clusters: { proc: silent, second: silent },
  routes: routes(
    [
      ['off', '/off', overrides({ disabled: true })],
      ['other', '/other', overrides({ overrides: { grpc_service: { envoy_grpc: { cluster_name: 'second' } } } })],
      [
        'mode',
        '/mode',
        overrides({
          overrides: { processing_mode: { request_header_mode: 'SKIP', response_header_mode: 'SKIP', request_body_mode: 'BUFFERED' } },
        }),
      ],
      ['open', '/open', overrides({ overrides: { failure_mode_allow: true, grpc_initial_metadata: [{ key: 'x-own', value: 'route' }] } })],
      ['plain', '/'],
    ],
    overrides({
      overrides: {
        grpc_initial_metadata: [
          { key: 'x-host', value: 'h' },
          { key: 'x-own', value: 'host' },
        ],
      },
    }),
  ),
  steps: ['/off', '/other', '/mode', '/open', '/plain'].map((path) => ({
    request: get(path, [], { body: 'ab' }),
    clusters: {
      proc:
        path === '/open'
          ? { early: true, reset: true }
          : processor(
              path === '/mode'
                ? [reply('requestBody', { body: 'XY' })]
                : [reply('requestHeaders', { set: [['x-by', 'proc']] }), reply('responseHeaders')],
            ),
      second: processor([reply('requestHeaders', { set: [['x-by', 'second']] }), reply('responseHeaders')]),
    },
  })),
});
save('chain', 'Between a plugin and other filters: what one changes the next one sees.', {
  filters: [
    wasm('regex-replace', { rules: [{ pattern: '^/old/(.*)$', replacement: '/new/$1' }] }),
    proc({ processing_mode: { request_body_mode: 'BUFFERED' } }),
    http('buffer', 'buffer.v3.Buffer', { max_request_bytes: 100 }),
  ],
  request: get('/old/x', [], { bodyChunks: ['ab', 'cd'] }),
  clusters: {
    proc: processor([
      reply('requestHeaders', { set: [['x-seen', '1']] }),
      1,
      reply('requestBody', { body: 'changed' }),
      1,
      reply('responseHeaders'),
    ]),
  },
});
const byHttp = (more = {}) =>
  proc({
    grpc_service: undefined,
    http_service: { http_service: { http_uri: { uri: 'http://proc.local/path', cluster: 'proc', timeout: '1s' }, ...more } },
  });
const json = (value) => ({ status: 200, body: JSON.stringify(value) });
save('http', 'A processor that is asked by HTTP, in JSON.', {
  filters: [byHttp({ request_headers_to_add: [{ header: { key: 'x-key', value: 'v' } }] })],
  // A random id goes along.
  informative: ['callouts'],
  steps: each([
    {
      responses: [
        json({
          request_headers: {
            response: { header_mutation: { set_headers: [{ header: { key: 'x-new', raw_value: btoa('v') } }], remove_headers: ['x-a'] } },
          },
        }),
        json({ responseHeaders: { response: { headerMutation: { setHeaders: [{ header: { key: 'x-r', rawValue: btoa('r') } }] } } } }),
      ],
    },
    json({ immediate_response: { status: { code: 401 }, body: btoa('no'), details: 'd e' } }),
    json({}),
    { status: 200, body: '{bad' },
    { status: 503 },
    { hang: true },
  ]),
  stats: ['http.lab.ext_proc.'],
});
save('rejected-services', 'One service must be given.', { filters: [proc({ grpc_service: undefined })], request: get('/') });
save('rejected-duplex', 'A body that streams both ways needs its trailers shown.', {
  filters: [proc({ processing_mode: { response_body_mode: 'FULL_DUPLEX_STREAMED' } })],
  request: get('/'),
});
save('rejected-http-bodies', 'By HTTP only headers are shown.', {
  filters: [{ ...byHttp(), typed_config: { ...byHttp().typed_config, processing_mode: { request_body_mode: 'BUFFERED' } } }],
  request: get('/'),
});
