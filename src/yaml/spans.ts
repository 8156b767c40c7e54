import { CHOMPING_MODE, type ScalarEvent } from 'js-yaml';

/**
 * Positions js-yaml's events leave out. All of them lie between the end of one value and the start of the next, where only white space,
 * comments and indicators can stand, so looking at the characters is exact.
 */

/** The offset of the next character from `at` on that is not white space, a line break or part of a comment. */
export function skipBlank(source: string, at: number): number {
  let offset = at;
  for (;;) {
    const code = source.charCodeAt(offset);
    if (code === 32 || code === 9 || code === 10 || code === 13) offset++;
    else if (code === 0x23 && isBlankBefore(source, offset)) {
      while (offset < source.length && source.charCodeAt(offset) !== 10 && source.charCodeAt(offset) !== 13) offset++;
    } else return offset;
  }
}

function isBlankBefore(source: string, offset: number): boolean {
  const code = source.charCodeAt(offset - 1);
  return offset === 0 || code === 32 || code === 9 || code === 10 || code === 13 || code === 0x2c || code === 0x5b || code === 0x7b;
}

/** After the indicator `mark` when it comes next, else `at` itself. Outside of brackets only one before white space is an indicator. */
export function afterIndicator(source: string, at: number, mark: ':' | '-', flow: boolean): number {
  const offset = skipBlank(source, at);
  return source[offset] === mark && (flow || !/\S/.test(source.charAt(offset + 1))) ? offset + 1 : at;
}

/** Where the `|` or `>` of the block scalar after `at` stands. */
export function blockScalarStart(source: string, at: number): number {
  let offset = skipBlank(source, at);
  while (offset < source.length && source[offset] !== '|' && source[offset] !== '>') offset = skipBlank(source, offset + 1);
  return offset;
}

/** The end of the last line of a block scalar that is part of its value; the line break after it is outside. */
export function blockScalarEnd(source: string, start: number, event: ScalarEvent): number {
  let header = start + 1;
  while (/[-+0-9]/.test(source.charAt(header))) header++;
  let end = withoutBreak(source, event.valueEnd);
  if (event.chomping === CHOMPING_MODE.KEEP) return Math.max(end, header);
  while (end > event.valueStart && isBlankLine(source, end, event)) end = withoutBreak(source, lineStartOf(source, end));
  return event.indent < 0 || end <= event.valueStart ? header : end;
}

function isBlankLine(source: string, end: number, event: ScalarEvent): boolean {
  const start = lineStartOf(source, end);
  return /^ *$/.test(source.slice(start, end)) && (event.indent < 0 || end - start <= event.indent);
}

function lineStartOf(source: string, end: number): number {
  let start = end;
  while (start > 0 && source.charCodeAt(start - 1) !== 10 && source.charCodeAt(start - 1) !== 13) start--;
  return start;
}

function withoutBreak(source: string, end: number): number {
  if (source.charCodeAt(end - 1) === 10) return source.charCodeAt(end - 2) === 13 ? end - 2 : end - 1;
  return source.charCodeAt(end - 1) === 13 ? end - 1 : end;
}

/** After the bracket that closes a flow collection whose last entry ends at `at`. */
export function flowEnd(source: string, at: number, closer: ']' | '}'): number {
  let offset = skipBlank(source, at);
  while (offset < source.length && source[offset] !== closer) offset = skipBlank(source, offset + 1);
  return Math.min(offset + 1, source.length);
}
