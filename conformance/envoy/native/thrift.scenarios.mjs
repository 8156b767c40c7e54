/** thrift_proxy: transports, protocols, routes, one-way calls, exceptions, failures. */
import { any, scenario } from './lab.mjs';
import { binary, compact, framed, headers, lax } from './thrift.mjs';

export const scenarios = [];
const route = (match, cluster = 'upstream', more = {}) => ({ match, route: { cluster, ...more } });
const thrift = (routes, config = {}) => [
  {
    name: 'envoy.filters.network.thrift_proxy',
    typed_config: any('envoy.extensions.filters.network.thrift_proxy.v3.ThriftProxy', {
      stat_prefix: 't',
      route_config: { name: 'routes', routes },
      ...config,
    }),
  },
];
const all = [route({ method_name: '' })];
const save = (name, description, input) =>
  scenarios.push(scenario(`thrift-${name}`, description, { topic: 'l4', stats: ['thrift.t.', 'cluster.upstream.thrift.'], ...input }));
const client = (hex) => ({ client: { hex } });
const server = (hex, cluster) => ({ upstream: { hex }, ...(cluster === undefined ? {} : { cluster }) });
const fields = [
  [1, 'bool', true],
  [2, 'byte', -5],
  [3, 'i16', -300],
  [4, 'i32', 70000],
  [5, 'i64', -5000000000n],
  [6, 'double', 1.5],
  [7, 'string', 'text'],
  [30, 'list', ['i32', [1, -2, 3]]],
  [31, 'set', ['string', ['a', 'b']]],
  [
    32,
    'map',
    [
      'string',
      'bool',
      [
        ['k', true],
        ['l', false],
      ],
    ],
  ],
  [33, 'map', ['i16', 'i64', []]],
  [
    34,
    'struct',
    [
      [1, 'struct', []],
      [2, 'bool', false],
    ],
  ],
  [35, 'list', ['bool', [true, false]]],
  [36, 'list', ['byte', Array.from({ length: 20 }, (_, i) => i)]],
  [37, 'list', ['struct', [[[1, 'i32', 5]], []]]],
];

for (const [transport, frame] of [
  ['framed', framed],
  ['unframed', (hex) => hex],
])
  for (const [protocol, message] of Object.entries({ binary, compact }))
    save(
      `${transport}-${protocol}`,
      "Transport and protocol are found out; all types of values pass; sequence ids are Envoy's own upstream.",
      {
        networkFilters: thrift(all),
        conversation: [
          client(frame(message('call', 'say', 7, fields))),
          server(frame(message('reply', 'say', 0, [[0, 'string', 'ok']]))),
          client(frame(message('call', 'say', 8, []))),
          server(frame(message('reply', 'say', 1, [[1, 'struct', [[1, 'string', 'an error']]]]))),
          client(frame(message('call', 'say', 9, []))),
          server(
            frame(
              message('exception', 'say', 2, [
                [1, 'string', 'broken'],
                [2, 'i32', 6],
              ]),
            ),
          ),
          client(frame(message('call', 'say', 10, []))),
          server(frame(message('reply', 'say', 3, []))),
        ],
      },
    );
