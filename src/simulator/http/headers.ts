import type { ByteString } from '#base/bytes.ts';
import type { HeaderMap, HeaderPair, HeaderPairs } from '#proxywasm/host.ts';
import { inlineRequestHeaders, inlineRequestTrailers, inlineResponseHeaders, inlineResponseTrailers } from './header-names.ts';

/**
 * Envoy's header map (envoy `source/common/http/header_map_impl.cc`): an ordered list in which pseudo headers stand first and *inline* names
 * have one entry only. Names must come in lower case. `snapshot` shares its list until the next change, so a trace costs no copy
 * where nothing changed.
 */
export class Headers implements HeaderMap {
  #list: HeaderPair[];
  #pseudo: number;
  #shared = false;
  encoded: Uint8Array | undefined;
  readonly #inline: ReadonlySet<string>;

  private constructor(inline: ReadonlySet<string>, list: HeaderPair[], pseudo: number) {
    this.#inline = inline;
    this.#list = list;
    this.#pseudo = pseudo;
  }

  static request(pairs: HeaderPairs = []): Headers {
    return Headers.#from(inlineRequestHeaders, pairs);
  }

  static response(pairs: HeaderPairs = []): Headers {
    return Headers.#from(inlineResponseHeaders, pairs);
  }

  static requestTrailers(pairs: HeaderPairs = []): Headers {
    return Headers.#from(inlineRequestTrailers, pairs);
  }

  static responseTrailers(pairs: HeaderPairs = []): Headers {
    return Headers.#from(inlineResponseTrailers, pairs);
  }

