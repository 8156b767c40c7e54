/** Properties and foreign functions. */
import { http, network, scenario } from './dsl.mjs';

const get = (...paths) => paths.map((path) => `get_property ${path.replaceAll('.', '\\0')}`).join('\n');
const requestPaths = [
  'path',
  'url_path',
  'host',
  'scheme',
  'method',
  'referer',
  'useragent',
  'id',
  'query',
  'protocol',
  'headers.x-one',
  'headers.x-none',
  'headers.x-two',
  'size',
  'total_size',
  'unknown',
].map((name) => `request.${name}`);
const responsePaths = ['code', 'code_details', 'headers.x-up', 'trailers.y', 'flags', 'grpc_status', 'size', 'total_size', 'unknown'].map(
  (name) => `response.${name}`,
);
const connectionPaths = [
  'connection.mtls',
  'connection.id',
  'connection.requested_server_name',
  'connection.tls_version',
  'connection.subject_peer_certificate',
  'connection.termination_details',
  'connection.transport_failure_reason',
  'source.address',
  'destination.address',
  'upstream.address',
  'upstream.port',
  'upstream.transport_failure_reason',
  'upstream.request_attempt_count',
  'upstream.tls_version',
];
const otherPaths = [
  'plugin_name',
  'plugin_root_id',
  'plugin_vm_id',
  'connection_id',
  'xds.node.id',
  'xds.node.cluster',
  'xds.node.metadata.ROLE',
  'xds.node.metadata.LABELS.app',
  'xds.node.metadata',
  'xds.node.locality.region',
  'xds.cluster_name',
  'xds.route_name',
  'xds.virtual_host_name',
  'xds.filter_chain_name',
  'xds.listener_direction',
  'xds.listener_metadata',
  'xds.cluster_metadata.filter_metadata.ns.k',
  'xds.route_metadata.filter_metadata.ns.k',
  'xds.virtual_host_metadata',
  'xds.upstream_host_metadata.filter_metadata.ns.k',
  'xds.upstream_host_locality_metadata',
  'xds.unknown',
  'node.id',
  'node.metadata.ROLE',
  'cluster_name',
  'route_name',
  'cluster_metadata',
  'listener_direction',
  'listener_metadata',
  'upstream_host_metadata',
  'metadata.filter_metadata.ns.k',
  'metadata.filter_metadata',
  'metadata',
  'filter_state.none',
  'upstream_filter_state.none',
  'request',
  'response',
  'connection',
  'source',
  'upstream',
  'xds',
  'filter_state',
  'nothing',
];
const phases = ['request_headers', 'request_body', 'response_headers', 'response_body', 'log'];
const inEach = (paths) => phases.map((phase) => `[${phase}]\nlog 2 --${phase}\n${get(...paths)}`).join('\n');
/** Ports differ from run to run, and so do numbers of connections. */
const normalise = [
  { pattern: '(upstream\\\\0port|connection\\\\0id|connection_id) = 0 ".*" 8', replace: '$1 = 0 {number} 8' },
  { pattern: '(address) = 0 "127\\.0\\.0\\.1:[^"]*" \\d+', replace: '$1 = 0 {address}' },
];
const request = {
  headers: [
    [':method', 'POST'],
    [':path', '/a/b?c=d&e=f'],
    ['x-one', '1'],
    ['x-two', 'a'],
    ['x-two', 'b'],
    ['user-agent', 'ua'],
    ['referer', 'http://r/'],
    ['x-request-id', 'rid'],
    ['content-length', '4'],
  ],
  body: 'body',
};
const upstream = { status: 203, headers: [['x-up', 'u']], body: 'response', trailers: [['y', 'z']] };

