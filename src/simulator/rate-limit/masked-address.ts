import { parseAddress } from '../matching/ip.ts';

/** The range an address lies in, in Envoy's own writing: `10.0.0.0/8`, `2001:db8::/32`. */
export function maskedAddress(address: string, v4Bits: number, v6Bits: number): string | undefined {
  const bytes = parseAddress(address);
  if (bytes === undefined) return undefined;
  const bits = bytes.length === 4 ? v4Bits : v6Bits;
  const masked = bytes.map((byte, i) => byte & ((0xff00 >> Math.min(8, Math.max(0, bits - i * 8))) & 0xff));
  return `${bytes.length === 4 ? masked.join('.') : v6Text(masked)}/${bits}`;
}

/** RFC 5952: the longest run of zero groups is left out. */
function v6Text(bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, i) => (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16));
  let best = { from: 0, length: 0 };
  for (let from = 0; from < groups.length; from++) {
    let length = 0;
    while (groups[from + length] === '0') length++;
    if (length > best.length) best = { from, length };
  }
  if (best.length < 2) return groups.join(':');
  return `${groups.slice(0, best.from).join(':')}::${groups.slice(best.from + best.length).join(':')}`;
}
