import { asString, type JsonObject } from '#base/json.ts';
import type { HttpFilter, NetworkFilter } from '#envoy/listener.ts';
import { message, typed, unlessDefault } from '../proto-json.ts';
import type { ProxyView } from '../registry/proxy-view.ts';
import type { Service } from '../registry/service.ts';
import { because, httpFilter, networkFilter } from './draft.ts';

/** Filters that resolve hosts by request (istio/istio `pilot/pkg/networking/core/networkfilter.go`, `pilot/pkg/xds/filters/filters.go`). */

/** `pilot/pkg/model/service.go BuildDNSCacheName`. */
function cacheName(service: Service): string {
  return `${service.hostname}_dfp_dns_cache`;
}

function lookupFamily(proxy: ProxyView): string {
  if (proxy.ipv4) return proxy.ipv6 && proxy.dualStackEnabled ? 'ALL' : 'V4_ONLY';
  return 'V6_ONLY';
}

function forwardProxy(name: string, dnsCacheConfig: JsonObject, more: JsonObject = {}): HttpFilter {
  const typedConfig = typed('envoy.extensions.filters.http.dynamic_forward_proxy.v3.FilterConfig', { dnsCacheConfig, ...more });
  return httpFilter(name, typedConfig, because('dynamic-forward-proxy'));
}

export function waypointForwardProxy(service: Service, proxy: ProxyView): HttpFilter {
  return forwardProxy('envoy.filters.http.dynamic_forward_proxy', { name: cacheName(service), dnsLookupFamily: lookupFamily(proxy) });
}

export function outboundForwardProxy(service: Service, proxy: ProxyView): HttpFilter {
  return forwardProxy('envoy.filters.http.dynamic_forward_proxy', { name: cacheName(service), dnsLookupFamily: lookupFamily(proxy) });
}

/** Mode ALLOW_ANY_DYNAMIC_DNS: any host, through one cache. */
export function allowAnyDynamicDnsFilter(proxy: ProxyView): HttpFilter {
  const [host = '127.0.0.1', port = '15053'] = (asString(proxy.metadata['DNS_PROXY_ADDR']) ?? '').split(/:(?=\d+$)/);
  const address = host === 'localhost' || host === '' ? '127.0.0.1' : host;
  const resolver = {
    name: 'envoy.network.dns_resolver.cares',
    typedConfig: typed('envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig', {
      resolvers: [{ socketAddress: { address, portValue: Number(port) } }],
    }),
  };
  return forwardProxy(
    'envoy.filters.http.dynamic_forward_proxy',
    message({
      name: 'allow_any_dfp_dns_cache',
      dnsLookupFamily: 'V4_ONLY',
      maxHosts: 1024,
      typedDnsResolverConfig: proxy.dnsCapture ? resolver : undefined,
    }),
  );
}

export const sniForwardProxyName = 'envoy.extensions.filters.network.sni_dynamic_forward_proxy';

/** Resolves the server name of a TLS connection. */
export function sniForwardProxy(service: Service, port: number, proxy: ProxyView): NetworkFilter {
  return networkFilter(
    sniForwardProxyName,
    typed('envoy.extensions.filters.network.sni_dynamic_forward_proxy.v3.FilterConfig', {
      dnsCacheConfig: { name: cacheName(service), dnsLookupFamily: lookupFamily(proxy) },
      portValue: unlessDefault(port),
    }),
    because('dynamic-forward-proxy'),
  );
}
