import { formatTime } from '../format/time-format.ts';

const two = (n: number): string => String(n).padStart(2, '0');

/** C's `strftime` in the C locale and UTC, one conversion at a time as Lua asks for them. */
export function strftime(pattern: string, date: Date): string {
  const ns = BigInt(date.getTime()) * 1_000_000n;
  const hour = date.getUTCHours();
  const own: Readonly<Record<string, () => string>> = {
    c: () => `${strftime('%a %b', date)} ${String(date.getUTCDate()).padStart(2, ' ')} ${strftime('%H:%M:%S %Y', date)}`,
    x: () => strftime('%m/%d/%y', date),
    D: () => strftime('%m/%d/%y', date),
    X: () => strftime('%H:%M:%S', date),
    R: () => strftime('%H:%M', date),
    p: () => (hour < 12 ? 'AM' : 'PM'),
    I: () => two(hour % 12 === 0 ? 12 : hour % 12),
    r: () => strftime('%I:%M:%S %p', date),
    y: () => two(date.getUTCFullYear() % 100),
    C: () => two(Math.floor(date.getUTCFullYear() / 100)),
    e: () => String(date.getUTCDate()).padStart(2, ' '),
    h: () => strftime('%b', date),
    j: () => String(dayOfYear(date) + 1).padStart(3, '0'),
    w: () => String(date.getUTCDay()),
    u: () => String(date.getUTCDay() === 0 ? 7 : date.getUTCDay()),
    U: () => two(Math.floor((dayOfYear(date) + 7 - date.getUTCDay()) / 7)),
    W: () => two(Math.floor((dayOfYear(date) + 7 - ((date.getUTCDay() + 6) % 7)) / 7)),
    n: () => '\n',
    t: () => '\t',
    Z: () => 'UTC',
  };
  return pattern.replaceAll(/%([A-Za-z%])/g, (whole, letter: string) => own[letter]?.() ?? formatTime(ns, whole));
}

/** Days since the first of January. */
export function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000);
}
