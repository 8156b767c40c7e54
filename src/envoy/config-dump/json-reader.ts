import type { JsonArray, JsonObject, JsonPath, JsonValue } from '#base/json.ts';
import type { TextRange } from '#base/text-range.ts';

/** What could be read of a JSON text. */
export interface JsonRead {
  /** One for each value of the text: people paste several dumps one after the other. */
  readonly roots: readonly JsonValue[];
  /** Why reading stopped, if it did; everything before it is in `roots`, half-read texts and numbers left out. */
  readonly stop?: JsonStop | undefined;
  /** The range of an object or list that stands at most `RANGE_DEPTH` levels deep. */
  rangeOf(value: JsonValue): TextRange | undefined;
}

export interface JsonStop {
  /** `cut`: the text ended too early; `syntax`: something else stands where JSON should go on. */
  readonly kind: 'cut' | 'syntax' | 'not-json';
  readonly offset: number;
  /** What was being read, in the last root. */
  readonly path: JsonPath;
}

/** Characters read so far, and how many there are. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** Deep enough for the listeners of a config_dump: configs, section, list, entry, state, listener. */
const RANGE_DEPTH = 7;
/** Above this depth values are read in steps; below it each is small enough to be read at once. */
const STEP_DEPTH = 5;
const MAX_DEPTH = 1000;

/**
 * Reads JSON as far as it goes. Hands control back every few entries, so that a text of 50 MB need not block anybody: the caller
 * takes the next step when it likes. Lines of other tools before the first `{` or `[` are passed over, as is a trailing comma.
 */
export function* readJson(text: string): Generator<Progress, JsonRead> {
  const reader = new Reader(text);
  const roots: JsonValue[] = [];
  if (!reader.findStart()) return { roots, stop: { kind: 'not-json', offset: 0, path: [] }, rangeOf: () => undefined };
  do {
    const root = yield* reader.steps(0);
    if (root !== undefined) roots.push(root);
  } while (reader.stop === undefined && reader.more());
  const { ranges, stop } = reader;
  return {
    roots,
    ...(stop === undefined ? {} : { stop: { ...stop, path: stop.path.toReversed() } }),
    rangeOf: (value) => ranges.get(value),
  };
}

type Container = { end: number; take: (value: JsonValue | undefined, key: string) => void; out: JsonArray | JsonObject };

class Reader {
  readonly text: string;
  readonly ranges = new Map<JsonValue, TextRange>();
  /** `path` grows from the inside out while the containers are left. */
  stop: { kind: JsonStop['kind']; offset: number; path: (string | number)[] } | undefined;
  #at = 0;
  #backslash = -1;

  constructor(text: string) {
    this.text = text;
  }

