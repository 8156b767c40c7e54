// Envoy clusters and listener from a scenario.
import { deepMerge, absolutise } from './util.mjs';
import { SLOTS } from './upstreams.mjs';

const T = (name) => `type.googleapis.com/${name}`;

export function buildClusters(sc, up, dir, tcp = null) {
  const names = ['upstream', ...Object.keys(sc.clusters ?? {}).filter((n) => n !== 'upstream')];
  if (names.length > SLOTS) throw new Error(`at most ${SLOTS - 1} named clusters`);
  const specs = new Map();
  const slotNames = [];
  const slotPorts = [];
  const resources = [];
  names.forEach((name, slot) => {
    const spec = name === 'upstream' ? (sc.upstream ?? sc.clusters?.upstream ?? { echo: true }) : sc.clusters[name];
    slotNames[slot] = name;
    specs.set(name, spec);
    const raw = tcp && !spec.http; // with a conversation the servers are scripted TCP servers unless the cluster says "http": true
    const port = raw ? tcp.ports[slot] : up.ports[slot];
    slotPorts[slot] = port;
    const endpoints = spec.noHosts
      ? []
      : [
          {
            lb_endpoints: [
              {
                endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: spec.unreachable ? 1 : port } } },
                ...(spec.hostMetadata ? { metadata: spec.hostMetadata } : {}),
              },
            ],
            ...(spec.locality ? { locality: spec.locality } : {}),
          },
        ];
    resources.push(
      deepMerge(
        {
          '@type': T('envoy.config.cluster.v3.Cluster'),
          name,
          type: 'STATIC',
          connect_timeout: '1s',
          lb_policy: 'ROUND_ROBIN',
          ...(raw
            ? {}
            : {
                typed_extension_protocol_options: {
                  'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
                    '@type': T('envoy.extensions.upstreams.http.v3.HttpProtocolOptions'),
                    explicit_http_config: { http2_protocol_options: {} },
                  },
                },
              }),
          load_assignment: { cluster_name: name, endpoints },
        },
        absolutise(spec.clusterConfig, dir),
      ),
    );
  });
  return { resources, slotNames, slotPorts, specs };
}

const stdout = (fields) => ({
  name: 'envoy.access_loggers.stdout',
  typed_config: {
    '@type': T('envoy.extensions.access_loggers.stream.v3.StdoutAccessLog'),
    log_format: { json_format: fields },
  },
});
const DEFAULT_VHOSTS = [
  { name: 'default', domains: ['*'], routes: [{ name: 'default', match: { prefix: '/' }, route: { cluster: 'upstream' } }] },
];
// `part` is a scenario or one of its filterChains.
function connectionManager(part, codec) {
  const routes = part.routes ?? DEFAULT_VHOSTS;
  const routeConfig = Array.isArray(routes) ? { name: 'routes', virtual_hosts: routes } : { name: 'routes', ...routes };
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: deepMerge(
      {
        '@type': T('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'),
        stat_prefix: 'lab',
        codec_type: codec,
        generate_request_id: false,
        server_header_transformation: 'PASS_THROUGH',
        route_config: routeConfig,
        http_filters: [
          ...(part.filters ?? []),
          {
            name: 'envoy.filters.http.router',
            typed_config: { '@type': T('envoy.extensions.filters.http.router.v3.Router'), suppress_envoy_headers: true },
          },
        ],
        access_log: [
          stdout({
            code: '%RESPONSE_CODE%',
            details: '%RESPONSE_CODE_DETAILS%',
            flags: '%RESPONSE_FLAGS%',
            route: '%ROUTE_NAME%',
            cluster: '%UPSTREAM_CLUSTER%',
          }),
        ],
      },
      part.connectionManager,
    ),
  };
}
const TERMINAL = /(tcp_proxy|echo|direct_response|redis_proxy|thrift_proxy|dubbo_proxy|http_connection_manager|generic_proxy)$/i;
const isTerminal = (f) =>
  TERMINAL.test(f?.name ?? '') ||
  /\.(TcpProxy|Echo|RedisProxy|ThriftProxy|DubboProxy|HttpConnectionManager|GenericProxy)$|direct_response\.v3\.Config$/.test(
    f?.typed_config?.['@type'] ?? '',
  );
function networkChain(part, codec) {
  const list = part.networkFilters ?? [];
  if (!part.networkFilters || part.filters) return [...list, connectionManager(part, codec)];
  if (part.terminal || isTerminal(list.at(-1))) return list;
  return [
    ...list,
    {
      name: 'envoy.filters.network.tcp_proxy',
      typed_config: deepMerge(
        {
          '@type': T('envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy'),
          stat_prefix: 'tcp',
          cluster: part.cluster ?? 'upstream',
        },
        part.tcpProxy,
      ),
    },
  ];
}
function filterChain(part, codec) {
  return {
    ...(part.name ? { name: part.name } : {}),
    ...(part.filterChainMatch ? { filter_chain_match: part.filterChainMatch } : {}),
    filters: networkChain(part, codec),
    ...part.filterChain,
  };
}
const isTcp = (sc) => Boolean(sc.conversation || sc.connections);
export { isTcp };

// The fields of a connection's own record; `peer` only serves to find the connection and is taken out again.
export const CONNECTION_FIELDS = {
  peer: '%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%',
  remote: '%DOWNSTREAM_REMOTE_ADDRESS%',
  local: '%DOWNSTREAM_LOCAL_ADDRESS%',
  chain: '%FILTER_CHAIN_NAME%',
  cluster: '%UPSTREAM_CLUSTER%',
  flags: '%RESPONSE_FLAGS%',
  details: '%RESPONSE_CODE_DETAILS%',
  termination: '%CONNECTION_TERMINATION_DETAILS%',
  upstreamFailure: '%UPSTREAM_TRANSPORT_FAILURE_REASON%',
  sni: '%REQUESTED_SERVER_NAME%',
  received: '%BYTES_RECEIVED%',
  sent: '%BYTES_SENT%',
};

export function buildListener(scenario, dir, port, name) {
  const sc = absolutise(portNumbers(scenario, port), dir);
  const tcp = isTcp(sc);
  const codec = tcp ? 'AUTO' : 'HTTP2';
  const wide = tcp && (sc.connections ?? [sc]).some((c) => c.to);
  return deepMerge(
    {
      '@type': T('envoy.config.listener.v3.Listener'),
      name,
      address: { socket_address: { address: wide ? '0.0.0.0' : '127.0.0.1', port_value: port } },
      ...(sc.listenerFilters ? { listener_filters: sc.listenerFilters } : {}),
      filter_chains: sc.filterChains ? sc.filterChains.map((c) => filterChain(c, codec)) : [filterChain({ ...sc, name: undefined }, codec)],
      ...(sc.defaultFilterChain ? { default_filter_chain: filterChain(sc.defaultFilterChain, codec) } : {}),
      ...(tcp ? { access_log: [stdout(CONNECTION_FIELDS)] } : {}),
    },
    sc.listener,
  );
}
// "{listener.port}" stands for the listener's port, which is another one in every run.
function portNumbers(node, port) {
  if (node === '{listener.port}') return port;
  if (Array.isArray(node)) return node.map((n) => portNumbers(n, port));
  if (node && typeof node === 'object')
    return Object.fromEntries(Object.entries(node).map(([k, v]) => [k, k === 'expect' ? v : portNumbers(v, port)]));
  return node;
}
