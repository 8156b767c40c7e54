import { allAddressesOf } from '../registry/addresses.ts';
import { domainName, hostForm, isIpAddress } from '../registry/host.ts';
import type { ProxyView } from '../registry/proxy-view.ts';
import type { Service } from '../registry/service.ts';
import type { Snapshot } from '../snapshot.ts';

/** The `Host` values by which a caller may mean a service (istio/istio `pilot/pkg/networking/core/httproute.go`). */

/** The domain, with and without the port; `port` 0 leaves the second out. */
function withPort(host: string, port: number): readonly string[] {
  return port === 0 ? [hostForm(host)] : [hostForm(host), domainName(host, port)];
}

/** Shorter and longer forms of a host as seen from the proxy's own domain (`GenerateAltVirtualHosts`). */
export function alternativeHosts(host: string, port: number, proxyDomain: string, snapshot: Snapshot): readonly string[] {
  const out: string[] = [];
  if (snapshot.features.on('PILOT_ENABLE_ABSOLUTE_FQDN_VHOST_DOMAIN') && snapshot.minor.absoluteDomains) {
    if (!isIpAddress(host)) out.push(`${host}.`);
    if (port !== 0) out.push(domainName(`${host}.`, port));
  }
  const svc = proxyDomain.indexOf('.svc.');
  if (svc < 0) return [...out, ...sharedDomainHosts(host, port, proxyDomain)];
  return host.endsWith(proxyDomain.slice(svc)) ? [...out, ...kubernetesHosts(host, port, proxyDomain.slice(0, svc))] : out;
}

function kubernetesHosts(host: string, port: number, ownNamespace: string): readonly string[] {
  const end = host.indexOf('.svc.');
  const dot = host.indexOf('.');
  if (end <= 0 || dot + 1 > end) return [];
  const short = host.slice(0, end);
  const full = [...withPort(`${short}.svc`, port)];
  if (host.slice(dot + 1, end) === ownNamespace) return [...withPort(host.slice(0, dot), port), ...full, ...withPort(short, port)];
  return [...withPort(short, port), ...full];
}

/** Outside Kubernetes: what is left of the host without the end it shares with the proxy's domain. */
function sharedDomainHosts(host: string, port: number, proxyDomain: string): readonly string[] {
  const parts = host.split('.').reverse();
  const own = proxyDomain.split('.').reverse();
  let shared = 0;
  while (shared < parts.length && shared < own.length && parts[shared] === own[shared]) shared++;
  if (shared === 0) return [];
  const unique = parts.slice(shared).reverse();
  const name = unique.join('.');
  return unique.length === 2 ? [...withPort(name, port), ...withPort(`${name}.${parts[shared - 1] ?? ''}`, port)] : withPort(name, port);
}

/** All domains of a service on a port, and which of them are alternative forms (`generateVirtualHostDomains`). */
export function serviceDomains(
  service: Service,
  listenerPort: number,
  port: number,
  proxy: ProxyView,
  snapshot: Snapshot,
): { readonly domains: readonly string[]; readonly alternatives: ReadonlySet<string> } {
  // with a port to listen on, Envoy ignores the port of the Host header itself
  const suffix = listenerPort === 0 ? port : 0;
  const domains: string[] = [];
  const alternatives = new Set<string>();
  for (const host of [service.hostname, ...service.aliases]) {
    const others = alternativeHosts(host, suffix, proxy.dnsDomain, snapshot);
    domains.push(...withPort(host, suffix), ...others);
    for (const other of others) alternatives.add(other);
  }
  if (service.resolution === 'Passthrough' && service.registry === 'Kubernetes') domains.push(...domains.map((domain) => `*.${domain}`));
  for (const address of allAddressesOf(service, proxy)) {
    if (address !== '' && address !== '0.0.0.0') domains.push(...withPort(address, suffix));
  }
  return { domains, alternatives };
}
