import { bytesToByteString, utf8ToByteString } from '#base/bytes.ts';
import type { ByteString } from '#base/bytes.ts';
import { WasmResult } from '#proxywasm/abi.ts';
import type { HeaderMap, PropertyResult, StreamView } from '#proxywasm/host.ts';
import type { PluginSettings } from '#proxywasm/plugin-settings.ts';
import { lowerName } from '../http/headers.ts';
import { hostOf, portOf } from '../http/connection-info.ts';
import { grpcStatusOf } from '../http/local-reply.ts';
import type { StreamInfo } from '../http/stream-info.ts';
import type { Proxy } from '../proxy.ts';
import type { Cluster } from '../upstreams/clusters.ts';
import type { Route } from '../router/route.ts';
import { configuredMetadata, localityMessage, metadataMessage, nodeMessage } from './property-messages.ts';
import type { PropertyValue } from './property-value.ts';
import { bool, duration, encodeProperty, int, stepInto, string, timestamp } from './property-value.ts';
import { streamOf } from './stream-of.ts';

export interface PropertyContext {
  readonly proxy: Proxy;
  readonly settings: PluginSettings;
  readonly view: StreamView | undefined;
}

/** Everything a path can begin with, for one moment of one context. */
export interface AttributeSource {
  readonly proxy: Proxy;
  readonly settings: PluginSettings | undefined;
  readonly info: StreamInfo | undefined;
  readonly route: Route | undefined;
  readonly requestHeaders: HeaderMap | undefined;
  readonly responseHeaders: HeaderMap | undefined;
  readonly responseTrailers: HeaderMap | undefined;
}

type Read = (source: AttributeSource & { readonly info: StreamInfo }) => PropertyValue | undefined;

/** `proxy_get_property` (envoy `Context::getProperty`, `source/extensions/filters/common/expr/context.cc`). */
export function lookUp(path: readonly ByteString[], rawPath: ByteString, context: PropertyContext): PropertyResult {
  if (rawPath === '') return { status: WasmResult.SerializationFailure };
  let value = attribute(path[0] ?? '', sourceOf(context));
  for (const step of path.slice(1)) value = value === undefined ? undefined : stepInto(value, step);
  if (value === undefined) return { status: WasmResult.NotFound };
  const bytes = encodeProperty(value);
  return bytes === undefined ? { status: WasmResult.SerializationFailure } : { status: WasmResult.Ok, value: bytes };
}

export function sourceOf({ proxy, settings, view }: PropertyContext): AttributeSource {
  const stream = streamOf(view);
  return {
    proxy,
    settings,
    info: stream?.info,
    route: stream?.route,
    requestHeaders: view?.requestHeaders,
    responseHeaders: view?.responseHeaders,
    responseTrailers: view?.responseTrailers,
  };
}

/** The value a path or a CEL expression begins with. */
export function attribute(root: ByteString, source: AttributeSource): PropertyValue | undefined {
  const { settings, info, proxy } = source;
  switch (root) {
    case 'plugin_name':
      return settings === undefined ? undefined : string(settings.name);
    case 'plugin_root_id':
      return settings === undefined ? undefined : string(settings.rootId);
    case 'plugin_vm_id':
      return settings === undefined ? undefined : string(settings.vmId);
    case 'xds':
      return { kind: 'opaque', get: (name) => (name === 'node' ? nodeMessage(proxy.node) : read(xds, name, source)) };
    default:
      break;
  }
  if (info === undefined) return undefined;
  const table = tables[root];
  if (Object.hasOwn(tables, root) && table !== undefined) return { kind: 'opaque', get: (name) => read(table, name, source) };
  switch (root) {
    case 'metadata':
      return metadataMessage(info.dynamicMetadata);
    case 'connection_id':
      return int(info.connection.id);
    case 'filter_state':
      return { kind: 'opaque', get: (name) => stateValue(info, name) };
    case 'upstream_filter_state':
      return info.upstreamHost === undefined ? undefined : { kind: 'opaque', get: () => undefined };
    default:
      return stateValue(info, `wasm.${root}`);
  }
}

