import { compareText } from '../resource-order.ts';
import { perSnapshot, type Snapshot } from '../snapshot.ts';
import { narrowedExport } from './visibility.ts';
import { fromKubernetesService, fromServiceEntry, type Service } from './service.ts';

/** All services of the mesh (istio/istio `pilot/pkg/model/push_context.go initServiceRegistry`). */
export interface ServiceRegistry {
  /** By creation time, name, namespace. */
  readonly all: readonly Service[];
  /** Visible to everyone, in that order. */
  readonly public: readonly Service[];
  /** Visible to a namespace only. */
  readonly exportedTo: ReadonlyMap<string, readonly Service[]>;
  /** By host, then by namespace. */
  readonly byHost: ReadonlyMap<string, ReadonlyMap<string, Service>>;
}

export const serviceRegistry = perSnapshot(readRegistry);

function readRegistry(snapshot: Snapshot): ServiceRegistry {
  const all = withAliases([
    ...snapshot.list('', 'Service').map((resource) => fromKubernetesService(resource, snapshot.minor.externalNameAlias)),
    ...snapshot
      .list('networking.istio.io', 'ServiceEntry')
      .flatMap((resource) => fromServiceEntry(resource, snapshot.minor.addressesTogether)),
  ]).sort(compareServices);
  const visible: Service[] = [];
  const exportedTo = new Map<string, Service[]>();
  const byHost = new Map<string, Map<string, Service>>();
  for (const service of all) {
    const spaces = byHost.get(service.hostname) ?? new Map<string, Service>();
    byHost.set(service.hostname, spaces);
    const existing = spaces.get(service.namespace);
    // a Service of Kubernetes wins over a ServiceEntry of the same host, else the older one
    if (existing === undefined || (existing.registry !== 'Kubernetes' && service.registry === 'Kubernetes')) {
      spaces.set(service.namespace, service);
    }
    const spread = exportSet(service, snapshot);
    if (spread.has('*')) visible.push(service);
    else if (!spread.has('~')) {
      for (const target of new Set([...spread].map((space) => (space === '.' ? service.namespace : space)))) {
        const list = exportedTo.get(target) ?? [];
        list.push(service);
        exportedTo.set(target, list);
      }
    }
  }
  return { all, public: visible, exportedTo, byHost };
}

export function compareServices(a: Service, b: Service): number {
  return a.creationTime - b.creationTime || compareText(a.name, b.name) || compareText(a.namespace, b.namespace);
}

function exportSet(service: Service, snapshot: Snapshot): ReadonlySet<string> {
  return narrowedExport(service, new Set(service.exportTo ?? stringList(snapshot.mesh.raw['defaultServiceExportTo'])), snapshot);
}

function stringList(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** What a proxy of that namespace may see, its own private services first (`servicesExportedToNamespace`). */
export function servicesVisibleTo(snapshot: Snapshot, namespace: string): readonly Service[] {
  const registry = serviceRegistry(snapshot);
  return [...(registry.exportedTo.get(namespace) ?? []), ...registry.public];
}

/** `PushContext.IsServiceVisible`. */
export function isVisible(snapshot: Snapshot, service: Service, namespace: string): boolean {
  const spread = exportSet(service, snapshot);
  return spread.has('*') || (spread.has('.') && service.namespace === namespace) || spread.has(namespace);
}

/**
 * Host of a provider's service, `name` being `host` or `namespace/host`; `undefined` when it is unknown or ambiguous
 * (`pilot/pkg/model/push_context.go LookupCluster`).
 */
export function lookUpProviderService(snapshot: Snapshot, name: string): string | undefined {
  const { byHost } = serviceRegistry(snapshot);
  const parts = name.split('/');
  if (parts.length === 2) return byHost.get(parts[1] ?? '')?.get(parts[0] ?? '')?.hostname;
  const spaces = byHost.get(name);
  return spaces?.size === 1 ? name : undefined;
}

/** Gives each service the ExternalName hosts that lead to it, through any number of steps (`resolveServiceAliases`). */
function withAliases(services: readonly Service[]): Service[] {
  const targets = new Map(services.filter((s) => s.resolution === 'Alias').map((s) => [s.hostname, s.externalName ?? '']));
  if (targets.size === 0) return [...services];
  const aliases = new Map<string, Service[]>();
  for (const service of services) {
    if (service.resolution !== 'Alias') continue;
    const end = endOfAliases(service.hostname, targets);
    if (end !== undefined) aliases.set(end, [...(aliases.get(end) ?? []), service]);
  }
  return services.map((service) => {
    const own = aliases.get(service.hostname);
    if (own === undefined) return service;
    const sorted = [...own].sort((a, b) => compareText(a.namespace, b.namespace) || compareText(a.hostname, b.hostname));
    return { ...service, aliases: sorted.map((alias) => alias.hostname) };
  });
}

function endOfAliases(host: string, targets: ReadonlyMap<string, string>): string | undefined {
  const seen = new Set([host]);
  let at = targets.get(host) ?? '';
  for (;;) {
    const next = targets.get(at);
    if (next === undefined) return at;
    if (seen.has(at)) return undefined;
    seen.add(at);
    at = next;
  }
}
