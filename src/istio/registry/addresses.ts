import { isIpv6 } from './host.ts';
import type { ProxyView } from './proxy-view.ts';
import type { Service } from './service.ts';
import { unspecifiedAddress } from './service.ts';

/** Does this proxy use the addresses that istiod invents for hosts without one (`pilot/pkg/model/service.go nodeUsesAutoallocatedIPs`)? */
function usesAutoAddresses(proxy: ProxyView): boolean {
  return (proxy.dnsAutoAllocate || proxy.ipAutoAllocate) && (proxy.dnsCapture || proxy.type === 'waypoint');
}

function reachable(proxy: ProxyView, addresses: readonly string[]): readonly string[] {
  return addresses.filter((address) => (isIpv6(address) ? proxy.ipv6 : proxy.ipv4));
}

/** Where the proxy listens for a service (`Service.GetAddressForProxy`). */
export function addressOf(service: Service, proxy: ProxyView): string {
  const own = reachable(proxy, service.clusterIps)[0];
  if (own !== undefined) return own;
  if (usesAutoAddresses(proxy) && service.defaultAddress === unspecifiedAddress) {
    const auto = service.autoAddresses.find((address) => (isIpv6(address) ? proxy.ipv6 : proxy.ipv4));
    if (auto !== undefined) return auto;
  }
  return service.defaultAddress;
}

/** All addresses of a service for the proxy (`Service.GetAllAddressesForProxy`). */
export function allAddressesOf(service: Service, proxy: ProxyView): readonly string[] {
  let addresses = service.clusterIps;
  if (addresses.length === 0 && usesAutoAddresses(proxy)) addresses = service.autoAddresses;
  if (!(proxy.dualStackEnabled && proxy.ipv4 && proxy.ipv6)) addresses = reachable(proxy, addresses);
  if (addresses.length > 0) return addresses;
  if (service.defaultAddress === '') return [];
  return service.clusterIps.length > 0 ? reachable(proxy, [service.defaultAddress]) : [service.defaultAddress];
}