export const scenarios = [
  scenario('property-request', 'request.* in each callback.', { filters: [http(inEach(requestPaths))], request, upstream, normalise }),
  scenario('property-request-plain', 'request.* of a request without query, body and the rest.', {
    filters: [http(`[request_headers]\n${get(...requestPaths)}`)],
    request: { headers: [[':path', '/plain']] },
    normalise,
  }),
  scenario('property-request-strange', 'request.url_path and request.query of strange paths; sizes that are no numbers.', {
    filters: [http(`[request_headers]\n${get('request.path', 'request.url_path', 'request.query', 'request.size')}`)],
    request: ['/?', '/a?b?c', '/a#f', '/a?', '/a%3Fb'].map((path) => ({ headers: [[':path', path]] })),
  }),
  scenario('property-response', 'response.* in each callback.', { filters: [http(inEach(responsePaths))], request, upstream, normalise }),
  scenario('property-connection', 'connection.*, source.*, destination.*, upstream.* in each callback.', {
    filters: [http(inEach(connectionPaths))],
    request,
    upstream,
    normalise,
  }),
  scenario('property-other', 'Everything else in each callback.', {
    filters: [http(inEach(otherPaths), { vmId: 'the-vm' })],
    request,
    upstream: {
      ...upstream,
      clusterConfig: { metadata: { filter_metadata: { ns: { k: 'cluster' } } } },
      hostMetadata: { filter_metadata: { ns: { k: 'host' } } },
    },
    routes: {
      name: 'routes',
      virtual_hosts: [
        {
          name: 'vhost',
          domains: ['*'],
          metadata: { filter_metadata: { ns: { k: 'vhost' } } },
          routes: [
            {
              name: 'the-route',
              match: { prefix: '/' },
              metadata: { filter_metadata: { ns: { k: 'route' } } },
              route: { cluster: 'upstream' },
            },
          ],
        },
      ],
    },
    normalise,
  }),
  scenario('property-listener', 'Direction and metadata of the listener.', {
    filters: [
      http(
        `[configure]\n${get('xds.listener_direction', 'xds.listener_metadata', 'xds.node.id')}\n[request_headers]\n${get('xds.listener_direction', 'xds.listener_metadata.filter_metadata.ns.k', 'listener_direction')}`,
      ),
    ],
    request: {},
    listener: { traffic_direction: 'INBOUND', metadata: { filter_metadata: { ns: { k: 'listener' } } } },
  }),
  scenario('property-root', 'Everything without a stream.', {
    filters: [
      http(
        `[configure]\n${get(...otherPaths, 'request.path', 'response.code', 'source.address', 'connection.mtls')}\nset_property k v\nget_property k`,
        { vmId: 'the-vm' },
      ),
    ],
    request: {},
  }),
  scenario('property-paths', 'Paths of every form.', {
    filters: [
      http(`
        [request_headers]
        get_property ""
        get_property \\0
        get_property request\\0path\\0
        get_property request\\0path\\0\\0
        get_property request\\0\\0path
        get_property \\0request\\0path
        get_property request.path
        get_property request\\0path\\0more
        get_property request\\0headers
        get_property request\\0headers\\0X-One
        get_property Request\\0path
        get_property @0xfffffff0,100
        get_property plugin_name @0xffffffff
        get_property plugin_name @0 @0xffffffff
        get_property plugin_name\\0x
        get_property nothing @0xffffffff
      `),
    ],
    request: { headers: [['x-one', '1']] },
    normalise: [{ pattern: 'request\\\\0headers = 0 .*', replace: 'request\\0headers = 0 {pairs}' }],
  }),
  scenario('property-after-continue', 'Values of request headers go with the headers, others stay.', {
    filters: [
      http(`
        [request_headers]
        ${get('request.path', 'request.method', 'request.headers.x-one')}
        [request_body]
        ${get('request.path', 'request.method', 'request.headers.x-one', 'request.protocol', 'request.size', 'request.total_size')}
        [response_headers]
        ${get('request.path', 'request.host', 'response.code', 'request.protocol', 'request.size')}
      `),
    ],
    request: {
      headers: [
        [':method', 'POST'],
        ['x-one', '1'],
      ],
      body: 'body',
    },
  }),
  scenario('property-numbers', 'Times and durations exist where they should.', {
    filters: [
      http(
        phases
          .map(
            (phase) =>
              `[${phase}]\n?get_property request\\0time\n?get_property request\\0duration\n?get_property response\\0backend_latency\n?get_property upstream\\0cx_pool_ready_duration`,
          )
          .join('\n'),
      ),
    ],
    request,
    upstream,
  }),
  scenario('property-set', 'Values set by a plugin: read back, by other plugins, in other callbacks, in the log.', {
    filters: [
      http(
        '[request_headers]\nset_property mine one\nget_property mine\nset_property mine two\nget_property mine\nset_property empty ""\nget_property empty\nset_property a\\0b c\nget_property a\\0b\nset_property "" x\nset_property @0xfffffff0,100 x\nset_property x @0xfffffff0,100\nget_property filter_state\\0wasm.mine\n[log]\nget_property mine',
        { name: 'one' },
      ),
      http('[request_headers]\nget_property mine\n[response_headers]\nset_property mine three\nget_property mine', {
        name: 'two',
        vmId: 'other',
      }),
    ],
    request: {},
  }),
  scenario('property-set-reserved', 'Names that exist already.', {
    filters: [
      http(
        '[request_headers]\nset_property plugin_name x\nget_property plugin_name\nset_property request x\nset_property request\\0path /x\nget_property request\\0path',
      ),
    ],
    request: {},
  }),
  scenario('property-node-old', 'Old names at the top.', {
    filters: [
      http(
        `[request_headers]\n${get('node', 'node.metadata', 'cluster_name', 'cluster_metadata', 'route_name', 'route_metadata', 'listener_direction', 'listener_metadata', 'upstream_host_metadata')}`,
      ),
    ],
    request: {},
  }),
  scenario('property-metadata', 'Dynamic metadata of another filter, by type.', {
    filters: [
      {
        name: 'set-metadata',
        typed_config: {
          '@type': 'type.googleapis.com/envoy.extensions.filters.http.set_metadata.v3.Config',
          metadata: [
            {
              metadata_namespace: 'ns',
              value: { text: 'x', number: 1.5, flag: true, list: ['a', 'b'], map: { k: 'v', n: 2 }, none: null },
            },
          ],
        },
      },
      http(
        `[request_headers]\n${get(...['text', 'number', 'flag', 'list', 'list.0', 'list.1', 'list.2', 'list.x', 'map.k', 'map.n', 'map.none', 'none', 'absent'].map((path) => `metadata.filter_metadata.ns.${path}`), 'metadata.filter_metadata.none.k', 'metadata.typed_filter_metadata')}`,
      ),
    ],
    request: {},
  }),
  scenario('property-tcp', 'Properties of a connection.', {
    networkFilters: [
      network(
        `
        [new_connection]
        ${get('source.address', 'destination.address', 'connection.mtls', 'connection.id', 'request.path', 'response.code', 'upstream.address', 'plugin_name', 'xds.node.id', 'xds.filter_chain_name', 'nothing')}
        set_property mine x
        get_property mine
        [upstream_data]
        ${get('upstream.address', 'upstream.port', 'xds.cluster_name', 'mine')}
        [log]
        ${get('source.address', 'connection.termination_details', 'mine')}
        `,
      ),
    ],
    conversation: [{ client: 'a' }, { upstream: 'b' }],
    normalise,
  }),
];
