/** The text formats that validation rules name. Source: envoyproxy/protoc-gen-validate, `rule_comparison.md` and its templates. */

export function isHostname(text: string): boolean {
  const name = text.replace(/\.$/, '');
  return text.length <= 253 && name.split('.').every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(label));
}

export function isIpv4(text: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text);
}

/** Text form of RFC 4291, `::` at most once, an IPv4 address allowed as the tail; no zone. */
export function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1)?.at(-1);
  const tail = last !== undefined && last.includes('.') ? 1 : 0;
  if (tail === 1 && !isIpv4(last ?? '')) return false;
  const all = groups.flat();
  const count = all.length + tail;
  const hex = tail === 1 ? all.slice(0, -1) : all;
  return hex.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) && (halves.length === 2 ? count < 8 : count === 8);
}

export function isIp(text: string): boolean {
  return isIpv4(text) || isIpv6(text);
}

/** A URI with a scheme. */
export function isUri(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(text) && isUriReference(text);
}

export function isUriReference(text: string): boolean {
  return !/[\s<>"{}|\\^`]/.test(text) && !/%(?![0-9a-f]{2})/i.test(text);
}

export function isEmail(text: string): boolean {
  const at = text.lastIndexOf('@');
  return text.length <= 254 && at > 0 && at <= 64 && isHostname(text.slice(at + 1)) && !/[\s<>()[\],;:\\"]/.test(text.slice(0, at));
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
}

/** `well_known_regex` HTTP_HEADER_NAME; pseudo-headers too. The looser form only forbids what ends a line. */
export function isHeaderName(text: string, strict: boolean): boolean {
  return strict ? /^:?[0-9a-zA-Z!#$%&'*+,\-.^_|~`]+$/.test(text) : /^[^\0\n\r]*$/.test(text);
}

export function isHeaderValue(text: string, strict: boolean): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are what the rule is about
  return strict ? /^[^\x00-\x08\x0a-\x1f\x7f]*$/.test(text) : /^[^\0\n\r]*$/.test(text);
}
