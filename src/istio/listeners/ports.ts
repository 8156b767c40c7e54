import { asNumber, asString } from '#base/json.ts';
import { isHttp, type Protocol } from '../registry/protocol.ts';
import type { ProxyView } from '../registry/proxy-view.ts';
import type { BuildContext } from './context.ts';

/** All addresses of the proxy's kind. */
export function wildcardAddress(proxy: ProxyView): string {
  return proxy.ipv4 || !proxy.ipv6 ? '0.0.0.0' : '::';
}

export function wildcardAddresses(proxy: ProxyView): readonly string[] {
  return proxy.ipv4 && proxy.ipv6 ? ['0.0.0.0', '::'] : [wildcardAddress(proxy)];
}

export function localhostAddresses(proxy: ProxyView): readonly string[] {
  if (proxy.ipv4 && proxy.ipv6) return ['127.0.0.1', '::1'];
  return [proxy.ipv6 && !proxy.ipv4 ? '::1' : '127.0.0.1'];
}

/** Ports of the proxy itself: redirection, status, metrics (istio/istio `pilot/pkg/model/context.go conflictWithReservedListener`). */
export function isReservedPort(context: BuildContext, bind: string, port: number, protocol: Protocol): boolean {
  const { proxy, snapshot } = context;
  if (bind === '' ? !isHttp(protocol) : bind !== wildcardAddress(proxy)) return false;
  const own = ['ENVOY_STATUS_PORT', 'ENVOY_PROMETHEUS_PORT', 'ENVOY_SECURE_METRICS_PORT', 'ENVOY_SECURE_MERGED_METRICS_PORT'].map(
    (name) => {
      const value = proxy.metadata[name];
      return asNumber(value) ?? Number(asString(value) ?? 0);
    },
  );
  return (own.includes(port) && port !== 0) || port === snapshot.mesh.proxyListenPort || port === snapshot.mesh.proxyInboundListenPort;
}
