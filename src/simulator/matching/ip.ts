/** The bytes of an address: 4 or 16; undefined when it is none. */
export function parseAddress(text: string): readonly number[] | undefined {
  return text.includes(':') ? parseV6(text) : parseV4(text);
}

function parseV4(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.map(Number);
}

function parseV6(text: string): readonly number[] | undefined {
  const bare = text.replaceAll(/^\[|\]$/g, '').replace(/%.*$/, '');
  const halves = bare.split('::');
  if (halves.length > 2) return undefined;
  const read = (half: string | undefined): number[] | undefined => {
    if (half === undefined || half === '') return [];
    const out: number[] = [];
    for (const part of half.split(':')) {
      if (part.includes('.')) {
        const v4 = parseV4(part);
        if (v4 === undefined) return undefined;
        out.push(...v4);
      } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
        const value = Number.parseInt(part, 16);
        out.push(value >> 8, value & 255);
      } else return undefined;
    }
    return out;
  };
  const left = read(halves[0]);
  const right = read(halves[1]);
  if (left === undefined || right === undefined) return undefined;
  const gap = 16 - left.length - right.length;
  if (halves.length === 1) return gap === 0 ? left : undefined;
  return gap < 0 ? undefined : [...left, ...Array.from({ length: gap }, () => 0), ...right];
}

/** Is `address` inside `prefix/length`? */
export function isInRange(address: string, range: string): boolean {
  const at = range.lastIndexOf('/');
  const prefix = parseAddress(at < 0 ? range : range.slice(0, at));
  const bytes = parseAddress(address);
  if (prefix === undefined || bytes === undefined || prefix.length !== bytes.length) return false;
  let bits = at < 0 ? prefix.length * 8 : Number(range.slice(at + 1));
  for (let i = 0; bits > 0; i++, bits -= 8) {
    const mask = bits >= 8 ? 255 : (255 << (8 - bits)) & 255;
    if (((prefix[i] ?? 0) & mask) !== ((bytes[i] ?? 0) & mask)) return false;
  }
  return true;
}