save('header-transport', 'The header transport carries headers both ways.', {
  networkFilters: thrift([route({ method_name: '', headers: [{ name: 'x-to', string_match: { exact: 'left' } }] }, 'left'), ...all]),
  clusters: { left: {} },
  conversation: [
    client(headers(binary('call', 'say', 3, fields), { 'X-To': 'left', b: '2' }, { seq: 3 })),
    server(headers(binary('reply', 'say', 0, [[0, 'i32', 1]]), { 'x-answer': 'yes' }), 'left'),
    client(headers(compact('call', 'say', 4, []), { 'x-to': 'right' }, { protocol: 2, seq: 4 })),
    server(headers(compact('reply', 'say', 0, []), {}, { protocol: 2 }), 'upstream'),
  ],
});
save('header-transform', 'A transform that Envoy does not know.', {
  networkFilters: thrift(all),
  conversation: [client(headers(binary('call', 'say', 3, []), {}, { seq: 3, transforms: [1] }))],
});
save('lax-binary', 'The old binary protocol without version.', {
  networkFilters: thrift(all, { transport: 'FRAMED', protocol: 'LAX_BINARY' }),
  conversation: [client(framed(lax('call', 'say', 7, fields))), server(framed(lax('reply', 'say', 0, [[0, 'i32', 1]])))],
});
save('converted', 'Another transport and protocol towards the server.', {
  networkFilters: thrift(all, { transport: 'FRAMED', protocol: 'BINARY' }),
  upstream: {
    clusterConfig: {
      typed_extension_protocol_options: {
        'envoy.filters.network.thrift_proxy': any('envoy.extensions.filters.network.thrift_proxy.v3.ThriftProtocolOptions', {
          transport: 'HEADER',
          protocol: 'COMPACT',
        }),
      },
    },
  },
  conversation: [
    client(framed(binary('call', 'say', 7, fields))),
    server(headers(compact('reply', 'say', 0, [[0, 'list', ['i32', [1, 2]]]]), { x: 'y' }, { protocol: 2 })),
  ],
});
save('routes', 'Methods, services, inversion, a service name taken away.', {
  networkFilters: thrift([
    route({ service_name: 'shop' }, 'left', { strip_service_name: true }),
    route({ method_name: 'secret', invert: true, headers: [{ name: 'x', present_match: true }] }, 'right'),
    route({ method_name: 'say' }),
  ]),
  clusters: { left: {}, right: {} },
  conversation: [
    client(headers(binary('call', 'shop:buy', 1, []), {}, { seq: 1 })),
    server(headers(binary('reply', 'buy', 0, [])), 'left'),
    client(headers(binary('call', 'other', 2, []), { x: '1' }, { seq: 2 })),
    server(headers(binary('reply', 'other', 0, [])), 'right'),
    client(headers(binary('call', 'say', 3, []), {}, { seq: 3 })),
    server(headers(binary('reply', 'say', 0, [])), 'upstream'),
    client(headers(binary('call', 'secret', 4, []), { x: '1' }, { seq: 4 })),
  ],
  stats: ['thrift.t.', 'cluster.left.thrift.', 'cluster.right.thrift.'],
});
save('cluster-header', 'The cluster named in a header; weights with one entry.', {
  networkFilters: thrift([
    { match: { method_name: 'a' }, route: { cluster_header: 'x-cluster' } },
    {
      match: { method_name: 'b' },
      route: {
        weighted_clusters: {
          clusters: [{ name: 'left', weight: 5 }],
        },
      },
    },
  ]),
  clusters: { left: {} },
  conversation: [
    client(headers(binary('call', 'a', 1, []), { 'x-cluster': 'left' }, { seq: 1 })),
    server(headers(binary('reply', 'a', 0, [])), 'left'),
    client(headers(binary('call', 'b', 2, []), {}, { seq: 2 })),
    server(headers(binary('reply', 'b', 1, [])), 'left'),
    client(headers(binary('call', 'a', 3, []), {}, { seq: 3 })),
  ],
});
save('oneway', 'One-way calls, one after the other, then one with an answer.', {
  networkFilters: thrift(all),
  conversation: [
    client(framed(binary('oneway', 'tell', 1, []))),
    client(framed(binary('oneway', 'tell', 2, [])) + framed(binary('call', 'say', 3, []))),
    server(framed(binary('reply', 'say', 2, []))),
  ],
});
save('pipeline', 'Several calls at once, each on a connection of its own; answers come in any order.', {
  networkFilters: thrift(all),
  conversation: [
    client(framed(binary('call', 'a', 1, [])) + framed(binary('call', 'b', 2, []))),
    { ...server(framed(binary('reply', 'b', 0, []))), id: 2 },
    { ...server(framed(binary('reply', 'a', 0, []))), id: 1 },
    client(framed(binary('call', 'c', 3, []))),
  ],
});
save('pieces', 'A call and its answer in pieces.', {
  networkFilters: thrift(all),
  conversation: [
    client(framed(binary('call', 'say', 1, fields)).slice(0, 6)),
    client(framed(binary('call', 'say', 1, fields)).slice(6)),
    server(framed(binary('reply', 'say', 0, fields)).slice(0, 60)),
    server(framed(binary('reply', 'say', 0, fields)).slice(60)),
  ],
});
save('unknown-cluster', 'The cluster of a route does not exist.', {
  networkFilters: thrift([route({ method_name: '' }, 'nowhere')]),
  conversation: [client(framed(binary('call', 'say', 7, [])))],
});
save('unknown-cluster-later', 'The cluster of a route does not exist, and that is not checked.', {
  networkFilters: thrift(undefined, {
    route_config: { name: 'r', validate_clusters: false, routes: [route({ method_name: '' }, 'nowhere')] },
  }),
  conversation: [client(framed(binary('call', 'say', 7, [])))],
});
save('no-hosts', 'The cluster has no hosts.', {
  networkFilters: thrift(all),
  upstream: { noHosts: true },
  conversation: [client(framed(binary('call', 'say', 7, [])))],
});
save('refused', 'The server refuses the connection.', {
  networkFilters: thrift(all),
  upstream: { unreachable: true },
  conversation: [client(framed(binary('call', 'say', 7, [])))],
  normalise: [{ pattern: '127\\.0\\.0\\.1:\\d+', replace: '127.0.0.1:{port}' }],
  informative: ['received', 'sent'],
});
save('closed-early', 'The server ends the connection before its answer, and in the middle of it.', {
  networkFilters: thrift(all),
  connections: [
    { conversation: [client(framed(binary('call', 'say', 7, []))), { closeUpstream: true }] },
    {
      conversation: [
        client(framed(binary('call', 'say', 7, []))),
        server(framed(binary('reply', 'say', 0, fields)).slice(0, 60)),
        { closeUpstream: true },
      ],
    },
  ],
  informative: ['received', 'sent'],
});
save('idle-closes', 'The server ends an idle connection; the next call makes another one.', {
  networkFilters: thrift(all),
  conversation: [
    client(framed(binary('call', 'say', 1, []))),
    server(framed(binary('reply', 'say', 0, []))),
    { closeUpstream: true },
    client(framed(binary('call', 'say', 2, []))),
    server(framed(binary('reply', 'say', 0, []))),
  ],
});
save('client-leaves', 'The client ends while a call waits.', {
  networkFilters: thrift(all),
  conversation: [client(framed(binary('call', 'say', 7, []))), { closeClient: true }],
});
save('client-half-closes', 'The client ends its direction while a call waits.', {
  networkFilters: thrift(all),
  conversation: [client(framed(binary('call', 'say', 7, []))), { closeClient: 'half' }],
});
for (const [name, hex] of [
  ['transport', '48545450'.repeat(5)],
  ['frame-size', framed(binary('call', 'say', 7, [])).replace(/^......../, '7fffffff')],
  ['version', framed('8002000100000001780000000100')],
  ['type', framed(binary(9, 'say', 7, []))],
  ['reply', framed(binary('reply', 'say', 7, []))],
])
  save(`broken-${name}`, 'Bytes that are no call.', { networkFilters: thrift(all), conversation: [client(hex)] });
