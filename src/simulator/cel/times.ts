/** Times and durations as texts and parts (cel-spec `doc/langdef.md`, "Date/time"). Nanoseconds throughout. */

const second = 1_000_000_000n;
const maxSeconds = 253_402_300_799n;
const minSeconds = -62_135_596_800n;
const units: Readonly<Record<string, bigint>> = {
  h: 3600n * second,
  m: 60n * second,
  s: second,
  ms: 1_000_000n,
  us: 1000n,
  µs: 1000n,
  ns: 1n,
};

/** RFC 3339; undefined if it is none. */
export function parseTimestamp(text: string): bigint | undefined {
  const found = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[-+]\d\d:\d\d)$/.exec(text);
  if (found === null) return undefined;
  const [, date = '', time = '', fraction = '', zone = ''] = found;
  const milliseconds = Date.parse(`${date}T${time}${zone.toUpperCase()}`);
  return Number.isNaN(milliseconds) ? undefined : BigInt(milliseconds) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** Go's form: `1h2m3.5s`. */
export function parseDuration(text: string): bigint | undefined {
  const found = /^([-+]?)((?:\d+(?:\.\d*)?|\.\d+)(?:h|ms|us|µs|ns|m|s))+$/.exec(text);
  if (text === '0') return 0n;
  if (found === null) return undefined;
  let sum = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(/(\d*)(?:\.(\d*))?(ms|us|µs|ns|h|m|s)/g)) {
    const size = units[unit] ?? 0n;
    sum += BigInt(whole === '' ? '0' : whole) * size;
    if (fraction !== '') sum += (BigInt(fraction) * size) / 10n ** BigInt(fraction.length);
  }
  return found[1] === '-' ? -sum : sum;
}

export function isInRange(timestampNs: bigint): boolean {
  const seconds = timestampNs / second;
  return seconds >= minSeconds && seconds <= maxSeconds;
}

export function printTimestamp(ns: bigint): string {
  const seconds = (ns - (((ns % second) + second) % second)) / second;
  const rest = ns - seconds * second;
  const base = new Date(Number(seconds) * 1000).toISOString().replace(/\.\d+Z$/, '');
  return rest === 0n ? `${base}Z` : `${base}.${rest.toString().padStart(9, '0').replace(/0+$/, '')}Z`;
}

export function printDuration(ns: bigint): string {
  const size = ns < 0n ? -ns : ns;
  const fraction = (size % second).toString().padStart(9, '0').replace(/0+$/, '');
  return `${ns < 0n ? '-' : ''}${size / second}${fraction === '' ? '' : `.${fraction}`}s`;
}

/** Minutes east of UTC of `+02:00`, `-08:00` or a name of the time zone data; undefined if it is neither. */
function zoneOffset(zone: string, at: Date): number | undefined {
  const found = /^([-+]?)(\d\d):(\d\d)$/.exec(zone);
  if (found !== null) return (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3]));
  try {
    const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(at);
    const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const offset = /GMT(?:([-+])(\d\d):(\d\d))?/.exec(name);
    return offset === null ? undefined : (offset[1] === '-' ? -1 : 1) * (Number(offset[2] ?? 0) * 60 + Number(offset[3] ?? 0));
  } catch {
    return undefined; // no such zone: the caller's answer is an error value
  }
}

const dateParts: Readonly<Record<string, (date: Date) => number>> = {
  getFullYear: (date) => date.getUTCFullYear(),
  getMonth: (date) => date.getUTCMonth(),
  getDayOfYear: (date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000),
  getDayOfMonth: (date) => date.getUTCDate() - 1,
  getDate: (date) => date.getUTCDate(),
  getDayOfWeek: (date) => date.getUTCDay(),
  getHours: (date) => date.getUTCHours(),
  getMinutes: (date) => date.getUTCMinutes(),
  getSeconds: (date) => date.getUTCSeconds(),
  getMilliseconds: (date) => date.getUTCMilliseconds(),
};

export const timePartNames: ReadonlySet<string> = new Set(Object.keys(dateParts));

/** `getHours` … of a time; undefined for an unknown zone. */
export function timestampPart(name: string, ns: bigint, zone = '+00:00'): bigint | undefined {
  const milliseconds = Number((ns - (((ns % 1_000_000n) + 1_000_000n) % 1_000_000n)) / 1_000_000n);
  const offset = zoneOffset(zone, new Date(milliseconds));
  if (offset === undefined) return undefined;
  return BigInt(dateParts[name]?.(new Date(milliseconds + offset * 60_000)) ?? 0);
}

/** `getHours` … of a duration; undefined where a duration has no such part. */
export function durationPart(name: string, ns: bigint): bigint | undefined {
  if (name === 'getHours') return ns / (units['h'] ?? 1n);
  if (name === 'getMinutes') return ns / (units['m'] ?? 1n);
  if (name === 'getSeconds') return ns / second;
  return name === 'getMilliseconds' ? (ns % second) / 1_000_000n : undefined;
}
