import type { Chance } from './chance.ts';
import { add, policyNamespace, selector, type Plain, type World } from './world.ts';

const type = (name: string, fields: Plain = {}): Plain => ({ '@type': `type.googleapis.com/envoy.${name}`, ...fields });
const manager = 'envoy.filters.network.http_connection_manager';
const lua = (): Plain => type('extensions.filters.http.lua.v3.Lua', { default_source_code: { inline_string: '--' } });

const httpNames = ['router', 'cors', 'fault', 'grpc_stats', 'jwt_authn', 'rbac'].map((name) => `envoy.filters.http.${name}`);
const networkNames = [manager, 'envoy.filters.network.tcp_proxy', 'istio.metadata_exchange', 'istio.stats', 'envoy.filters.network.rbac'];
const listenerNames = [
  'envoy.filters.listener.tls_inspector',
  'envoy.filters.listener.http_inspector',
  'envoy.filters.listener.original_dst',
];
const inserts = ['INSERT_BEFORE', 'INSERT_AFTER', 'INSERT_FIRST', 'ADD'] as const;

/** EnvoyFilters of every `applyTo`, with matches of every kind. */
export function addAnyEnvoyFilters(world: World): void {
  const { chance } = world;
  for (const index of chance.some([0, 1, 2, 3], 0.4)) {
    add(
      world,
      'networking.istio.io/v1alpha3',
      'EnvoyFilter',
      { name: `any-ef-${index}`, namespace: policyNamespace(world) },
      {
        spec: {
          ...target(world),
          ...chance.maybe(0.3, () => ({ priority: chance.int(-2, 2) })),
          configPatches: chance.times(chance.int(1, 3), (at) => patch(world, `${index}-${at}`)),
        },
      },
    );
  }
}

function target(world: World): Plain {
  const chosen = world.chance.odds(0.6) ? selector(world) : {};
  const { selector: own, ...rest } = chosen as { selector?: { matchLabels: Plain } };
  return { ...rest, ...(own === undefined ? {} : { workloadSelector: { labels: own.matchLabels } }) };
}

function patch(world: World, id: string): Plain {
  const { chance } = world;
  const make = chance.pick([
    listener,
    listenerFilter,
    filterChain,
    networkFilter,
    networkFilter,
    httpFilter,
    httpFilter,
    httpFilter,
    routes,
    virtualHost,
    httpRoute,
    extensionConfig,
    cluster,
  ]);
  return make(world, id);
}

function proxyMatch(chance: Chance): Plain {
  return chance.maybe(0.15, () => ({
    proxy: chance.pick<Plain>([
      { proxyVersion: '^1\\.31.*' },
      { proxyVersion: '1.2[0-9]' },
      { metadata: { HTTP10: '1' } },
      { proxyVersion: '(' },
      { metadata: { absent: 'x' } },
    ]),
  })) as Plain;
}

function match(world: World, rest: Plain): Plain {
  const { chance } = world;
  return {
    ...chance.maybe(0.85, () => ({ context: chance.pick(['ANY', 'SIDECAR_INBOUND', 'SIDECAR_OUTBOUND', 'GATEWAY']) })),
    ...proxyMatch(chance),
    ...rest,
  };
}

function listenerMatch(world: World, filterChainMatch: Plain = {}): Plain {
  const { chance } = world;
  const chain: Plain = {
    ...filterChainMatch,
    ...chance.maybe(0.1, () => ({
      name: chance.pick([
        '0.0.0.0_8080',
        'virtualInbound-catchall-http',
        'PassthroughFilterChain',
        'inbound-vip|80|http|cart.shop.svc.cluster.local',
      ]),
    })),
    ...chance.maybe(0.08, () => ({ sni: chance.pick(['shop.example.com', '*.example.com']) })),
    ...chance.maybe(0.1, () => ({ transportProtocol: chance.pick(['tls', 'raw_buffer']) })),
    ...chance.maybe(0.1, () => ({ applicationProtocols: chance.pick(['h2', 'istio', 'http/1.1,h2c', 'istio-http/1.1']) })),
    ...chance.maybe(0.1, () => ({ destinationPort: chance.pick([8080, 9000, 15_006]) })),
  };
  return {
    ...chance.maybe(0.2, () => ({ portNumber: chance.pick([80, 443, 8080, 8443, 9000, 15_006]) })),
    ...chance.maybe(0.15, () => ({
      name: chance.pick(['virtualInbound', 'virtualOutbound', '0.0.0.0_80', '0.0.0.0_8080', 'main_internal', 'connect_terminate']),
    })),
    ...(Object.keys(chain).length > 0 ? { filterChain: chain } : {}),
  };
}

