/** Times and durations as texts and parts (cel-spec `doc/langdef.md`, "Date/time"). Nanoseconds throughout. */

const second = 1_000_000_000n;
const maxSeconds = 253_402_300_799n;
const minSeconds = -62_135_596_800n;
/** As good as endless: no duration is as long. */
const infinite = 1n << 80n;
const units: Readonly<Record<string, bigint>> = {
  h: 3600n * second,
  m: 60n * second,
  s: second,
  ms: 1_000_000n,
  us: 1000n,
  ns: 1n,
};

/** RFC 3339, as absl reads it: years may be longer, a leap second is the next one. Undefined if it is none. */
export function parseTimestamp(text: string): bigint | undefined {
  const found = /^(\d{4,})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?([Zz]|[-+]\d\d:\d\d)$/.exec(text);
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = found.slice(1, 7).map(Number);
  const [fraction = '', zone = ''] = found.slice(7);
  const days = daysFromCivil(year, month, day);
  const offset = zoneMinutes(zone);
  if (year > 200_000 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || offset === undefined) return undefined;
  if (hours > 23 || minutes > 59 || seconds > 60) return undefined;
  const whole = BigInt(days) * 86_400n + BigInt(hours * 3600 + (minutes - offset) * 60 + seconds);
  return whole * second + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
}

/** Days since 1970-01-01 in the Gregorian calendar. */
function daysFromCivil(year: number, month: number, day: number): number {
  const moved = month <= 2 ? year - 1 : year;
  const era = Math.floor(moved / 400);
  const yearOfEra = moved - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

function daysIn(year: number, month: number): number {
  return daysFromCivil(month === 12 ? year + 1 : year, month === 12 ? 1 : month + 1, 1) - daysFromCivil(year, month, 1);
}

/** Go's form, as absl reads it: `1h2m3.5s`. */
export function parseDuration(text: string): bigint | undefined {
  const sign = /^[-+]?/.exec(text)?.[0] ?? '';
  const rest = text.slice(sign.length);
  const size = rest === '0' ? 0n : rest === 'inf' ? infinite : parts(rest);
  return size !== undefined && sign === '-' ? -size : size;
}

function parts(text: string): bigint | undefined {
  if (!/^(?:(?:\d+(?:\.\d*)?|\.\d+)(?:h|ms|us|ns|m|s))+$/.test(text)) return undefined;
  let sum = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(/(\d*)(?:\.(\d*))?(ms|us|ns|h|m|s)/g)) {
    const size = units[unit] ?? 0n;
    sum += BigInt(whole === '' ? '0' : whole) * size;
    if (fraction !== '') sum += (BigInt(fraction) * size) / 10n ** BigInt(fraction.length);
  }
  return sum;
}

/** Why CEL does not take a duration (cel-cpp `internal/time.cc`): ten thousand years are enough. */
export function durationProblem(ns: bigint): string | undefined {
  const limit = 87_660_000n * 3600n * second + second - 1n;
  if (ns > limit) return `Duration "${printGoDuration(ns)}" above maximum allowed duration "${printGoDuration(limit)}"`;
  return ns < -limit ? `Duration "${printGoDuration(ns)}" below minimum allowed duration "${printGoDuration(-limit)}"` : undefined;
}

/** `absl::FormatDuration` of long ones. */
function printGoDuration(ns: bigint): string {
  const size = ns < 0n ? -ns : ns;
  const sign = ns < 0n ? '-' : '';
  if (size >= infinite) return `${sign}inf`;
  const hours = size / 3600n / second;
  const minutes = (size / 60n / second) % 60n;
  const rest = size % (60n * second);
  return `${sign}${hours}h${minutes === 0n ? '' : `${minutes}m`}${rest === 0n ? '' : printDuration(rest)}`;
}

/** Why a time has no text. */
export function timestampProblem(ns: bigint): string | undefined {
  const seconds = secondsOf(ns);
  if (seconds > maxSeconds) return `Timestamp "${printTimestamp(ns)}" above maximum allowed timestamp "9999-12-31T23:59:59.999999999Z"`;
  return seconds < minSeconds ? `Timestamp "${printTimestamp(ns)}" below minimum allowed timestamp "0001-01-01T00:00:00Z"` : undefined;
}

/** Whole seconds before a time. */
export function secondsOf(ns: bigint): bigint {
  return floor(ns, second);
}

function floor(value: bigint, unit: bigint): bigint {
  return (value - (((value % unit) + unit) % unit)) / unit;
}

/** RFC 3339 with as many digits after the point as needed: none, 3, 6 or 9. */
export function printTimestamp(ns: bigint): string {
  const seconds = secondsOf(ns);
  // years from 10000 on have a sign and two more digits in ISO 8601
  const date = new Date(Number(seconds) * 1000)
    .toISOString()
    .replace(/^\+0*/, '')
    .replace(/\.\d+Z$/, '');
  return `${date}${printFraction(ns - seconds * second)}Z`;
}

export function printDuration(ns: bigint): string {
  const size = ns < 0n ? -ns : ns;
  return `${ns < 0n ? '-' : ''}${size / second}${printFraction(size % second)}s`;
}

function printFraction(ns: bigint): string {
  if (ns === 0n) return '';
  return `.${ns
    .toString()
    .padStart(9, '0')
    .replace(/(?:000){1,2}$/, '')}`;
}

function zoneMinutes(zone: string): number | undefined {
  if (zone === '' || /^[Zz]$/.test(zone)) return 0;
  const found = /^([-+]?)(\d\d):(\d\d)$/.exec(zone);
  return found === null ? undefined : (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3]));
}

/** Minutes east of UTC of `+02:00`, `-08:00` or a name of the time zone data; undefined if it is neither. */
function zoneOffset(zone: string, at: Date): number | undefined {
  const minutes = zoneMinutes(zone);
  if (minutes !== undefined) return minutes;
  try {
    const names = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(at);
    const name = names.find(({ type }) => type === 'timeZoneName')?.value ?? '';
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
  const milliseconds = Number(floor(ns, 1_000_000n));
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