function stateValue(info: StreamInfo, key: string): PropertyValue | undefined {
  const found = info.filterState.get(key);
  if (found?.fields !== undefined) {
    const { fields } = found;
    return { kind: 'map', entries: [], find: (name) => (Object.hasOwn(fields, name) ? partOf(fields[name]) : undefined) };
  }
  return found?.bytes === undefined ? undefined : string(bytesToByteString(found.bytes));
}

function partOf(value: string | number | undefined): PropertyValue | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'number' ? int(value) : string(value);
}

function read(table: Readonly<Record<string, Read>>, name: ByteString, source: AttributeSource): PropertyValue | undefined {
  const { info } = source;
  if (info === undefined || !Object.hasOwn(table, name)) return undefined;
  return table[name]?.({ ...source, info });
}

function optional(value: string | undefined): PropertyValue | undefined {
  return value === undefined ? undefined : string(value);
}

const header =
  (name: string): Read =>
  ({ requestHeaders }) =>
    optional(requestHeaders?.get(name));

const path: Read = ({ requestHeaders }) => optional(requestHeaders?.get(':path'));

/** Headers as a map; several lines of a name are one value, joined with a comma. */
function headerMap(map: HeaderMap | undefined): PropertyValue {
  const joined = new Map<string, string>();
  for (const [name, value] of map?.entries() ?? []) joined.set(name, joined.has(name) ? `${joined.get(name) ?? ''},${value}` : value);
  return {
    kind: 'map',
    entries: [...joined].map(([name, value]) => [name, string(value)]),
    find: (name) => optional(joined.get(lowerName(name))),
  };
}

const textOf = (value: PropertyValue | undefined): string | undefined => (value?.kind === 'string' ? value.value : undefined);

