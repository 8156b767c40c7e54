import { byteStringToUtf8 } from '#base/bytes.ts';
import type { JsonObject } from '#base/json.ts';
import { asArray, asObject, asString } from '#base/json.ts';
import type { HttpStream } from '../../http/stream.ts';
import { DOWNSTREAM_PEER, UPSTREAM_PEER, istioMetadata } from './peer-metadata.ts';
import type { Workload } from './workload.ts';

export type Reporter = 'destination' | 'source' | 'waypoint';
export type Labels = readonly (readonly [string, string])[];

const passthroughs = new Set([
  'BlackHoleCluster',
  'PassthroughCluster',
  'InboundPassthroughCluster',
  'InboundPassthroughClusterIpv4',
  'InboundPassthroughClusterIpv6',
]);

interface Service {
  readonly host: string;
  readonly name: string;
  readonly namespace: string;
}

const orUnknown = (text: string | undefined): string => (text === undefined || text === '' ? 'unknown' : text);

/** The labels of Istio's metrics for one stream, in order (istio/proxy `istio_stats.cc` `populatePeerInfo`). */
export function labelsOf(stream: HttpStream, reporter: Reporter, own: Workload, hostFallback: boolean): Labels {
  const service = serviceOf(stream, hostFallback);
  const { peerSan, localSan } = principals(stream, reporter);
  const peer = peerOf(stream, reporter === 'source' ? UPSTREAM_PEER : DOWNSTREAM_PEER);
  const namespace = /\/ns\/([^/]+)/.exec(peerSan)?.[1] ?? peer['namespace'] ?? '';
  const labels =
    reporter === 'source'
      ? [...sides('source', ownSide(own), localSan), ...sides('destination', { ...peer, namespace }, peerSan)]
      : [
          ...sides('source', { ...peer, namespace }, peerSan),
          ...(reporter === 'waypoint'
            ? sides('destination', peerOf(stream, UPSTREAM_PEER), '')
            : sides('destination', ownSide(own), localSan)),
        ];
  const isOwn = reporter === 'destination';
  const serviceNamespace = isOwn ? own.namespace : service.namespace === '' ? namespace : service.namespace;
  return [
    ['reporter', reporter],
    ...labels,
    ['destination_service', service.host || (isOwn ? own.canonicalName : 'unknown')],
    ['destination_service_name', service.name || (isOwn ? own.canonicalName : 'unknown')],
    ['destination_service_namespace', orUnknown(serviceNamespace)],
    ...responseLabels(stream, reporter, peerSan !== '' && localSan !== ''),
  ];
}

/** Names in the certificates of the client's connection; those of the upstream's are not known here. */
function principals({ info }: HttpStream, reporter: Reporter): { readonly peerSan: string; readonly localSan: string } {
  const tls = reporter === 'source' ? undefined : info.connection.tls;
  return { peerSan: tls?.peerUriSans[0] ?? '', localSan: tls?.localUriSans[0] ?? '' };
}

type Side = Readonly<Record<string, string>>;

function ownSide(own: Workload): Side {
  return {
    workload: own.workload,
    namespace: own.namespace,
    cluster: own.cluster,
    service: own.canonicalName,
    revision: own.canonicalRevision,
    app: own.app,
    version: own.version,
  };
}

function sides(prefix: 'source' | 'destination', side: Side, principal: string): Labels {
  return [
    [`${prefix}_workload`, orUnknown(side['workload'])],
    [`${prefix}_canonical_service`, orUnknown(side['service'])],
    [`${prefix}_canonical_revision`, side['revision'] === undefined || side['revision'] === '' ? 'latest' : side['revision']],
    [`${prefix}_workload_namespace`, orUnknown(side['namespace'])],
    [`${prefix}_principal`, orUnknown(principal)],
    [`${prefix}_app`, orUnknown(side['app'])],
    [`${prefix}_version`, orUnknown(side['version'])],
    [`${prefix}_cluster`, orUnknown(side['cluster'])],
  ];
}

function peerOf(stream: HttpStream, key: string): Side {
  const fields = stream.info.filterState.get(key)?.fields ?? {};
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, byteStringToUtf8(String(value))]));
}

/** The service asked for: what the cluster says, else the host of the request. */
function serviceOf({ info, manager, requestHeaders }: HttpStream, hostFallback: boolean): Service {
  const host = hostFallback ? (requestHeaders?.get(':authority') ?? '') : '';
  if (info.routeName === 'block_all') return { host, name: 'BlackHoleCluster', namespace: '' };
  if (info.routeName === 'allow_any') return { host, name: 'PassthroughCluster', namespace: '' };
  const name = info.clusterName;
  if (name === undefined) return { host, name: host, namespace: '' };
  if (passthroughs.has(name)) return { host, name, namespace: '' };
  const [service] = asArray(istioMetadata(manager.proxy.clusters.get(name)?.config)['services']);
  const fields: JsonObject = asObject(service);
  const found = asString(fields['host']);
  if (found === undefined) return { host, name: host, namespace: '' };
  return { host: found, name: asString(fields['name']) ?? found.split('.', 1)[0] ?? '', namespace: asString(fields['namespace']) ?? '' };
}

function responseLabels(stream: HttpStream, reporter: Reporter, mutualTls: boolean): Labels {
  const { info, isGrpc, response } = stream;
  const status = response.trailers?.get('grpc-status') ?? response.headers?.get('grpc-status') ?? '';
  return [
    ['request_protocol', isGrpc ? 'grpc' : 'http'],
    ['response_code', String(info.responseCode ?? 0)],
    ['grpc_response_status', isGrpc ? status : ''],
    ['response_flags', info.flagsText],
    ['connection_security_policy', reporter === 'source' ? 'unknown' : mutualTls ? 'mutual_tls' : 'none'],
  ];
}