function listener(world: World, id: string): Plain {
  const { chance } = world;
  const operation = chance.pick(['MERGE', 'MERGE', 'REMOVE', 'ADD', 'MERGE_AND_REPLACE_LIST']);
  const value =
    operation === 'ADD'
      ? {
          name: `own-${id}`,
          address: { socket_address: { address: '127.0.0.1', port_value: 9_900 } },
          filter_chains: [{ filters: [{ name: 'echo', typed_config: type('extensions.filters.network.echo.v3.Echo') }] }],
        }
      : chance.pick<Plain>([
          { per_connection_buffer_limit_bytes: 1024 },
          { listener_filters_timeout: '3s' },
          { tcp_backlog_size: 9, enable_reuse_port: true },
        ]);
  return {
    applyTo: 'LISTENER',
    match: match(world, { listener: listenerMatch(world) }),
    patch: { operation, ...(operation === 'REMOVE' ? {} : { value }) },
  };
}

function listenerFilter(world: World, id: string): Plain {
  const { chance } = world;
  const operation = chance.pick([...inserts, 'REMOVE', 'REPLACE']);
  const value = { name: `lf-${id}`, typed_config: type('extensions.filters.listener.proxy_protocol.v3.ProxyProtocol') };
  return {
    applyTo: 'LISTENER_FILTER',
    match: match(world, {
      listener: { ...listenerMatch(world), ...chance.maybe(0.7, () => ({ listenerFilter: chance.pick(listenerNames) })) },
    }),
    patch: { operation, ...(operation === 'REMOVE' ? {} : { value }) },
  };
}

function filterChain(world: World, id: string): Plain {
  const { chance } = world;
  const operation = chance.pick(['MERGE', 'REMOVE', 'ADD']);
  const value =
    operation === 'ADD'
      ? {
          name: `chain-${id}`,
          filter_chain_match: { destination_port: 7777 },
          filters: chance.odds(0.8) ? [{ name: 'echo', typed_config: type('extensions.filters.network.echo.v3.Echo') }] : [],
        }
      : chance.pick<Plain>([
          { transport_socket_connect_timeout: '3s' },
          { filter_chain_match: { source_ports: [1] } },
          { name: 'renamed' },
        ]);
  return {
    applyTo: 'FILTER_CHAIN',
    match: match(world, { listener: listenerMatch(world) }),
    patch: { operation, ...(operation === 'REMOVE' ? {} : { value }) },
  };
}

function networkFilter(world: World, id: string): Plain {
  const { chance } = world;
  const name = chance.pick(networkNames);
  if (chance.odds(0.35)) {
    const fields = chance.pick<Plain>([
      { server_name: 'own' },
      { xff_num_trusted_hops: 2 },
      { stream_idle_timeout: '10s' },
      {
        access_log: [
          { name: 'envoy.access_loggers.file', typed_config: type('extensions.access_loggers.file.v3.FileAccessLog', { path: '/x' }) },
        ],
      },
    ]);
    return {
      applyTo: 'NETWORK_FILTER',
      match: match(world, { listener: listenerMatch(world, { filter: { name: manager } }) }),
      patch: {
        operation: 'MERGE',
        value: { name: manager, typed_config: type('extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', fields) },
      },
    };
  }
  const operation = chance.pick([...inserts, 'REMOVE', 'REPLACE']);
  const value = { name: `net-${id}`, typed_config: type('extensions.filters.network.echo.v3.Echo') };
  return {
    applyTo: 'NETWORK_FILTER',
    match: match(world, { listener: listenerMatch(world, chance.odds(0.85) ? { filter: { name } } : {}) }),
    patch: { operation, ...(operation === 'REMOVE' ? {} : { value }) },
  };
}

function httpFilter(world: World, id: string): Plain {
  const { chance } = world;
  const operation = chance.pick([...inserts, 'REMOVE', 'REPLACE', 'MERGE']);
  const plugin = `extensions.istio.io/trafficextension/${world.proxy.namespace}.plugin-1~istio-translated-wasmplugin`;
  const anchor = chance.pick([...httpNames, plugin, 'istio.stats', 'nobody']);
  const value: Plain =
    operation === 'MERGE'
      ? { name: 'envoy.filters.http.router', typed_config: type('extensions.filters.http.router.v3.Router', { start_child_span: true }) }
      : chance.pick<Plain>([
          { name: `added-${id}`, typed_config: lua() },
          {
            name: `ecds-${id}`,
            config_discovery: { config_source: { ads: {} }, type_urls: ['type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm'] },
          },
          { name: `off-${id}`, disabled: true, typed_config: lua() },
        ]);
  const sub =
    operation === 'MERGE'
      ? { subFilter: { name: 'envoy.filters.http.router' } }
      : chance.maybe(0.85, () => ({ subFilter: { name: anchor } }));
  return {
    applyTo: 'HTTP_FILTER',
    match: match(world, { listener: listenerMatch(world, { filter: { name: manager, ...sub } }) }),
    patch: { operation, ...(operation === 'REMOVE' ? {} : { value }) },
  };
}