const request: Readonly<Record<string, Read>> = {
  path,
  url_path: (source) => optional(textOf(path(source))?.split('?')[0]),
  host: header(':authority'),
  scheme: header(':scheme'),
  method: header(':method'),
  referer: header('referer'),
  useragent: header('user-agent'),
  id: header('x-request-id'),
  headers: ({ requestHeaders }) => headerMap(requestHeaders),
  query: (source) => {
    const full = textOf(path(source));
    return full === undefined ? undefined : string(/\?([^#]*)/.exec(full)?.[1] ?? '');
  },
  protocol: ({ info }) => string(info.protocol),
  time: ({ info }) => timestamp(info.startNs),
  duration: ({ info }) => (info.endNs === undefined ? undefined : duration(info.endNs - info.startNs)),
  size: ({ info, requestHeaders }) => {
    const length = requestHeaders?.get('content-length');
    if (length !== undefined) return /^\d+$/.test(length) ? int(BigInt(length)) : undefined;
    return int(info.bytesReceived);
  },
  total_size: ({ info, requestHeaders }) => int(info.bytesReceived + (requestHeaders?.byteSize ?? 0)),
};

const response: Readonly<Record<string, Read>> = {
  code: ({ info }) => (info.responseCode === undefined ? undefined : int(info.responseCode)),
  code_details: ({ info }) => optional(info.responseCodeDetails),
  headers: ({ responseHeaders }) => headerMap(responseHeaders),
  trailers: ({ responseTrailers }) => headerMap(responseTrailers),
  flags: ({ info }) => int(info.flagBits),
  grpc_status: ({ info, responseHeaders, responseTrailers }) => {
    const given = responseTrailers?.get('grpc-status') ?? responseHeaders?.get('grpc-status');
    if (given !== undefined) return /^\d+$/.test(given) ? int(Number(given)) : undefined;
    return info.responseCode === undefined ? undefined : int(grpcStatusOf(info.responseCode));
  },
  size: ({ info }) => int(info.bytesSent),
  total_size: ({ info, responseHeaders, responseTrailers }) =>
    int(info.bytesSent + (responseHeaders?.byteSize ?? 0) + (responseTrailers?.byteSize ?? 0)),
  backend_latency: ({ info }) =>
    info.firstUpstreamByteNs === undefined || info.lastUpstreamByteNs === undefined || info.upstreamStartNs === undefined
      ? undefined
      : duration(info.lastUpstreamByteNs - info.upstreamStartNs),
};

const connection: Readonly<Record<string, Read>> = {
  id: ({ info }) => int(info.connection.id),
  mtls: ({ info }) => bool(info.connection.tls?.mutual === true),
  requested_server_name: ({ info }) => string(info.connection.requestedServerName),
  termination_details: ({ info }) => optional(info.connectionTerminationDetails),
  tls_version: ({ info }) => optional(info.connection.tls?.version),
  subject_local_certificate: ({ info }) => optional(info.connection.tls?.localSubject),
  subject_peer_certificate: ({ info }) => optional(info.connection.tls?.peerSubject),
  dns_san_local_certificate: ({ info }) => optional(info.connection.tls?.localDnsSans[0]),
  dns_san_peer_certificate: ({ info }) => optional(info.connection.tls?.peerDnsSans[0]),
  uri_san_local_certificate: ({ info }) => optional(info.connection.tls?.localUriSans[0]),
  uri_san_peer_certificate: ({ info }) => optional(info.connection.tls?.peerUriSans[0]),
  sha256_peer_certificate_digest: ({ info }) => optional(info.connection.tls?.peerDigest),
};

const peer = (address: (info: StreamInfo) => string): Readonly<Record<string, Read>> => ({
  address: ({ info }) => (address(info) === '' ? undefined : string(address(info))),
  port: ({ info }) => (address(info) === '' || hostOf(address(info)) === '' ? undefined : int(portOf(address(info)))),
});

function clusterOf({ proxy, info }: AttributeSource): Cluster | undefined {
  return info?.clusterName === undefined ? undefined : proxy.clusters.get(info.clusterName);
}

/** The cluster, once a host of it has been chosen. */
function hostCluster(source: AttributeSource): Cluster | undefined {
  return source.info?.upstreamHost === undefined ? undefined : clusterOf(source);
}

const upstream: Readonly<Record<string, Read>> = {
  address: ({ info }) => optional(info.upstreamHost),
  port: ({ info }) => (info.upstreamHost === undefined ? undefined : int(portOf(info.upstreamHost))),
  local_address: ({ info }) => optional(info.upstreamLocalAddress),
  locality: (source) => {
    const cluster = hostCluster(source);
    return cluster === undefined ? undefined : localityMessage(cluster.responder.locality);
  },
  transport_failure_reason: ({ info }) => {
    const reason = info.upstreamTransportFailure;
    return info.upstreamHost === undefined && reason === undefined ? undefined : string(reason ?? '');
  },
  request_attempt_count: ({ info }) => int(info.attemptCount ?? 0),
  cx_pool_ready_duration: ({ info }) => (info.upstreamLocalAddress === undefined ? undefined : duration(0n)),
  num_endpoints: (source) => {
    const cluster = clusterOf(source);
    return cluster === undefined ? undefined : int(cluster.hasHosts ? 1 : 0);
  },
};

const xds: Readonly<Record<string, Read>> = {
  cluster_name: ({ info }) => optional(info.clusterName),
  cluster_metadata: (source) => {
    const cluster = clusterOf(source);
    return cluster === undefined ? undefined : (configuredMetadata(cluster.config['metadata']) ?? metadataMessage([]));
  },
  route_name: ({ info, route }) => (route === undefined ? undefined : string(utf8ToByteString(info.routeName))),
  route_metadata: ({ route }) => (route === undefined ? undefined : (configuredMetadata(route.metadata) ?? metadataMessage([]))),
  virtual_host_name: ({ route }) => (route === undefined ? undefined : string(utf8ToByteString(route.virtualHost.name))),
  virtual_host_metadata: ({ route }) =>
    route === undefined ? undefined : (configuredMetadata(route.virtualHost.metadata) ?? metadataMessage([])),
  upstream_host_metadata: (source) => {
    const cluster = hostCluster(source);
    return cluster === undefined ? undefined : configuredMetadata(cluster.metadata);
  },
  upstream_host_locality_metadata: (source) => (hostCluster(source) === undefined ? undefined : { kind: 'null' }),
  filter_chain_name: ({ info }) => string(utf8ToByteString(info.connection.filterChainName)),
  listener_metadata: ({ info }) => configuredMetadata(info.connection.listener?.metadata) ?? metadataMessage([]),
  listener_direction: ({ info }) => int(info.connection.listener?.direction ?? 0),
};

const tables: Readonly<Record<string, Readonly<Record<string, Read>>>> = {
  request,
  response,
  connection,
  source: peer((info) => info.connection.remoteAddress),
  destination: peer((info) => info.connection.localAddress),
  upstream,
};
