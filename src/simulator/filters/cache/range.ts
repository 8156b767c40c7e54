import type { Headers } from '../../http/headers.ts';

/** What is asked for of a body: all of it, nothing that is there, or a part; `end` is the first byte that does not belong to it. */
type Part = 'all' | 'unsatisfiable' | { readonly begin: number; readonly end: number };

/** One range of bytes (envoy `RangeUtils::createRangeDetails`); several, or what is none, ask for everything. */
export function partOf(request: Headers, length: number): Part {
  const [given, ...more] = request.all('range');
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(given ?? '') ?? [];
  if (more.length > 0 || (first === '' && last === '')) return 'all';
  if (first === '') return suffix(Number(last), length);
  const begin = Number(first);
  const end = last === '' ? Number.POSITIVE_INFINITY : Number(last) + 1;
  if (begin >= end) return 'all';
  if (begin >= length) return 'unsatisfiable';
  return begin === 0 && end >= length ? 'all' : { begin, end: Math.min(end, length) };
}

function suffix(count: number, length: number): Part {
  if (count === 0 || length === 0) return 'unsatisfiable';
  return count >= length ? 'all' : { begin: length - count, end: length };
}
