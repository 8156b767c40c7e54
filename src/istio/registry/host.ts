/** Host names with an optional leading wildcard (istio/istio `pkg/config/host/name.go`). */

export function isWildcard(host: string): boolean {
  return host.startsWith('*');
}

/** Do the two names have a host in common? */
export function hostsMatch(a: string, b: string): boolean {
  if (isWildcard(a)) {
    if (!isWildcard(b)) return b.endsWith(a.slice(1));
    return a.length < b.length ? b.slice(1).endsWith(a.slice(1)) : a.slice(1).endsWith(b.slice(1));
  }
  return isWildcard(b) ? a.endsWith(b.slice(1)) : a === b;
}

/** Is every host of `inner` one of `outer`? */
export function isSubsetOf(inner: string, outer: string): boolean {
  if (isWildcard(inner)) return isWildcard(outer) && inner.length >= outer.length && inner.slice(1).endsWith(outer.slice(1));
  return isWildcard(outer) ? inner.endsWith(outer.slice(1)) : inner === outer;
}

/**
 * The hosts that both lists name, the more specific one of each pair, each once
 * (`pkg/config/host/names.go Names.Intersection`).
 */
export function intersectHosts(a: readonly string[], b: readonly string[]): readonly string[] {
  const out = new Set<string>();
  for (const left of a) {
    for (const right of b) {
      if (isSubsetOf(left, right)) out.add(left);
      else if (isSubsetOf(right, left)) out.add(right);
    }
  }
  return [...out];
}

/** Order of `host.Names`: the more specific first, the bare wildcard last (`names.go MoreSpecific`). */
export function compareHosts(a: string, b: string): number {
  if (a === b) return 0;
  return moreSpecific(a, b) ? -1 : 1;
}

export function moreSpecific(a: string, b: string): boolean {
  if (a === '' && b !== '') return true;
  if (a !== '' && b === '') return false;
  if (isWildcard(a) && !isWildcard(b)) return false;
  if (!isWildcard(a) && isWildcard(b)) return true;
  return a.length === b.length ? a < b : a.length > b.length;
}

/** The value of the most specific host of the table that covers `host` (`pilot/pkg/model/config.go MostSpecificHostMatch`). */
export function mostSpecificMatch<T>(host: string, table: ReadonlyMap<string, T>): T | undefined {
  const exact = table.get(host);
  if (exact !== undefined) return exact;
  const needle = isWildcard(host) ? host.slice(1) : host;
  let best: string | undefined;
  for (const candidate of table.keys()) {
    if (!isWildcard(candidate) || !needle.endsWith(candidate.slice(1))) continue;
    if (best === undefined || moreSpecific(candidate, best)) best = candidate;
  }
  return best === undefined ? undefined : table.get(best);
}

const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

export function isIpAddress(text: string): boolean {
  return ipv4.test(text) || isIpv6(text);
}

export function isIpv6(text: string): boolean {
  return text.includes(':') && /^[0-9a-fA-F:.]+$/.test(text);
}

/**
 * A short name gets the namespace and the cluster's domain; names with a dot, addresses and `*` stay
 * (`pilot/pkg/model/config.go ResolveShortnameToFQDN`).
 */
export function resolveShortName(host: string, namespace: string): string {
  if (host === '' || host === '*' || host.includes('.') || isIpAddress(host)) return host;
  return `${host}.${namespace}.svc.cluster.local`;
}

/** `host:port`, with brackets around an IPv6 address (`pilot/pkg/networking/util/util.go DomainName`). */
export function domainName(host: string, port: number): string {
  return isIpv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** IPv6 addresses as they stand in a `Host` header. */
export function hostForm(host: string): string {
  return isIpv6(host) ? `[${host}]` : host;
}
