import type { ByteString } from '#base/bytes.ts';
import type { Headers } from '../../http/headers.ts';
import type { StringPredicate } from '../../matching/string-matcher.ts';
import type { Proxy } from '../../proxy.ts';

/** An answer that is kept. */
export interface Entry {
  readonly headers: Headers;
  readonly body: Uint8Array;
  readonly trailers: Headers | undefined;
  /** When it came. */
  readonly keptNs: bigint;
}

/** Headers whose values an answer that is asked for again keeps (envoy `cache_entry_utils.cc`). */
const lasting = new Set(['content-range', 'content-length', 'etag', 'vary']);

/** Envoy's `SimpleHttpCache`: one for the whole process, without limits. */
export class SimpleCache {
  readonly #entries = new Map<string, Entry>();
  /** Names of the headers by which answers to a request differ. */
  readonly #varied = new Map<string, readonly string[]>();

  lookup(request: Headers, allowed: StringPredicate): Entry | undefined {
    const key = this.#keyOf(request, allowed);
    return key === undefined ? undefined : this.#entries.get(key);
  }

  insert(request: Headers, entry: Entry, allowed: StringPredicate): void {
    const names = varyNames(entry.headers);
    const key = plainKey(request);
    if (names.length === 0) {
      this.#varied.delete(key);
      this.#entries.set(key, entry);
      return;
    }
    const varied = variedKey(key, names, request, allowed);
    if (varied === undefined) return;
    this.#entries.set(varied, entry);
    if (!this.#varied.has(key)) this.#varied.set(key, names);
  }

  /** Takes over what the upstream has said when it was asked again (envoy `applyHeaderUpdate`). */
  update(request: Headers, response: Headers, nowNs: bigint, allowed: StringPredicate): void {
    const key = this.#keyOf(request, allowed);
    const entry = key === undefined ? undefined : this.#entries.get(key);
    if (key === undefined || entry === undefined) return;
    const headers = entry.headers.copy();
    const seen = new Set<ByteString>();
    for (const [name, value] of response.entries()) {
      if (lasting.has(name)) continue;
      if (!seen.has(name)) headers.remove(name);
      seen.add(name);
      headers.add(name, value);
    }
    this.#entries.set(key, { ...entry, headers, keptNs: nowNs });
  }

  #keyOf(request: Headers, allowed: StringPredicate): string | undefined {
    const key = plainKey(request);
    const names = this.#varied.get(key);
    return names === undefined ? key : variedKey(key, names, request, allowed);
  }
}

function plainKey(request: Headers): string {
  return [':scheme', ':authority', ':path'].map((name) => request.get(name) ?? '').join('\n');
}

function variedKey(key: string, names: readonly string[], request: Headers, allowed: StringPredicate): string | undefined {
  if (!names.every(allowed)) return undefined;
  return [key, ...names.map((name) => `${name}\r${request.joined(name, '\r') ?? ''}`)].join('\n');
}

/** The names in `vary`, in order. */
export function varyNames(headers: Headers): readonly string[] {
  const names = headers.all('vary').flatMap((line) => line.split(',').map((name) => name.trim()));
  return [...new Set(names.filter((name) => name !== ''))].toSorted();
}

const caches = new WeakMap<Proxy, SimpleCache>();

/** The cache of a process. */
export function cacheOf(proxy: Proxy): SimpleCache {
  const known = caches.get(proxy);
  if (known !== undefined) return known;
  const made = new SimpleCache();
  caches.set(proxy, made);
  return made;
}