  findStart(): boolean {
    this.#space();
    const code = this.text.charCodeAt(this.#at);
    if (code === OPEN_OBJECT || code === OPEN_LIST) return true;
    const found = /^[ \t]*[{[]/m.exec(this.text.slice(0, 1 << 16));
    this.#at = found?.index ?? this.#at;
    return found !== null;
  }

  /** Is there another value behind the one just read? */
  more(): boolean {
    this.#space();
    if (this.#at >= this.text.length) return false;
    const code = this.text.charCodeAt(this.#at);
    if (code !== OPEN_OBJECT && code !== OPEN_LIST) this.#fail('syntax');
    return this.stop === undefined;
  }

  *steps(depth: number): Generator<Progress, JsonValue | undefined> {
    this.#space();
    const code = this.text.charCodeAt(this.#at);
    if (depth >= STEP_DEPTH || (code !== OPEN_OBJECT && code !== OPEN_LIST)) return this.#value(depth);
    const start = this.#at;
    const container = code === OPEN_OBJECT ? objectContainer() : listContainer();
    this.#at++;
    let index = 0;
    let reported = start;
    while (this.stop === undefined && this.#next(container.end, index)) {
      const key = container.end === CLOSE_OBJECT ? this.#key() : '';
      const value = key === undefined ? undefined : yield* this.steps(depth + 1);
      if (key !== undefined) container.take(value, key);
      this.#leave(container, key, index);
      index++;
      if (this.#at - reported > 1 << 15) {
        reported = this.#at;
        yield { done: this.#at, total: this.text.length };
      }
    }
    this.ranges.set(container.out, { start, end: this.#at });
    return container.out;
  }

  #value(depth: number): JsonValue | undefined {
    this.#space();
    const code = this.text.charCodeAt(this.#at);
    switch (code) {
      case OPEN_OBJECT:
        return this.#container(objectContainer(), depth);
      case OPEN_LIST:
        return this.#container(listContainer(), depth);
      case QUOTE:
        return this.#string();
      case 0x74:
        return this.#literal('true', true);
      case 0x66:
        return this.#literal('false', false);
      case 0x6e:
        return this.#literal('null', null);
      default:
        return this.#number();
    }
  }

  #container(container: Container, depth: number): JsonValue | undefined {
    if (depth > MAX_DEPTH) return this.#fail('syntax');
    const start = this.#at;
    this.#at++;
    let index = 0;
    while (this.stop === undefined && this.#next(container.end, index)) {
      const key = container.end === CLOSE_OBJECT ? this.#key() : '';
      const value = key === undefined ? undefined : this.#value(depth + 1);
      if (key !== undefined) container.take(value, key);
      this.#leave(container, key, index);
      index++;
    }
    if (depth <= RANGE_DEPTH) this.ranges.set(container.out, { start, end: this.#at });
    return container.out;
  }

  /** Goes to the next entry of a container, or behind its end (false). */
  #next(end: number, index: number): boolean {
    this.#space();
    let code = this.text.charCodeAt(this.#at);
    if (code !== end && index > 0) {
      if (code !== COMMA) return this.#fail('syntax') ?? false;
      this.#at++;
      this.#space();
      code = this.text.charCodeAt(this.#at);
    }
    if (code !== end) return this.#at < this.text.length || (this.#fail('cut') ?? false);
    this.#at++;
    return false;
  }

  #key(): string | undefined {
    if (this.text.charCodeAt(this.#at) !== QUOTE) return this.#fail('syntax');
    const key = this.#string();
    this.#space();
    if (key !== undefined && this.text.charCodeAt(this.#at) !== COLON) return this.#fail('syntax');
    this.#at++;
    return key;
  }

  #string(): string | undefined {
    const start = this.#at + 1;
    let end = this.text.indexOf('"', start);
    if (this.#backslash < start) {
      const found = this.text.indexOf('\\', start);
      this.#backslash = found === -1 ? this.text.length : found;
    }
    const plain = this.#backslash > end;
    while (end !== -1 && isEscaped(this.text, end)) end = this.text.indexOf('"', end + 1);
    if (end === -1) {
      this.#at = this.text.length;
      return this.#fail('cut');
    }
    this.#at = end + 1;
    return plain ? this.text.slice(start, end) : this.#unescape(start, end);
  }

  #unescape(start: number, end: number): string | undefined {
    try {
      return JSON.parse(this.text.slice(start - 1, end + 1)) as string;
    } catch {
      return this.#fail('syntax', start); // an escape that JSON does not know, or a raw control character
    }
  }

  #literal<T extends JsonValue>(word: string, value: T): T | undefined {
    const there = this.text.slice(this.#at, this.#at + word.length);
    if (there !== word) return this.#fail(word.startsWith(there) ? 'cut' : 'syntax');
    this.#at += word.length;
    return value;
  }

  #number(): number | undefined {
    NUMBER_PART.lastIndex = this.#at;
    const part = NUMBER_PART.exec(this.text)?.[0] ?? '';
    // A number at the very end may be the beginning of a longer one.
    if (this.#at + part.length >= this.text.length) return this.#fail('cut');
    if (!NUMBER.test(part)) return this.#fail('syntax');
    this.#at += part.length;
    return Number(part);
  }

  #space(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09 && code !== 0xfeff) return;
      this.#at++;
    }
  }

  #fail(kind: JsonStop['kind'], offset = this.#at): undefined {
    const cut = kind === 'cut' || this.#at >= this.text.length;
    this.stop ??= { kind: cut ? 'cut' : kind, offset: cut ? this.text.length : offset, path: [] };
  }

  /** After a stop, each container on the way out says which of its entries it was. */
  #leave(container: Container, key: string | undefined, index: number): void {
    if (container.end === CLOSE_LIST) this.stop?.path.push(index);
    else if (key !== undefined) this.stop?.path.push(key);
  }
}

const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const NUMBER_PART = /[-+.eE\d]*/y;
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

function listContainer(): Container {
  const out: JsonValue[] = [];
  return { end: CLOSE_LIST, out, take: (value) => void (value === undefined || out.push(value)) };
}

function objectContainer(): Container {
  const out: Record<string, JsonValue> = {};
  const take = (value: JsonValue | undefined, key: string): void => {
    if (value === undefined) return;
    if (key !== '__proto__') out[key] = value;
    else Object.defineProperty(out, key, { value, enumerable: true, configurable: true, writable: true });
  };
  return { end: CLOSE_OBJECT, out, take };
}

/** Does an odd number of backslashes stand before this quote? */
function isEscaped(text: string, at: number): boolean {
  let count = 0;
  while (text.charCodeAt(at - 1 - count) === 0x5c) count++;
  return count % 2 === 1;
}
