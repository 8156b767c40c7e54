/** Where the port of an authority begins: its last colon, unless that belongs to an IPv6 address (envoy `HeaderUtility::getPortStart`); -1 for none. */
function portStart(host: string): number {
  const at = host.lastIndexOf(':');
  return at > host.lastIndexOf(']') ? at : -1;
}

/** `a:80` → `a`; whatever stands behind the colon. */
export function withoutPort(host: string): string {
  const at = portStart(host);
  return at < 0 ? host : host.slice(0, at);
}
