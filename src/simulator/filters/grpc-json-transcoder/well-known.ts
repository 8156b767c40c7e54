/** Times as protobuf's JSON has them (google/protobuf/{timestamp,duration}.proto). */

const NANOS = 1_000_000_000;

/** Seconds and nanoseconds; undefined when the text is no time. */
export function parseTimestamp(text: string): { readonly seconds: bigint; readonly nanos: number } | undefined {
  const found = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[-+]\d\d:\d\d)$/.exec(text);
  if (found === null) return undefined;
  const ms = Date.parse(`${found[1] ?? ''}${found[3] ?? ''}`);
  return Number.isNaN(ms) ? undefined : { seconds: BigInt(ms / 1000), nanos: Number((found[2] ?? '').padEnd(9, '0')) };
}

export function parseDuration(text: string): { readonly seconds: bigint; readonly nanos: number } | undefined {
  const found = /^(-?)(\d+)(?:\.(\d{1,9}))?s$/.exec(text);
  if (found === null) return undefined;
  const sign = found[1] === '-' ? -1 : 1;
  const nanos = sign * Number((found[3] ?? '').padEnd(9, '0'));
  return { seconds: BigInt(sign) * BigInt(found[2] ?? '0'), nanos: Object.is(nanos, -0) ? 0 : nanos };
}

export function printTimestamp(seconds: bigint, nanos: number): string {
  const date = new Date(Number(seconds) * 1000);
  return `${date.toISOString().replace(/\.\d+Z$/, '')}${fraction(nanos)}Z`;
}

export function printDuration(seconds: bigint, nanos: number): string {
  const negative = seconds < 0n || nanos < 0;
  const whole = seconds < 0n ? -seconds : seconds;
  return `${negative ? '-' : ''}${whole}${fraction(Math.abs(nanos) % NANOS)}s`;
}

/** None, three, six or nine digits. */
function fraction(nanos: number): string {
  if (nanos === 0) return '';
  const digits = String(nanos).padStart(9, '0');
  return `.${digits.replace(/(?:000){1,2}$/, '')}`;
}

/** Messages that stand for one scalar. */
export const wrapperTypes: ReadonlySet<string> = new Set(
  ['Double', 'Float', 'Int64', 'UInt64', 'Int32', 'UInt32', 'Bool', 'String', 'Bytes'].map((name) => `google.protobuf.${name}Value`),
);
