/** The part of a text that belongs to one document. Chunks follow each other without gaps and cover the whole text. */
export interface Chunk {
  readonly start: number;
  readonly end: number;
  /** Where the document itself begins: after directives, the `---` line and a byte order mark. */
  readonly bodyStart: number;
  /** Where it ends: at a `...` line or the end of the chunk. */
  readonly bodyEnd: number;
  /** Opened by `---`; such a document counts even when nothing follows. */
  readonly explicit: boolean;
  /** Where its `---` line begins; the start of the body when it has none. */
  readonly markerStart: number;
}

/**
 * Cuts a text at its `---` and `...` lines. These end a document wherever they stand at the start of a line, even inside a block scalar or
 * a quoted text (YAML 1.2.2, production 206 `c-forbidden`), so no parsing is needed and a broken document cannot swallow the next.
 */
export function splitDocuments(text: string): readonly Chunk[] {
  const chunks: Chunk[] = [];
  const bom = text.startsWith('\uFEFF') ? 1 : 0;
  let open = { start: 0, markerStart: bom, bodyStart: bom, explicit: false };
  const close = (bodyEnd: number, end: number): void => {
    chunks.push({ ...open, bodyEnd, end });
  };
  for (const at of markers(text, bom)) {
    const after = nextLine(text, at);
    if (text.charCodeAt(at) === 0x2e) {
      close(at, after);
      open = { start: after, markerStart: after, bodyStart: after, explicit: false };
    } else {
      // Directives and comments before `---` belong to the document it opens.
      const isPrefix = !open.explicit && isOnlyPrefix(text, open.bodyStart, at);
      if (!isPrefix) close(at, at);
      open = { start: isPrefix ? open.start : at, markerStart: at, bodyStart: bodyAfterMarker(text, at), explicit: true };
    }
  }
  close(text.length, text.length);
  return chunks.filter((chunk) => chunk.end > chunk.start || chunks.length === 1);
}

/** Where lines begin that consist of `---` or `...` and perhaps more after white space. */
function markers(text: string, bom: number): readonly number[] {
  const found = isMarker(text, bom) ? [bom] : [];
  for (const pattern of ['\n---', '\n...', '\r---', '\r...']) {
    for (let at = text.indexOf(pattern); at >= 0; at = text.indexOf(pattern, at + 4)) {
      if (isMarker(text, at + 1)) found.push(at + 1);
    }
  }
  return found.toSorted((a, b) => a - b);
}

function isMarker(text: string, at: number): boolean {
  if (!text.startsWith('---', at) && !text.startsWith('...', at)) return false;
  const next = text.charCodeAt(at + 3);
  return Number.isNaN(next) || next === 32 || next === 9 || next === 10 || next === 13;
}

/** After `---` on its line when something stands there, else the next line. */
function bodyAfterMarker(text: string, at: number): number {
  const line = text.slice(at + 3, lineEnd(text, at));
  return /^[ \t]*(?:#.*)?$/.test(line) ? nextLine(text, at) : at + 3;
}

/** Nothing but blank lines, comments and directives. */
export function isOnlyPrefix(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at = nextLine(text, at)) {
    const first = firstNonBlank(text, at);
    const code = text.charCodeAt(first);
    const isBlank = first >= end || code === 10 || code === 13;
    if (!isBlank && code !== 0x23 && !(code === 0x25 && first === at)) return false;
  }
  return true;
}

/** The first character from `offset` on that is neither space nor tab. */
export function firstNonBlank(text: string, offset: number): number {
  let at = offset;
  while (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9) at++;
  return at;
}

/** The start of the spaces and tabs that end at `offset`. */
export function spaceBefore(text: string, offset: number): number {
  let at = offset;
  while (text.charCodeAt(at - 1) === 32 || text.charCodeAt(at - 1) === 9) at--;
  return at;
}

/** The end of the line around `offset`, before its line break. */
export function lineEnd(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && text.charCodeAt(at) !== 10 && text.charCodeAt(at) !== 13) at++;
  return at;
}

/** The start of the line after the one around `offset`; the end of the text when there is none. */
export function nextLine(text: string, offset: number): number {
  const end = lineEnd(text, offset);
  return text.charCodeAt(end) === 13 && text.charCodeAt(end + 1) === 10 ? end + 2 : Math.min(end + 1, text.length);
}

/** The start of the line around `offset`. */
export function lineStart(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && text.charCodeAt(at - 1) !== 10 && text.charCodeAt(at - 1) !== 13) at--;
  return at;
}

/** The start of the line above the one that begins at `start`, or `undefined` for the first. */
export function previousLine(text: string, start: number): number | undefined {
  if (start === 0) return undefined;
  const isWindows = text.charCodeAt(start - 1) === 10 && text.charCodeAt(start - 2) === 13;
  return lineStart(text, start - (isWindows ? 2 : 1));
}

/** Where the text of the document whose body begins at `bodyStart` begins with its `---` line and its directives. */
export function headStart(text: string, bodyStart: number): number {
  const line = lineStart(text, bodyStart);
  const above = line === bodyStart ? previousLine(text, line) : line;
  let start = above !== undefined && isMarker(text, above) ? above : bodyStart;
  let at = start === bodyStart ? undefined : previousLine(text, start);
  while (at !== undefined && isOnlyPrefix(text, at, nextLine(text, at))) {
    if (text[at] === '%') start = at;
    at = previousLine(text, at);
  }
  return start;
}
