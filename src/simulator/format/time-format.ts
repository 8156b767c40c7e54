const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

const two = (n: number): string => String(n).padStart(2, '0');

/**
 * A moment in UTC by a `strftime` pattern with Envoy's additions `%3f`, `%6f`, `%9f` and `%s`, `%Es`; without pattern as Envoy's access log
 * has it: `2018-02-01T12:34:56.789Z` (envoy `source/common/common/utility.cc` `DateFormatter`).
 */
export function formatTime(ns: bigint, pattern: string): string {
  const seconds = ns / 1_000_000_000n;
  const nanos = String(ns % 1_000_000_000n).padStart(9, '0');
  const date = new Date(Number(seconds) * 1000);
  if (pattern === '') return `${date.toISOString().slice(0, 19)}.${nanos.slice(0, 3)}Z`;
  const day = days[date.getUTCDay()] ?? '';
  const month = months[date.getUTCMonth()] ?? '';
  const parts: Readonly<Record<string, string>> = {
    Y: String(date.getUTCFullYear()),
    m: two(date.getUTCMonth() + 1),
    d: two(date.getUTCDate()),
    H: two(date.getUTCHours()),
    M: two(date.getUTCMinutes()),
    S: two(date.getUTCSeconds()),
    T: date.toISOString().slice(11, 19),
    F: date.toISOString().slice(0, 10),
    a: day.slice(0, 3),
    A: day,
    b: month.slice(0, 3),
    B: month,
    Z: 'UTC',
    z: '+0000',
    s: String(seconds),
    f: nanos,
    '%': '%',
  };
  const plainPattern = pattern.replaceAll(
    /%E(\d)S/g,
    (_, digits: string) => `${two(date.getUTCSeconds())}.${nanos.slice(0, Number(digits))}`,
  );
  return plainPattern.replaceAll(/%(\d)?([A-Za-z%])/g, (whole, digits: string | undefined, letter: string) => {
    if (letter === 'f' && digits !== undefined) return nanos.slice(0, Number(digits));
    return parts[letter] ?? whole;
  });
}

/** `Thu, 01 Jan 1970 00:00:00 GMT`: the `date` header. */
export function httpDate(ns: bigint): string {
  if (ns < shownFromNs || ns >= shownFromNs + 1_000_000_000n) {
    shownFromNs = ns - (ns % 1_000_000_000n);
    shown = new Date(Number(ns / 1_000_000n)).toUTCString();
  }
  return shown;
}

/** The text of the second that begins at `shownFromNs`: many responses carry the same. */
let shownFromNs = -1_000_000_000n;
let shown = '';
