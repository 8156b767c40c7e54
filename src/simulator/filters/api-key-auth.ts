import type { ByteString } from '#base/bytes.ts';
import { ConfigError } from '../config-error.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { ActiveFilter } from '../http/active-filter.ts';
import type { HeadersStatus as HeadersResult, HttpFilter } from '../http/filter.ts';
import { HeadersStatus } from '../http/filter.ts';
import type { Headers } from '../http/headers.ts';
import { lowerName } from '../http/headers.ts';
import { QueryParams } from '../http/query-params.ts';
import { cookieOf } from '../router/route-entry.ts';
import type { HttpFilterType } from './filter-type.ts';
import { routeOptions } from './filter-type.ts';
import { tell } from './tell.ts';

interface KeySource {
  readonly kind: 'header' | 'query' | 'cookie';
  readonly name: string;
}

interface Forwarding {
  readonly header: string;
  readonly hideCredentials: boolean;
}

/** What the filter and a route may each say; undefined: nothing. */
interface KeyConfig {
  /** Key → client. */
  readonly credentials: ReadonlyMap<string, string> | undefined;
  readonly sources: readonly KeySource[] | undefined;
  readonly forwarding: Forwarding | undefined;
  readonly allowedClients: ReadonlySet<string>;
}

type Count = (counter: 'allowed' | 'unauthorized' | 'forbidden', by?: number) => void;

/** envoy.filters.http.api_key_auth (envoy `source/extensions/filters/http/api_key_auth/api_key_auth.cc`). */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const own = readConfig(config);
    const ofRoute = routeOptions(context, readConfig);
    const count: Count = (counter, by = 1) =>
      context.proxy.stats.counter(`http.${context.statPrefix}.api_key_auth.${counter}`).add(BigInt(by));
    for (const counter of ['allowed', 'unauthorized', 'forbidden'] as const) count(counter, 0);
    return { create: (callbacks) => new ApiKeyFilter(callbacks, own, () => ofRoute(callbacks), count) };
  },
};

function readConfig(config: ConfigReader): KeyConfig {
  const credentials = new Map<string, string>();
  for (const credential of config.messages('credentials')) {
    const key = credential.string('key');
    if (credentials.has(key)) throw new ConfigError(`Duplicated credential key: '${key}'`);
    credentials.set(key, credential.string('client'));
  }
  const sources = config.messages('key_sources').map(readSource);
  const forwarding = config.message('forwarding');
  return {
    credentials: credentials.size === 0 ? undefined : credentials,
    sources: sources.length === 0 ? undefined : sources,
    forwarding:
      forwarding === undefined
        ? undefined
        : { header: lowerName(forwarding.string('header')), hideCredentials: forwarding.bool('hide_credentials') },
    allowedClients: new Set(config.strings('allowed_clients')),
  };
}

function readSource(config: ConfigReader): KeySource {
  for (const kind of ['header', 'query', 'cookie'] as const) {
    const name = config.string(kind);
    if (name !== '') return { kind, name: kind === 'header' ? lowerName(name) : name };
  }
  throw new ConfigError("One of 'header'/'query'/'cookie' must be set.");
}

class ApiKeyFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #own: KeyConfig;
  readonly #route: () => KeyConfig | undefined;
  readonly #count: Count;

  constructor(callbacks: ActiveFilter, own: KeyConfig, route: () => KeyConfig | undefined, count: Count) {
    this.#callbacks = callbacks;
    this.#own = own;
    this.#route = route;
    this.#count = count;
  }

  decodeHeaders(headers: Headers): HeadersResult {
    const route = this.#route();
    const credentials = route?.credentials ?? this.#own.credentials;
    const sources = route?.sources ?? this.#own.sources;
    // A route that says nothing forwards nothing (measured).
    const forwarding = route === undefined ? this.#own.forwarding : route.forwarding;
    if (sources === undefined) return this.#deny('missing_key_sources');
    if (credentials === undefined) return this.#deny('missing_credentials');
    const key = sources.map((source) => keyIn(source, headers)).find((found) => found !== '');
    if (key === undefined) return this.#deny('missing_api_key');
    const client = credentials.get(key);
    if (client === undefined) return this.#deny('unknown_api_key');
    if (route !== undefined && route.allowedClients.size > 0 && !route.allowedClients.has(client)) {
      return this.#deny('client_not_allowed', 403, 'Client is forbidden.');
    }
    if (forwarding !== undefined) {
      if (forwarding.header !== '') headers.replace(forwarding.header, client);
      if (forwarding.hideCredentials) for (const source of sources) hide(source, headers);
    }
    tell(this.#callbacks, 'request', 'api-key', `The key belongs to client ${client}`);
    this.#count('allowed');
    return HeadersStatus.Continue;
  }

  #deny(details: string, code = 401, body = 'Client authentication failed.'): HeadersResult {
    this.#count(code === 401 ? 'unauthorized' : 'forbidden');
    this.#callbacks.sendLocalReply({ code, body, details });
    return HeadersStatus.StopIteration;
  }
}

function keyIn({ kind, name }: KeySource, headers: Headers): ByteString {
  if (kind === 'cookie') return cookieOf(headers, name) ?? '';
  if (kind === 'query') return QueryParams.ofPath(headers.get(':path') ?? '', true).first(name) ?? '';
  const value = headers.get(name) ?? '';
  return value.startsWith('Bearer ') ? value.slice('Bearer '.length) : value;
}

function hide({ kind, name }: KeySource, headers: Headers): void {
  if (kind === 'header') headers.remove(name);
  else if (kind === 'query') {
    const path = headers.get(':path') ?? '';
    const parameters = QueryParams.ofPath(path, true);
    parameters.remove(name);
    headers.set(':path', parameters.replaceIn(path));
  } else removeCookie(headers, name);
}

/** envoy `Utility::removeCookieValue`: the cookie goes from the line that has it, an empty line goes altogether. */
function removeCookie(headers: Headers, name: string): void {
  const lines = headers.all('cookie');
  const at = lines.findIndex((line) => line.split(';').some((item) => item.split('=')[0]?.trim() === name));
  if (at < 0) return;
  const kept = (lines[at] ?? '')
    .split(';')
    .map((item) => item.trim())
    .filter((item) => item.split('=')[0]?.trim() !== name);
  headers.remove('cookie');
  for (const [i, line] of lines.entries()) {
    const text = i === at ? kept.join('; ') : line;
    if (text !== '') headers.add('cookie', text);
  }
}
