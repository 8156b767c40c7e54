import { goQuote } from '../../../api/go-json.ts';

/** Go's net/netip ParseAddr: why a text is no address, or nothing. */
export function addressError(address: string): string | undefined {
  const first = /[.:%]/.exec(address)?.[0];
  if (first === '.') return ipv4Error(address, address);
  if (first === ':') return ipv6Error(address);
  return parseError(address, first === '%' ? 'missing IPv6 address' : 'unable to parse IP');
}

/** Go's net/netip ParsePrefix. */
export function prefixError(prefix: string): string | undefined {
  const fail = (why: string): string => `netip.ParsePrefix(${goQuote(prefix)}): ${why}`;
  const slash = prefix.lastIndexOf('/');
  if (slash < 0) return fail("no '/'");
  const address = prefix.slice(0, slash);
  const inner = addressError(address);
  if (inner !== undefined) return fail(inner);
  if (address.includes('%')) return fail('IPv6 zones cannot be present in a prefix');
  const bits = prefix.slice(slash + 1);
  if (!/^(?:[-+]?\d|[1-9]\d*)$/.test(bits) || (bits.length > 1 && !/^[1-9]/.test(bits)))
    return fail(`bad bits after slash: ${goQuote(bits)}`);
  return Number(bits) > (address.includes(':') ? 128 : 32) ? fail('prefix length out of range') : undefined;
}

function parseError(whole: string, why: string, at = ''): string {
  return `ParseAddr(${goQuote(whole)}): ${why}${at === '' ? '' : ` (at ${goQuote(at)})`}`;
}

function ipv4Error(whole: string, dotted: string): string | undefined {
  let value = 0;
  let digits = 0;
  let dots = 0;
  for (let at = 0; at < dotted.length; at++) {
    const char = dotted[at] ?? '';
    if (char >= '0' && char <= '9') {
      if (digits === 1 && value === 0) return parseError(whole, 'IPv4 field has octet with leading zero');
      value = value * 10 + Number(char);
      digits++;
      if (value > 255) return parseError(whole, 'IPv4 field has value >255');
    } else if (char === '.') {
      if (at === 0 || at === dotted.length - 1 || dotted[at - 1] === '.')
        return parseError(whole, 'IPv4 field must have at least one digit', dotted.slice(at));
      if (dots === 3) return parseError(whole, 'IPv4 address too long');
      dots++;
      value = 0;
      digits = 0;
    } else return parseError(whole, 'unexpected character', dotted.slice(at));
  }
  return dots < 3 ? parseError(whole, 'IPv4 address too short') : undefined;
}

function ipv6Error(whole: string): string | undefined {
  const fail = (why: string, at = ''): string => parseError(whole, why, at);
  const percent = whole.indexOf('%');
  if (percent === whole.length - 1) return fail('zone must be a non-empty string');
  let rest = percent < 0 ? whole : whole.slice(0, percent);
  let groups = 0;
  let hasEllipsis = rest.startsWith('::');
  if (hasEllipsis) rest = rest.slice(2);
  if (hasEllipsis && rest === '') return undefined;
  while (groups < 8) {
    const digits = /^[\da-fA-F]*/.exec(rest)?.[0] ?? '';
    if (digits.length > 4) return fail('each group must have 4 or less digits', rest);
    if (digits === '') return fail('each colon-separated field must have at least one digit', rest);
    if (rest[digits.length] === '.') {
      if (!hasEllipsis && groups !== 6) return fail('embedded IPv4 address must replace the final 2 fields of the address', rest);
      if (groups > 6) return fail('too many hex fields to fit an embedded IPv4 at the end of the address', rest);
      const inner = ipv4Error(whole, rest);
      if (inner !== undefined) return inner;
      rest = '';
      groups += 2;
      break;
    }
    groups++;
    rest = rest.slice(digits.length);
    if (rest === '') break;
    if (!rest.startsWith(':')) return fail('unexpected character, want colon', rest);
    if (rest.length === 1) return fail('colon must be followed by more characters', rest);
    rest = rest.slice(1);
    if (!rest.startsWith(':')) continue;
    if (hasEllipsis) return fail('multiple :: in address', rest);
    hasEllipsis = true;
    rest = rest.slice(1);
    if (rest === '') break;
  }
  if (rest !== '') return fail('trailing garbage after address', rest);
  if (groups < 8) return hasEllipsis ? undefined : fail('address string too short');
  return hasEllipsis ? fail('the :: must expand to at least one field of zeros') : undefined;
}
