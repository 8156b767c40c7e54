import { hostsMatch, isSubsetOf, isWildcard } from '../registry/host.ts';

/** The hosts an egress listener imports from one namespace (istio/istio `pilot/pkg/model/sidecar.go hostClassification`). */
export interface ImportedHosts {
  readonly hosts: string[];
  readonly excluded: string[];
}

/** `*` stands for every namespace. */
export type HostsByNamespace = ReadonlyMap<string, ImportedHosts>;

/** Reads `namespace/host` entries; `.` is the own namespace, `~` excludes. */
export function selectHosts(entries: readonly string[], ownNamespace: string): HostsByNamespace {
  const out = new Map<string, ImportedHosts>();
  for (const entry of entries) {
    const parts = entry.split('/');
    if (parts.length !== 2) continue;
    const [space = '', host = ''] = parts;
    const exclude = space.startsWith('~');
    let namespace = exclude ? space.slice(1) || '*' : space;
    if (namespace === '.') namespace = ownNamespace;
    const known = out.get(namespace) ?? { hosts: [], excluded: [] };
    out.set(namespace, known);
    (exclude ? known.excluded : known.hosts).push(host);
  }
  return out;
}

export function isExcluded(imported: ImportedHosts | undefined, host: string): boolean {
  return imported?.excluded.some((entry) => isSubsetOf(host, entry)) ?? false;
}

/** Is a service of that host imported? */
export function importsService(imported: ImportedHosts, host: string): boolean {
  return imported.hosts.some((entry) => entry === host || ((isWildcard(host) || isWildcard(entry)) && isSubsetOf(host, entry)));
}

/** Is a VirtualService for that host imported? Istio's own match in both directions, those of the Gateway API only downwards. */
export function importsRoutes(imported: ImportedHosts, host: string, downwardsOnly: boolean): boolean {
  return imported.hosts.some(
    (entry) =>
      (entry === host && !isWildcard(entry)) ||
      ((isWildcard(host) || isWildcard(entry)) && (downwardsOnly ? isSubsetOf(host, entry) : hostsMatch(host, entry))),
  );
}
