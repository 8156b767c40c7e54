import type { Service } from '../registry/service.ts';
import { portsOfListener } from './route-destinations.ts';
import { importsRoutes, importsService, isExcluded, type HostsByNamespace, type ImportedHosts } from './sidecar-hosts.ts';
import type { VirtualService } from './virtual-service.ts';

/** The services an egress listener imports, one namespace for each host (istio/istio `pilot/pkg/model/sidecar.go selectServices`). */
export function selectServices(
  services: readonly Service[],
  namespace: string,
  hosts: HostsByNamespace,
  port: number | undefined,
): readonly Service[] {
  const everywhere = hosts.get('*');
  const imported: Service[] = [];
  for (const service of services) {
    const own = hosts.get(service.namespace);
    if (isExcluded(own, service.hostname) || isExcluded(everywhere, service.hostname)) continue;
    const found = importService(own, service, port) ?? importService(everywhere, service, port);
    if (found !== undefined) imported.push(found);
  }
  const winners = new Map<string, Service>();
  for (const service of imported) {
    const known = winners.get(service.hostname);
    if (known === undefined || service.namespace === namespace || winsOver(service, known, namespace))
      winners.set(service.hostname, service);
  }
  return imported.filter((service) => winners.get(service.hostname)?.namespace === service.namespace);
}

/** A Service of Kubernetes beats a ServiceEntry, unless that one is of the proxy's own namespace. */
function winsOver(service: Service, known: Service, namespace: string): boolean {
  return known.registry !== 'Kubernetes' && service.registry === 'Kubernetes' && known.namespace !== namespace;
}

function importService(hosts: ImportedHosts | undefined, service: Service, port: number | undefined): Service | undefined {
  if (hosts === undefined || !importsService(hosts, service.hostname)) return undefined;
  const trimmed = port === undefined ? service : portsOfListener(service, port);
  if (trimmed === undefined || trimmed.aliases.length === 0) return trimmed;
  const aliases = trimmed.aliases.filter((alias) => importsService(hosts, alias));
  return aliases.length === trimmed.aliases.length ? trimmed : { ...trimmed, aliases };
}

/** The VirtualServices an egress listener imports (`pilot/pkg/model/virtualservice.go SelectVirtualServices`). */
export function selectVirtualServices(
  all: readonly VirtualService[],
  namespace: string,
  hosts: HostsByNamespace,
): readonly VirtualService[] {
  const everywhere = hosts.get('*');
  const isImported = (virtualService: VirtualService): boolean => {
    const own = hosts.get(virtualService.namespace);
    return [own, everywhere].some(
      (imported) =>
        imported !== undefined &&
        virtualService.hosts.some(
          (host) =>
            importsRoutes(imported, host, virtualService.semantics === 'gateway-api') &&
            !isExcluded(own, host) &&
            !isExcluded(everywhere, host),
        ),
    );
  };
  const isLocalRoute = (v: VirtualService): boolean => v.semantics === 'gateway-api' && v.namespace === namespace;
  return [...all.filter(isLocalRoute), ...all.filter((v) => !isLocalRoute(v))].filter(isImported);
}
