import { asArray, asObject, asString, asStringMap, type JsonObject } from '#base/json.ts';
import { formatProtoDuration, parseGoDuration } from '../api/go-duration.ts';
import { mergeProxyConfig } from '../mesh-config.ts';
import type { Proxy } from '../resource.ts';
import type { Snapshot } from '../snapshot.ts';
import { isIpAddress, isIpv6 } from './host.ts';

/** What istiod reads from a proxy's node metadata (istio/istio `pilot/pkg/model/context.go`). */
export interface ProxyView {
  readonly type: Proxy['type'];
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ips: readonly string[];
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  readonly dualStackEnabled: boolean;
  readonly dnsDomain: string;
  readonly istioVersion: string;
  readonly interceptionMode: 'REDIRECT' | 'TPROXY' | 'NONE';
  readonly unprivileged: boolean;
  readonly hbone: boolean;
  readonly http10: boolean;
  readonly httpProxyPort: number | undefined;
  readonly idleTimeout: string | undefined;
  readonly dnsCapture: boolean;
  readonly dnsAutoAllocate: boolean;
  readonly ipAutoAllocate: boolean;
  readonly annotations: Readonly<Record<string, string>>;
  readonly metadata: JsonObject;
  /** ProxyConfig of this proxy; the mesh's default when it reports none. */
  readonly proxyConfig: JsonObject;
  /** The gateway of the Gateway API this proxy is an instance of. */
  readonly gatewayName: string | undefined;
  /** May several minors be told apart: `[1, 31, 0]`. */
  readonly version: readonly [number, number, number];
}

export function proxyViewOf(proxy: Proxy, snapshot: Snapshot): ProxyView {
  const { metadata } = proxy;
  const ips = ipsOf(proxy, snapshot);
  const own = metadata['PROXY_CONFIG'];
  return {
    type: proxy.type,
    name: proxy.name,
    namespace: proxy.namespace,
    labels: proxy.labels,
    ips,
    ipv4: ips.some((ip) => !isIpv6(ip)),
    ipv6: ips.some(isIpv6),
    dualStackEnabled: snapshot.features.on('ISTIO_DUAL_STACK'),
    dnsDomain: `${proxy.namespace}.svc.cluster.local`,
    istioVersion: versionReported(proxy, snapshot),
    interceptionMode: modeOf(asString(metadata['INTERCEPTION_MODE'])),
    unprivileged: metadata['UNPRIVILEGED_POD'] === 'true',
    hbone: metadata['ENABLE_HBONE'] === 'true' || metadata['ENABLE_HBONE'] === true,
    http10: metadata['HTTP10'] === '1',
    httpProxyPort: portOf(metadata['HTTP_PROXY_PORT']),
    idleTimeout: protoDuration(asString(metadata['IDLE_TIMEOUT'])),
    dnsCapture: metadata['DNS_CAPTURE'] === 'true' || metadata['DNS_CAPTURE'] === true,
    dnsAutoAllocate: metadata['DNS_AUTO_ALLOCATE'] === 'true' || metadata['DNS_AUTO_ALLOCATE'] === true,
    ipAutoAllocate: snapshot.features.on('PILOT_ENABLE_IP_AUTOALLOCATE'),
    annotations: asStringMap(metadata['ANNOTATIONS']),
    metadata,
    proxyConfig: own === undefined ? snapshot.mesh.defaultConfig : mergeProxyConfig({}, asObject(own), snapshot.minor.minor),
    gatewayName: proxy.labels['gateway.networking.k8s.io/gateway-name'],
    version: versionOf(versionReported(proxy, snapshot)),
  };
}

/** The address it connects with; in a cluster all that the agent reports (`pilot/pkg/model/context.go ParseServiceNodeWithMetadata`). */
function ipsOf(proxy: Proxy, snapshot: Snapshot): readonly string[] {
  const reported = snapshot.cluster === 'completed' ? proxy.metadata['INSTANCE_IPS'] : undefined;
  const list = (typeof reported === 'string' ? reported.split(',') : asArray(reported)).filter(
    (ip) => typeof ip === 'string' && isIpAddress(ip),
  );
  return list.length > 0 ? list.filter((ip) => typeof ip === 'string') : [proxy.ip];
}

/** Sidecars are normally of the version of their istiod. */
function versionReported(proxy: Proxy, snapshot: Snapshot): string {
  return proxy.istioVersion ?? `${snapshot.minor.name}.0`;
}

function modeOf(text: string | undefined): ProxyView['interceptionMode'] {
  return text === 'TPROXY' || text === 'NONE' ? text : 'REDIRECT';
}

function portOf(value: JsonObject[string]): number | undefined {
  const text = typeof value === 'number' ? String(value) : asString(value);
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function versionOf(text: string): readonly [number, number, number] {
  const [, major = '1', minor = '0', patch = '0'] = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text) ?? ['', '1', '999'];
  return [Number(major), Number(minor), Number(patch)];
}

/** Is the proxy at least of that version? One that reports none counts as newest. */
export function isAtLeast(proxy: ProxyView, minor: number, patch = 0): boolean {
  const [major, own, ownPatch] = proxy.version;
  return major > 1 || own > minor || (own === minor && ownPatch >= patch);
}

/** A Go duration (`1m30s`) as proto JSON writes it; `undefined` when it is not one. */
function protoDuration(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  const nanos = parseGoDuration(text);
  return typeof nanos === 'bigint' ? formatProtoDuration(nanos) : undefined;
}
