import { base64ToBytes, byteStringToBytes, bytesToBase64, bytesToByteString } from '#base/bytes.ts';
import { ConfigError } from '../config-error.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { ActiveFilter } from '../http/active-filter.ts';
import type { HeadersStatus as HeadersResult, HttpFilter } from '../http/filter.ts';
import { HeadersStatus } from '../http/filter.ts';
import type { Headers } from '../http/headers.ts';
import { lowerName } from '../http/headers.ts';
import { originalUri } from '../http/original-uri.ts';
import { dataSource } from '../router/direct-action.ts';
import { sha1 } from '../sha1.ts';
import type { HttpFilterType } from './filter-type.ts';
import { routeOptions } from './filter-type.ts';

type Users = ReadonlyMap<string, string>;

/** envoy.filters.http.basic_auth (envoy `source/extensions/filters/http/basic_auth/basic_auth_filter.cc`). */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const own = readUsers(config);
    const ofRoute = routeOptions(context, readUsers);
    const options = {
      forwardHeader: lowerName(config.string('forward_username_header')),
      header: lowerName(config.string('authentication_header')) || 'authorization',
    };
    return { create: (callbacks) => new BasicAuthFilter(callbacks, options, () => ofRoute(callbacks) ?? own) };
  },
};

/** An htpasswd file; only SHA-1 hashes are taken. */
function readUsers(config: ConfigReader): Users {
  const source = config.message('users');
  const users = new Map<string, string>();
  for (const line of (source === undefined ? '' : dataSource(source)).split('\n')) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const at = text.indexOf(':');
    if (at < 0) throw new ConfigError('basic auth: invalid htpasswd format, username:password is expected');
    const [name, hash] = [text.slice(0, at), text.slice(at + 1)];
    if (name === '' || hash === '') throw new ConfigError('basic auth: empty user name or password');
    if (users.has(name)) throw new ConfigError(`basic auth: duplicate users`);
    if (!hash.startsWith('{SHA}')) throw new ConfigError('basic auth: unsupported htpasswd format: please use {SHA}');
    if (hash.length !== 33) throw new ConfigError('basic auth: invalid htpasswd format, invalid SHA hash length');
    users.set(name, hash.slice(5));
  }
  return users;
}

class BasicAuthFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #options: { readonly forwardHeader: string; readonly header: string };
  readonly #users: () => Users;

  constructor(callbacks: ActiveFilter, options: { readonly forwardHeader: string; readonly header: string }, users: () => Users) {
    this.#callbacks = callbacks;
    this.#options = options;
    this.#users = users;
  }

  decodeHeaders(headers: Headers): HeadersResult {
    const value = headers.get(this.#options.header);
    if (value === undefined) return this.#refuse(headers, 'Missing username and password.', 'no_credential_for_basic_auth');
    if (!value.startsWith('Basic '))
      return this.#refuse(headers, "Expected 'Basic' authentication scheme.", 'invalid_scheme_for_basic_auth');
    const bytes = base64ToBytes(value.slice(6).trim());
    const decoded = bytes === undefined ? '' : bytesToByteString(bytes);
    const at = decoded.indexOf(':');
    if (at < 0) return this.#refuse(headers, 'Invalid basic credential format.', 'invalid_format_for_basic_auth');
    const name = decoded.slice(0, at);
    const hash = bytesToBase64(sha1(byteStringToBytes(decoded.slice(at + 1))));
    if (this.#users().get(name) !== hash)
      return this.#refuse(headers, 'Invalid username/password combination.', 'invalid_credential_for_basic_auth');
    if (this.#options.forwardHeader !== '') headers.replace(this.#options.forwardHeader, name);
    return HeadersStatus.Continue;
  }

  #refuse(headers: Headers, text: string, details: string): HeadersResult {
    const realm = originalUri(headers);
    this.#callbacks.sendLocalReply({
      code: 401,
      body: `User authentication failed. ${text}`,
      details,
      modifyHeaders: (response) => response.set('www-authenticate', `Basic realm="${realm}"`),
    });
    return HeadersStatus.StopIteration;
  }
}
