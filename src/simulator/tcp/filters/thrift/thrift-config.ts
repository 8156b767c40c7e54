import { asObject } from '#base/json.ts';
import { ConfigError } from '../../../config-error.ts';
import { ConfigReader } from '../../../config-reader.ts';
import type { Headers } from '../../../http/headers.ts';
import type { HeaderPredicate } from '../../../matching/header-matcher.ts';
import { compileHeaderMatchers } from '../../../matching/header-matcher.ts';
import type { Proxy } from '../../../proxy.ts';
import { binaryProtocol } from './binary-protocol.ts';
import { compactProtocol } from './compact-protocol.ts';
import type { ThriftMessage } from './message.ts';
import type { Protocol } from './protocol.ts';
import type { TransportName } from './transport.ts';

const transportNames = ['AUTO_TRANSPORT', 'FRAMED', 'UNFRAMED', 'HEADER'];
const protocolNames = ['AUTO_PROTOCOL', 'BINARY', 'LAX_BINARY', 'COMPACT', 'TWITTER'];
const transports: Readonly<Record<string, TransportName>> = { FRAMED: 'framed', UNFRAMED: 'unframed', HEADER: 'header' };
const protocols: Readonly<Record<string, Protocol>> = {
  BINARY: binaryProtocol(false),
  LAX_BINARY: binaryProtocol(true),
  COMPACT: compactProtocol,
};

/** How messages are packed; undefined: found out from the first bytes. */
export interface Packing {
  readonly transport: TransportName | undefined;
  readonly protocol: Protocol | undefined;
}

export interface ThriftRoute {
  readonly matches: (message: ThriftMessage, headers: Headers) => boolean;
  /** Undefined: the header that names the cluster is missing, so this is no route. */
  readonly clusterOf: (headers: Headers, proxy: Proxy) => string | undefined;
  readonly stripService: boolean;
  readonly mirrors: readonly string[];
  /** For the trace: what the route is about. */
  readonly text: string;
}

export interface ThriftConfig {
  readonly statPrefix: string;
  readonly packing: Packing;
  readonly routes: readonly ThriftRoute[];
  readonly passthrough: boolean;
  readonly maxRequests: number;
  readonly closeOnUpstreamError: boolean;
}

/** `ThriftProxy` (envoy `api/envoy/extensions/filters/network/thrift_proxy/v3/thrift_proxy.proto`). Clusters of routes have to be there, unless told otherwise. */
export function readThriftConfig(config: ConfigReader, exists: (cluster: string) => boolean): ThriftConfig {
  // Written to a file, which there is none of.
  config.ignore('access_log');
  let closeOnUpstreamError = true;
  for (const filter of config.messages('thrift_filters')) {
    filter.ignore('name');
    const typed = filter.any('typed_config');
    if (typed?.typeUrl.endsWith('.router.v3.Router') === true)
      closeOnUpstreamError = typed.bool('close_downstream_on_upstream_error', true);
  }
  const routes = config.message('route_config');
  routes?.ignore('name');
  const validates = routes?.bool('validate_clusters', true) ?? true;
  return {
    statPrefix: config.string('stat_prefix'),
    packing: readPacking(config),
    routes: (routes?.messages('routes') ?? []).map((route) => readRoute(route, validates ? exists : () => true)),
    passthrough: config.bool('payload_passthrough'),
    maxRequests: config.number('max_requests_per_connection', 0),
    closeOnUpstreamError,
  };
}

function readPacking(config: ConfigReader): Packing {
  const transport = nameOf(config.raw('transport'), transportNames);
  const protocol = nameOf(config.raw('protocol'), protocolNames);
  if (protocol === 'TWITTER') throw new ConfigError('the Twitter protocol of Thrift is no longer supported');
  return { transport: transports[transport], protocol: protocols[protocol] };
}

/** A server is never asked in the protocol without version unless its cluster says so (measured). */
export function towardsServers(protocol: Protocol): Protocol {
  return protocol === protocols['LAX_BINARY'] ? (protocols['BINARY'] ?? protocol) : protocol;
}

function nameOf(value: unknown, names: readonly string[]): string {
  return typeof value === 'number' ? (names[value] ?? '') : typeof value === 'string' ? value : '';
}

/** `ThriftProtocolOptions` of a cluster: how its servers want messages. */
export function upstreamPacking(cluster: unknown): Packing {
  const all = new ConfigReader(asObject(cluster as never)).raw('typed_extension_protocol_options');
  return readPacking(new ConfigReader(asObject(all)['envoy.filters.network.thrift_proxy']));
}

function readRoute(route: ConfigReader, exists: (cluster: string) => boolean): ThriftRoute {
  const match = route.message('match') ?? new ConfigReader({});
  const action = route.message('route') ?? new ConfigReader({});
  for (const name of namedClusters(action)) if (!exists(name)) throw new ConfigError(`route: unknown thrift cluster '${name}'`);
  const headers = compileHeaderMatchers(match.messages('headers'));
  const invert = match.bool('invert');
  const byService = match.has('service_name');
  const name = match.string(byService ? 'service_name' : 'method_name');
  if (name === '' && invert) throw new ConfigError(`Cannot have an empty ${byService ? 'service' : 'method'} name with inversion enabled`);
  const test = byService ? serviceTest(name) : (method: string): boolean => name === '' || method === name;
  return {
    matches: matcher(headers, test, invert),
    clusterOf: clusterPicker(action),
    stripService: action.bool('strip_service_name'),
    mirrors: action.messages('request_mirror_policies').map((policy) => policy.string('cluster')),
    text: name === '' ? 'the route for all methods' : `${invert ? 'not ' : ''}${byService ? 'service' : 'method'} '${name}'`,
  };
}

function namedClusters(action: ConfigReader): readonly string[] {
  const weighted = action.message('weighted_clusters')?.messages('clusters') ?? [];
  return [action.string('cluster'), ...weighted.map((item) => item.string('name'))].filter((name) => name !== '');
}

function serviceTest(name: string): (method: string) => boolean {
  const prefix = name === '' || name.endsWith(':') ? name : `${name}:`;
  return (method) => method.startsWith(prefix);
}

function matcher(headers: HeaderPredicate, test: (method: string) => boolean, invert: boolean): ThriftRoute['matches'] {
  return (message, sent) => headers(sent) && test(message.name) !== invert;
}

function clusterPicker(action: ConfigReader): ThriftRoute['clusterOf'] {
  const header = action.string('cluster_header').toLowerCase();
  if (header !== '') return (headers) => headers.get(header);
  const weighted = (action.message('weighted_clusters')?.messages('clusters') ?? []).map((item) => ({
    name: item.string('name'),
    weight: item.number('weight', 0),
  }));
  if (weighted.length === 0) {
    const cluster = action.string('cluster');
    return () => cluster;
  }
  if (weighted.some(({ weight }) => weight < 1))
    throw new ConfigError('ClusterWeightValidationError.Weight: value must be greater than or equal to 1');
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
  return (_, proxy) => {
    let draw = proxy.random.next() * total;
    return weighted.find(({ weight }) => (draw -= weight) < 0)?.name ?? '';
  };
}
