import type { ByteString } from '#base/bytes.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** Years of two digits up to here are of this century, as `strptime` has it. */
const LAST_SHORT_YEAR = 68;

/** Three forms a date may have (RFC 7231 §7.1.1.1): parts by name. */
const forms = [
  /^[A-Z][a-z]{2}, +(?<day>\d{1,2}) +(?<month>[A-Z][a-z]{2}) +(?<year>\d{4}) +(?<time>\d{2}:\d{2}:\d{2}) +GMT$/,
  /^[A-Z][a-z]+, +(?<day>\d{1,2})-(?<month>[A-Z][a-z]{2})-(?<year>\d{2}) +(?<time>\d{2}:\d{2}:\d{2}) +GMT$/,
  /^[A-Z][a-z]{2} +(?<month>[A-Z][a-z]{2}) +(?<day>\d{1,2}) +(?<time>\d{2}:\d{2}:\d{2}) +(?<year>\d{4})$/,
];

/** A date in seconds since 1970; 0 for what is none (envoy `CacheHeadersUtils::httpTime`). */
export function httpTime(text: ByteString | undefined): number {
  for (const form of forms) {
    const parts = form.exec(text?.trim() ?? '')?.groups;
    if (parts === undefined) continue;
    const { day = '', month = '', year = '', time = '' } = parts;
    const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
    const fullYear = year.length === 2 ? Number(year) + (Number(year) <= LAST_SHORT_YEAR ? 2000 : 1900) : Number(year);
    const date = new Date(Date.UTC(fullYear, months.indexOf(month), Number(day), hours, minutes, seconds));
    const real = months.includes(month) && date.getUTCDate() === Number(day) && hours < 24 && minutes < 60 && seconds <= 60;
    return real ? date.getTime() / 1000 : 0;
  }
  return 0;
}