  static #from(inline: ReadonlySet<string>, pairs: HeaderPairs): Headers {
    const map = new Headers(inline, [], 0);
    for (const pair of pairs) map.#insert(pair);
    return map;
  }

  get size(): number {
    return this.#list.length;
  }

  get byteSize(): number {
    let sum = 0;
    for (const [name, value] of this.#list) sum += name.length + value.length;
    return sum;
  }

  get(name: ByteString): ByteString | undefined {
    const at = this.#find(name);
    return at < 0 ? undefined : this.#list[at]?.[1];
  }

  has(name: ByteString): boolean {
    return this.#find(name) >= 0;
  }

  /** All values of `name`, in order. */
  all(name: ByteString): ByteString[] {
    const key = this.#key(name);
    return this.#list.filter((pair) => pair[0] === key).map((pair) => pair[1]);
  }

  /** Whether a line of that name passes. */
  some(name: ByteString, test: (value: ByteString) => boolean): boolean {
    const key = this.#key(name);
    return this.#list.some(([own, value]) => own === key && test(value));
  }

  /** All values of `name` joined with a comma (envoy `HeaderUtility::getAllOfHeaderAsString`); undefined when there is none. */
  joined(name: ByteString, separator = ','): ByteString | undefined {
    const values = this.all(name);
    return values.length === 0 ? undefined : values.join(separator);
  }

  entries(): HeaderPairs {
    return this.#list;
  }

  /** The list as it is now; later changes do not show in it. Equal reference = nothing changed in between. */
  snapshot(): HeaderPairs {
    this.#shared = true;
    return this.#list;
  }

  copy(): Headers {
    return new Headers(this.#inline, [...this.#list], this.#pseudo);
  }

  /** Envoy's `addCopy`: a further entry, or joined with a comma where the name is inline. */
  add(name: ByteString, value: ByteString): void {
    this.#insert([name, value]);
  }

  /** Envoy's `appendCopy`: joined to the first entry of the name, whatever the name. */
  append(name: ByteString, value: ByteString, separator = ','): void {
    const at = this.#find(name);
    if (at < 0) this.#insert([name, value]);
    else this.#own()[at] = [this.#key(name), joinValues(this.#list[at]?.[1] ?? '', value, separator)];
  }

  /** Envoy's `setCopy`: all old entries go and a new one is added at its natural place. */
  replace(name: ByteString, value: ByteString): void {
    const key = this.#key(name);
    const at = this.#findKey(key);
    if (at < 0 || this.#findKey(key, at + 1) >= 0) {
      this.#removeKey(key);
      this.#place([key, value]);
      return;
    }
    const list = this.#own();
    const last = key.charCodeAt(0) === COLON ? this.#pseudo - 1 : list.length - 1;
    for (let i = at; i < last; i++) {
      const next = list[i + 1];
      if (next !== undefined) list[i] = next;
    }
    list[last] = [key, value];
  }

  /** Envoy's setters of inline headers (`setPath`, `setHost` …): an existing entry keeps its place. */
  set(name: ByteString, value: ByteString): void {
    const at = this.#find(name);
    if (at < 0) this.#insert([name, value]);
    else if (this.#list[at]?.[1] !== value) this.#own()[at] = [this.#key(name), value];
  }

  remove(name: ByteString): void {
    this.#removeKey(this.#key(name));
  }

  /** Removes every line whose name is one of `names`. */
  removeAll(names: ReadonlySet<ByteString>): void {
    for (const [name] of this.#list) {
      if (!names.has(name)) continue;
      this.removeIf((pair) => names.has(pair[0]));
      return;
    }
  }

  #removeKey(key: ByteString): void {
    let kept = this.#findKey(key);
    if (kept < 0) return;
    const list = this.#own();
    const before = list.length;
    for (let i = kept + 1; i < before; i++) {
      const pair = list[i];
      if (pair !== undefined && pair[0] !== key) list[kept++] = pair;
    }
    while (list.length > kept) list.pop();
    if (key.charCodeAt(0) === COLON) this.#pseudo -= before - kept;
  }

  removeIf(test: (pair: HeaderPair) => boolean): void {
    const kept = this.#list.filter((pair) => !test(pair));
    if (kept.length === this.#list.length) return;
    this.#list = kept;
    this.#shared = false;
    this.encoded = undefined;
    this.#pseudo = kept.findIndex((pair) => pair[0].charCodeAt(0) !== COLON);
    if (this.#pseudo < 0) this.#pseudo = kept.length;
  }

  setAll(entries: HeaderPairs): void {
    this.#list = [];
    this.#pseudo = 0;
    this.#shared = false;
    this.encoded = undefined;
    for (const pair of entries) this.#insert(pair);
  }

  /** `host` of a request is another name of `:authority` (envoy `HostLegacy`). */
  #key(name: ByteString): ByteString {
    return name === 'host' && this.#inline === inlineRequestHeaders ? ':authority' : name;
  }

  #find(name: ByteString): number {
    return this.#findKey(this.#key(name));
  }

  #findKey(key: ByteString, from = 0): number {
    const list = this.#list;
    for (let i = from; i < list.length; i++) if (list[i]?.[0] === key) return i;
    return -1;
  }

  #own(): HeaderPair[] {
    this.encoded = undefined;
    if (this.#shared) {
      this.#list = this.#list.slice();
      this.#shared = false;
    }
    return this.#list;
  }

  #insert(given: HeaderPair): void {
    const name = this.#key(given[0]);
    const pair: HeaderPair = name === given[0] ? given : [name, given[1]];
    if (this.#inline.has(name)) {
      const at = this.#find(name);
      if (at >= 0) {
        this.#own()[at] = [name, joinValues(this.#list[at]?.[1] ?? '', pair[1], ',')];
        return;
      }
    }
    this.#place(pair);
  }

  /** Adds a pair at its natural place: pseudo headers stand first. */
  #place(pair: HeaderPair): void {
    const list = this.#own();
    list.push(pair);
    if (pair[0].charCodeAt(0) !== COLON) return;
    const place = this.#pseudo++;
    // by hand: for so few entries faster than copyWithin or splice
    for (let i = list.length - 1; i > place; i--) {
      const before = list[i - 1];
      if (before !== undefined) list[i] = before;
    }
    list[place] = pair;
  }
}

const COLON = 58;

/** Envoy's `appendToHeader`: nothing is joined to or with an empty side's separator. */
function joinValues(old: ByteString, value: ByteString, separator: string): ByteString {
  if (value === '') return old;
  return old === '' ? value : old + separator + value;
}

/** ASCII letters to lower case; other bytes stay, as in Envoy's `LowerCaseString`. */
export function lowerName(name: ByteString): ByteString {
  return /[A-Z]/.test(name) ? name.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase()) : name;
}