save('broken-answer', 'The answer cannot be decoded.', {
  networkFilters: thrift(all),
  conversation: [client(framed(binary('call', 'say', 7, []))), server(framed('800200010000000178000000010000'))],
});
save('wrong-transport', 'Another transport than the configured one.', {
  networkFilters: thrift(all, { transport: 'HEADER', protocol: 'BINARY' }),
  conversation: [client(framed(binary('call', 'say', 7, [])))],
});
save('passthrough', 'The payload is passed on as it is.', {
  networkFilters: thrift(all, { payload_passthrough: true }),
  conversation: [client(framed(binary('call', 'say', 7, fields))), server(framed(binary('reply', 'say', 0, [[0, 'string', 'ok']])))],
});
save('max-requests', 'A connection ends after some requests.', {
  networkFilters: thrift(all, { max_requests_per_connection: 2 }),
  conversation: [1, 2].flatMap((seq) => [
    client(framed(binary('call', 'say', seq, []))),
    server(framed(binary('reply', 'say', seq - 1, []))),
  ]),
});
save('keep-client', "A lost server does not end the client's connection when so configured.", {
  networkFilters: thrift(all, {
    thrift_filters: [
      {
        name: 'envoy.filters.thrift.router',
        typed_config: any('envoy.extensions.filters.network.thrift_proxy.router.v3.Router', { close_downstream_on_upstream_error: false }),
      },
    ],
  }),
  conversation: [client(framed(binary('call', 'say', 7, []))), { closeUpstream: true }, client(framed(binary('call', 'say', 8, [])))],
  informative: ['received', 'sent'],
});