function routeMatch(world: World, vhost: Plain = {}): Plain {
  const { chance } = world;
  return {
    ...chance.maybe(0.2, () => ({ portNumber: chance.pick([80, 443, 8080, 9000]) })),
    ...chance.maybe(0.15, () => ({ name: chance.pick(['80', 'http.8080', 'inbound|8080||', 'http_proxy', '9000']) })),
    ...chance.maybe(0.1, () => ({ gateway: 'istio-system/gw' })),
    ...(Object.keys(vhost).length > 0 ? { vhost } : {}),
  };
}

function routes(world: World): Plain {
  const { chance } = world;
  const value = chance.pick<Plain>([
    { response_headers_to_add: [{ header: { key: 'x-rc', value: '1' } }] },
    { request_headers_to_remove: ['x-r'] },
  ]);
  return {
    applyTo: 'ROUTE_CONFIGURATION',
    match: match(world, { routeConfiguration: routeMatch(world) }),
    patch: { operation: chance.pick(['MERGE', 'MERGE_AND_REPLACE_LIST']), value },
  };
}

function virtualHost(world: World, id: string): Plain {
  const { chance } = world;
  const operation = chance.pick(['MERGE', 'REMOVE', 'ADD', 'REPLACE']);
  const value =
    operation === 'MERGE'
      ? { request_headers_to_add: [{ header: { key: 'x-vh', value: '1' } }] }
      : { name: `vh-${id}`, domains: [`${id}.example.org`], routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }] };
  const name = chance.pick(['allow_any', 'cart.shop.svc.cluster.local:80', 'inbound|http|80', '*:80', 'shop.example.com:80']);
  const vhost = chance.pick<Plain>([{}, { name }, { domainName: '*' }, { name, domainName: 'shop.example.com' }]);
  return {
    applyTo: 'VIRTUAL_HOST',
    match: match(world, { routeConfiguration: routeMatch(world, vhost) }),
    patch: { operation, ...(operation === 'REMOVE' ? {} : { value }) },
  };
}

function httpRoute(world: World, id: string): Plain {
  const { chance } = world;
  const operation = chance.pick(['MERGE', 'REMOVE', ...inserts]);
  const value =
    operation === 'MERGE'
      ? { response_headers_to_remove: ['x-gone'] }
      : { name: `route-${id}`, match: { prefix: '/added' }, direct_response: { status: 204 } };
  const route: Plain = {
    ...chance.maybe(0.4, () => ({ name: chance.pick(['default', 'r0', 'allow_any']) })),
    ...chance.maybe(0.4, () => ({ action: chance.pick(['ANY', 'ROUTE', 'REDIRECT', 'DIRECT_RESPONSE']) })),
  };
  return {
    applyTo: 'HTTP_ROUTE',
    match: match(world, { routeConfiguration: routeMatch(world, Object.keys(route).length > 0 ? { route } : {}) }),
    patch: { operation, ...(operation === 'REMOVE' ? {} : { value }) },
  };
}

function cluster(world: World, id: string): Plain {
  const { chance } = world;
  const operation = chance.pick(['MERGE', 'REMOVE', 'ADD', 'INSERT_FIRST', 'REPLACE']);
  const { host, ports } = chance.pick(world.services);
  const by = chance.pick<Plain>([
    { service: host },
    { portNumber: ports[0] },
    { name: `outbound|${ports[0]}||${host}` },
    { subset: 'v1' },
    { service: 'nobody' },
  ]);
  const value = operation === 'ADD' ? { name: `cluster-${id}` } : { connect_timeout: '3s' };
  return { applyTo: 'CLUSTER', match: match(world, { cluster: by }), patch: { operation, ...(operation === 'REMOVE' ? {} : { value }) } };
}

function extensionConfig(world: World, id: string): Plain {
  return {
    applyTo: 'EXTENSION_CONFIG',
    match: match(world, {}),
    patch: { operation: world.chance.pick(['ADD', 'ADD', 'MERGE']), value: { name: `ecds-${id}`, typed_config: lua() } },
  };
}
