import { goQuote } from './go-json.ts';

const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  '\u00b5s': 1_000n,
  '\u03bcs': 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

/** Go's time.ParseDuration: nanoseconds, or its error message. */
export function parseGoDuration(text: string): bigint | { readonly error: string } {
  const quoted = goQuote(text);
  const invalid = { error: `time: invalid duration ${quoted}` };
  const negative = text.startsWith('-');
  let rest = /^[-+]/.test(text) ? text.slice(1) : text;
  if (rest === '0') return 0n;
  if (rest === '') return invalid;
  const limit = negative ? 1n << 63n : (1n << 63n) - 1n;
  let total = 0n;
  while (rest !== '') {
    const [found = '', whole = '', fraction = ''] = /^(\d*)(?:\.(\d*))?/.exec(rest) ?? [];
    if (whole === '' && fraction === '') return invalid;
    const name = /^[^.\d]+/.exec(rest.slice(found.length))?.[0];
    if (name === undefined) return { error: `time: missing unit in duration ${quoted}` };
    const unit = Object.hasOwn(units, name) ? units[name] : undefined;
    if (unit === undefined) return { error: `time: unknown unit ${goQuote(name)} in duration ${quoted}` };
    total += BigInt(`0${whole}`) * unit + (BigInt(`0${fraction}`) * unit) / 10n ** BigInt(fraction.length);
    if (total > limit) return invalid;
    rest = rest.slice(found.length + name.length);
  }
  return negative ? -total : total;
}

/** Nanoseconds as proto JSON writes a Duration: `1s`, `0.500s`, `-1.000001s`. */
export function formatProtoDuration(ns: bigint): string {
  const size = ns < 0n ? -ns : ns;
  const digits = (size % 1_000_000_000n).toString().padStart(9, '0');
  const fraction = digits.replace(/(?:000)+$/, '');
  return `${ns < 0n ? '-' : ''}${(size / 1_000_000_000n).toString()}${fraction === '' ? '' : `.${fraction}`}s`;
}
