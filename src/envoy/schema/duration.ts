/** A `google.protobuf.Duration`, exact. */
export type Nanoseconds = bigint;

const unitNanoseconds: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n, // micro sign
  μs: 1_000n, // Greek mu: Go reads both
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

/** The proto JSON form, `1.5s`: what Envoy reads. */
export function parseProtoDuration(text: string): Nanoseconds | undefined {
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/.exec(text);
  if (match === null) return undefined;
  const [, sign, seconds = '0', fraction = ''] = match;
  const value = BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
  return sign === '-' ? -value : value;
}

/** Go's `time.ParseDuration`, `1h2m3.5s`: what istiod reads. Its limit is an int64 of nanoseconds, 292 years. */
export function parseGoDuration(text: string): Nanoseconds | undefined {
  const match = /^([-+]?)(?:0|((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+))$/.exec(text);
  if (match === null) return undefined;
  let total = 0n;
  for (const [, number = '', unit = ''] of (match[2] ?? '').matchAll(/([\d.]+)(ns|us|µs|μs|ms|s|m|h)/g)) {
    const [whole = '', fraction = ''] = number.split('.');
    const scale = unitNanoseconds[unit] ?? 0n;
    total += BigInt(whole === '' ? '0' : whole) * scale;
    if (fraction !== '') total += (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length);
  }
  if (total > 9_223_372_036_854_775_807n) return undefined;
  return match[1] === '-' ? -total : total;
}

/** `0s`, `0.250s`, `1.000001s`: 0, 3, 6 or 9 digits behind the point, as every proto JSON printer writes it. */
export function formatDuration(value: Nanoseconds): string {
  const absolute = value < 0n ? -value : value;
  return `${value < 0n ? '-' : ''}${absolute / 1_000_000_000n}${fractionText(absolute % 1_000_000_000n)}s`;
}

export function fractionText(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '';
  return `.${nanoseconds.toString().padStart(9, '0')}`.replace(/(000){1,2}$/, '');
}
