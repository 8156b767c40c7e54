import type { ByteString } from '#base/bytes.ts';
import type { Headers } from '../../http/headers.ts';
import { lowerName } from '../../http/headers.ts';
import { QueryParams } from '../../http/query-params.ts';
import { cookieOf } from '../../router/route-entry.ts';
import type { Provider } from './provider.ts';

/** A token as it was found. */
export interface FoundToken {
  readonly token: ByteString;
  issuerAllowed(issuer: string): boolean;
  /** Takes it out of the request. */
  remove(headers: Headers): void;
}

interface Location {
  readonly key: string;
  readonly issuers: Set<string>;
}

interface HeaderLocation extends Location {
  readonly header: string;
  readonly prefix: string;
}

/** Finds the tokens of one or several providers (envoy `jwt_authn/extractor.cc`). Places of one kind are looked at in the order of their names. */
export class Extractor {
  readonly #headers: readonly HeaderLocation[];
  readonly #params: readonly Location[];
  readonly #cookies: readonly Location[];
  readonly #owned: readonly string[];

  constructor(providers: readonly Provider[]) {
    const headers = new Map<string, HeaderLocation>();
    const params = new Map<string, Location>();
    const cookies = new Map<string, Location>();
    const note = (map: Map<string, Location>, key: string, issuer: string): void => {
      const location = map.get(key) ?? { key, issuers: new Set() };
      location.issuers.add(issuer);
      map.set(key, location);
    };
    for (const { issuer, locations } of providers) {
      for (const { name, prefix } of locations.headers) {
        const key = name + prefix;
        const location = headers.get(key) ?? { key, header: name, prefix, issuers: new Set() };
        location.issuers.add(issuer);
        headers.set(key, location);
      }
      for (const name of locations.params) note(params, name, issuer);
      for (const name of locations.cookies) note(cookies, name, issuer);
    }
    this.#headers = sorted(headers);
    this.#params = sorted(params);
    this.#cookies = sorted(cookies);
    this.#owned = providers.flatMap((provider) => provider.ownedHeaders);
  }

  /** Removes headers that only a verified token may set. */
  sanitize(headers: Headers): void {
    for (const name of this.#owned) headers.remove(name);
  }

  extract(headers: Headers): readonly FoundToken[] {
    const found: FoundToken[] = [];
    for (const location of this.#headers) {
      for (const value of headers.all(location.header)) {
        const token = tokenIn(value, location.prefix);
        if (token !== undefined) found.push({ token, ...checkerOf(location), remove: (map) => map.remove(location.header) });
      }
    }
    const path = headers.get(':path');
    if (this.#params.length > 0 && path !== undefined) {
      const query = QueryParams.ofPath(path, true);
      for (const location of this.#params) {
        const token = query.first(location.key);
        if (token !== undefined) found.push({ token, ...checkerOf(location), remove: (map) => removeParam(map, location.key) });
      }
    }
    for (const location of this.#cookies) {
      const token = cookieOf(headers, location.key);
      if (token !== undefined) found.push({ token, ...checkerOf(location), remove: () => undefined });
    }
    return found;
  }
}

function sorted<T extends Location>(map: ReadonlyMap<string, T>): readonly T[] {
  return [...map.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

function checkerOf({ issuers }: Location): Pick<FoundToken, 'issuerAllowed'> {
  return { issuerAllowed: (issuer) => issuers.has('') || issuers.has(issuer) };
}

/** What follows the prefix, wherever that stands, from the first character a token may have; undefined without the prefix. */
function tokenIn(value: ByteString, prefix: string): ByteString | undefined {
  if (prefix === '') return value;
  const at = value.indexOf(prefix);
  if (at < 0) return undefined;
  const rest = value.slice(at + prefix.length);
  const start = rest.search(/[A-Za-z0-9\-_.]/);
  return start < 0 ? value : rest.slice(start);
}

function removeParam(headers: Headers, name: string): void {
  const path = headers.get(':path') ?? '';
  const query = QueryParams.ofPath(path, true);
  query.remove(name);
  headers.set(':path', query.replaceIn(path));
}

/** The default places of a provider that names none. */
export const defaultLocations = {
  headers: [{ name: lowerName('Authorization'), prefix: 'Bearer ' }],
  params: ['access_token'],
  cookies: [],
} as const;
