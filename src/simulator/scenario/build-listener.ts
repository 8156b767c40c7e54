import type { JsonObject, JsonValue } from '#base/json.ts';
import { asArray, asString, isArray, isObject } from '#base/json.ts';
import type { Scenario } from '../scenario.ts';

const T = (name: string): string => `type.googleapis.com/${name}`;

/** Port that `{listener.port}` stands for, and the listener's own. */
export const LISTENER_PORT = 15_006;

const terminalNames = /(tcp_proxy|echo|direct_response|redis_proxy|thrift_proxy|dubbo_proxy|http_connection_manager|generic_proxy)$/i;
const terminalTypes =
  /\.(TcpProxy|Echo|RedisProxy|ThriftProxy|DubboProxy|HttpConnectionManager|GenericProxy)$|direct_response\.v3\.Config$/;

const defaultVirtualHosts: JsonValue = [
  { name: 'default', domains: ['*'], routes: [{ name: 'default', match: { prefix: '/' }, route: { cluster: 'upstream' } }] },
];

/** The Envoy listener a scenario stands for, as the format describes it. */
export function buildListener(scenario: Scenario): JsonObject {
  const source = withPort(scenario as unknown as JsonObject) as JsonObject;
  const tcp = isConversation(scenario);
  const listener: Record<string, JsonValue> = {
    name: 'listener',
    address: { socket_address: { address: listensWide(scenario) ? '0.0.0.0' : '127.0.0.1', port_value: LISTENER_PORT } },
    filter_chains: isArray(source['filterChains'])
      ? source['filterChains'].map((chain) => filterChain(chain as JsonObject, tcp))
      : [filterChain({ ...source, name: undefined }, tcp)],
  };
  if (source['listenerFilters'] !== undefined) listener['listener_filters'] = source['listenerFilters'];
  if (isObject(source['defaultFilterChain'])) listener['default_filter_chain'] = filterChain(source['defaultFilterChain'], tcp);
  return deepMerge(listener, source['listener']) as JsonObject;
}

export function isConversation(scenario: Scenario): boolean {
  return scenario.conversation !== undefined || scenario.connections !== undefined;
}

function listensWide(scenario: Scenario): boolean {
  return (
    isConversation(scenario) &&
    (scenario.connections ?? [scenario as unknown as JsonObject]).some((connection) => connection['to'] !== undefined)
  );
}

function filterChain(part: JsonObject, tcp: boolean): JsonObject {
  const chain: Record<string, JsonValue> = {};
  if (typeof part['name'] === 'string' && part['name'] !== '') chain['name'] = part['name'];
  if (part['filterChainMatch'] !== undefined) chain['filter_chain_match'] = part['filterChainMatch'];
  chain['filters'] = networkFilters(part, tcp);
  return { ...chain, ...(isObject(part['filterChain']) ? part['filterChain'] : {}) };
}

function networkFilters(part: JsonObject, tcp: boolean): JsonValue {
  const given = asArray(part['networkFilters']);
  if (part['networkFilters'] === undefined || part['filters'] !== undefined) return [...given, connectionManager(part, tcp)];
  if (part['terminal'] === true || isTerminal(given.at(-1))) return given;
  const proxy = {
    '@type': T('envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy'),
    stat_prefix: 'tcp',
    cluster: part['cluster'] ?? 'upstream',
  };
  return [...given, { name: 'envoy.filters.network.tcp_proxy', typed_config: deepMerge(proxy, part['tcpProxy']) }];
}

function isTerminal(filter: JsonValue | undefined): boolean {
  if (!isObject(filter)) return false;
  const typed = filter['typed_config'];
  return terminalNames.test(asString(filter['name']) ?? '') || (isObject(typed) && terminalTypes.test(asString(typed['@type']) ?? ''));
}

function connectionManager(part: JsonObject, tcp: boolean): JsonValue {
  const routes = part['routes'] ?? defaultVirtualHosts;
  const router = { '@type': T('envoy.extensions.filters.http.router.v3.Router'), suppress_envoy_headers: true };
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: deepMerge(
      {
        '@type': T('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'),
        stat_prefix: 'lab',
        codec_type: tcp ? 'AUTO' : 'HTTP2',
        generate_request_id: false,
        server_header_transformation: 'PASS_THROUGH',
        route_config: isArray(routes) ? { name: 'routes', virtual_hosts: routes } : { name: 'routes', ...(isObject(routes) ? routes : {}) },
        http_filters: [...asArray(part['filters']), { name: 'envoy.filters.http.router', typed_config: router }],
      },
      part['connectionManager'],
    ),
  };
}

/** `b` over `a`: objects are merged by key, everything else is replaced. */
export function deepMerge(a: JsonValue | undefined, b: JsonValue | undefined): JsonValue {
  if (b === undefined) return a ?? null;
  if (!isObject(a) || !isObject(b)) return b;
  const out: Record<string, JsonValue | undefined> = { ...a };
  for (const [key, value] of Object.entries(b)) out[key] = deepMerge(a[key], value);
  return out;
}

function withPort(node: JsonValue): JsonValue {
  if (node === '{listener.port}') return LISTENER_PORT;
  if (isArray(node)) return node.map(withPort);
  if (!isObject(node)) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, key === 'expect' || value === undefined ? value : withPort(value)]),
  );
}
