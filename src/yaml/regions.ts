import { firstNonBlank, lineEnd, nextLine } from './split.ts';

/** A quoted text or a `[ ]` or `{ }` that is not itself inside another one. */
export interface Region {
  readonly start: number;
  /** After the closing character; the end of the text when there is none. */
  readonly end: number;
  /** Where the innermost quote or bracket stands that is never closed; `undefined` when all are. */
  readonly unclosed: number | undefined;
  /** The quoted texts inside, as pairs of start and end; a quoted text itself has one. */
  readonly quoted: readonly (readonly [number, number])[];
}

/**
 * Finds the quoted texts and flow collections of one document by its characters alone, also where the parser gives up: for saying which
 * quote or bracket is not closed, and for lines inside that YAML 1.2 wants indented while Kubernetes does not care.
 */
export function findRegions(source: string): readonly Region[] {
  const regions: Region[] = [];
  let at = 0;
  while (at < source.length) {
    at = Math.max(at + 1, scanLine(source, at, regions));
  }
  return regions;
}

/** Of `count` ascending offsets the index of the last that is not after `offset`; -1 when all are. */
export function lastNotAfter(count: number, startAt: (index: number) => number, offset: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (startAt(middle) <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The region around `offset`, if any. */
export function regionAt(regions: readonly Region[], offset: number): Region | undefined {
  const region = regions[lastNotAfter(regions.length, (i) => regions[i]?.start ?? 0, offset)];
  return region !== undefined && offset < region.end ? region : undefined;
}

/** Reads the line at `start` in block context; gives the start of the next line to read. */
function scanLine(source: string, start: number, regions: Region[]): number {
  if (source.charCodeAt(start) === 0x25) return nextLine(source, start);
  const indicators = skipIndicators(source, firstNonBlank(source, source.startsWith('---', start) ? start + 3 : start));
  // Of the innermost key or `-`: the text of a block scalar is deeper than that.
  let column = indicators.column - start;
  let at = indicators.end;
  for (;;) {
    const keyStart = at;
    at = skipProperties(source, at);
    const char = source[at];
    if (char === '|' || char === '>') return skipBlockScalar(source, at, column);
    let colon: number | undefined;
    if (char === '"' || char === "'" || char === '[' || char === '{') {
      const region = char === '[' || char === '{' ? scanFlow(source, at) : scanQuoted(source, at);
      regions.push(region);
      const after = firstNonBlank(source, region.end);
      if (source[after] !== ':') return nextLine(source, region.end);
      colon = after + 1;
    } else {
      colon = plainKeyEnd(source, at);
      if (colon === undefined) return nextLine(source, at);
    }
    column = keyStart - start;
    at = firstNonBlank(source, colon);
  }
}

/** Past `- `, `? ` and `: ` at the start of a line; `column` is where the last of them stands. */
function skipIndicators(source: string, start: number): { readonly column: number; readonly end: number } {
  let column = start;
  let at = start;
  while (/[-?:]/.test(source.charAt(at)) && isBlankAt(source, at + 1)) {
    column = at;
    at = firstNonBlank(source, at + 1);
  }
  return { column, end: at };
}

function skipProperties(source: string, start: number): number {
  let at = start;
  while (source[at] === '&' || source[at] === '!') {
    while (at < source.length && !isBlankAt(source, at)) at++;
    at = firstNonBlank(source, at);
  }
  return at;
}

function isBlankAt(source: string, at: number): boolean {
  const code = source.charCodeAt(at);
  return Number.isNaN(code) || code === 32 || code === 9 || code === 10 || code === 13;
}

/** After the `:` of an unquoted key on this line, or `undefined` when the rest of the line is one text or a comment. */
function plainKeyEnd(source: string, start: number): number | undefined {
  if (source[start] === '#') return undefined;
  for (let at = start; at < source.length; at++) {
    const char = source[at];
    if (char === '\n' || char === '\r' || (char === '#' && at > start && isBlankAt(source, at - 1))) return undefined;
    if (char === ':' && isBlankAt(source, at + 1)) return at + 1;
  }
  return undefined;
}

function skipBlockScalar(source: string, at: number, column: number): number {
  let next = nextLine(source, at);
  while (next < source.length) {
    const first = firstNonBlank(source, next);
    const isBlank = first === lineEnd(source, next);
    if (!isBlank && first - next <= column) break;
    next = nextLine(source, next);
  }
  return next;
}

function scanQuoted(source: string, start: number): Region {
  const end = quoteEnd(source, start);
  const until = end ?? source.length;
  return { start, end: until, unclosed: end === undefined ? start : undefined, quoted: [[start, until]] };
}

/** After the quote that closes the one at `start`. */
function quoteEnd(source: string, start: number): number | undefined {
  const quote = source[start];
  for (let at = start + 1; at < source.length; at++) {
    const char = source[at];
    if (char === '\\' && quote === '"') at++;
    else if (char === quote && quote === "'" && source[at + 1] === quote) at++;
    else if (char === quote) return at + 1;
  }
  return undefined;
}

function scanFlow(source: string, start: number): Region {
  const open: number[] = [];
  const quoted: (readonly [number, number])[] = [];
  // A quote begins a quoted text only where a value can begin; elsewhere (`[it's]`) it is a letter.
  let canQuote = true;
  let afterClosing = false;
  for (let at = start; at < source.length; at++) {
    const char = source.charAt(at);
    if (isBlankAt(source, at)) continue;
    if (char === '#' && isBlankAt(source, at - 1)) {
      at = lineEnd(source, at) - 1;
    } else if (canQuote && (char === '"' || char === "'")) {
      const end = quoteEnd(source, at);
      quoted.push([at, end ?? source.length]);
      if (end === undefined) return { start, end: source.length, unclosed: at, quoted };
      at = end - 1;
      canQuote = false;
      afterClosing = true;
    } else {
      const opener = track(source, at, open);
      if (opener !== undefined) return { start, end: at + 1, unclosed: opener, quoted };
      if (open.length === 0) return { start, end: at + 1, unclosed: undefined, quoted };
      canQuote = opensValue(source, at, afterClosing);
      afterClosing = char === ']' || char === '}';
    }
  }
  return { start, end: source.length, unclosed: open.at(-1), quoted };
}

/** Keeps the stack of open brackets; gives the opening one when the bracket at `at` is not its partner. */
function track(source: string, at: number, open: number[]): number | undefined {
  const char = source[at];
  if (char === '[' || char === '{') open.push(at);
  if (char !== ']' && char !== '}') return undefined;
  const opener = open.pop();
  return opener !== undefined && (source[opener] === '[') !== (char === ']') ? opener : undefined;
}

function opensValue(source: string, at: number, afterClosing: boolean): boolean {
  const char = source.charAt(at);
  if (char === ':') return afterClosing || isBlankAt(source, at + 1);
  return char === '?' ? isBlankAt(source, at + 1) : /[[{,]/.test(char);
}
