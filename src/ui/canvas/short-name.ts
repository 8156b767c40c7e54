/** A filter's name without the prefix all of its kind share: `envoy.filters.listener.tls_inspector` → `tls_inspector`. */
export function shortName(name: string): string {
  return name.replace(/^envoy\.filters?\.(listener|network|http)\./, '').replace(/^envoy\./, '');
}
