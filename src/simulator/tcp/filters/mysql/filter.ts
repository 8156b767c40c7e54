import type { BodyBuffer } from '../../../http/body-buffer.ts';
import type { Proxy } from '../../../proxy.ts';
import type { NetworkCallbacks, NetworkFilter, NetworkFilterType, NetworkStatus as NetworkResult } from '../../network-filter.ts';
import { NetworkStatus } from '../../network-filter.ts';
import type { MySqlSink } from './packets.ts';
import { MySqlDecoder, MySqlError } from './packets.ts';
import { tableAccess } from './statement.ts';

const NAMESPACE = 'envoy.filters.network.mysql_proxy';
const counters = [
  'auth_switch_request',
  'decoder_errors',
  'login_attempts',
  'login_failures',
  'protocol_errors',
  'queries_parse_error',
  'queries_parsed',
  'sessions',
  'upgraded_to_ssl',
] as const;

/** envoy.filters.network.mysql_proxy, a contrib filter: looks at what passes and counts (envoy `contrib/mysql_proxy`). TLS is not ended here. */
export const filterType: NetworkFilterType = {
  compile(config, { proxy }) {
    // Written to a file, which there is none of.
    config.ignore('access_log');
    const prefix = `mysql.${config.string('stat_prefix')}.`;
    for (const name of counters) proxy.stats.counter(prefix + name);
    return { create: (callbacks) => new MySqlFilter(callbacks, prefix, proxy) };
  },
};

class MySqlFilter implements NetworkFilter, MySqlSink {
  readonly #callbacks: NetworkCallbacks;
  readonly #prefix: string;
  readonly #proxy: Proxy;
  readonly #decoder = new MySqlDecoder(this);
  #sniffing = true;

  constructor(callbacks: NetworkCallbacks, prefix: string, proxy: Proxy) {
    this.#callbacks = callbacks;
    this.#prefix = prefix;
    this.#proxy = proxy;
  }

  onNewConnection(): NetworkResult {
    this.#count('sessions');
    return NetworkStatus.Continue;
  }

  onData(data: BodyBuffer): NetworkResult {
    return this.#decode('client', data);
  }

  onWrite(data: BodyBuffer): NetworkResult {
    return this.#decode('server', data);
  }

  #decode(side: 'client' | 'server', data: BodyBuffer): NetworkResult {
    if (!this.#sniffing || data.length === 0) return NetworkStatus.Continue;
    this.#callbacks.connection.info.dynamicMetadata.set(NAMESPACE, {});
    try {
      this.#decoder.feed(side, data.all());
    } catch (error) {
      if (!(error instanceof MySqlError)) throw error;
      this.#count('decoder_errors');
      this.#sniffing = false;
      this.#callbacks.note('decoding error', `${error.message}: from here on the connection passes and is not counted`);
    }
    return NetworkStatus.Continue;
  }

  // MySqlSink

  greeted(version: string): void {
    this.#count('login_attempts');
    this.#callbacks.note('response', `decoded: the server greets, version ${version}`);
  }

  login(user: string, isTls: boolean): void {
    if (isTls) this.#count('upgraded_to_ssl');
    this.#callbacks.note(
      'request',
      isTls ? 'decoded: the client asks for TLS; nothing can be read behind that' : `decoded: login of '${user}'`,
    );
  }

  loginAnswer(kind: 'ok' | 'error' | 'switch' | 'more', more: boolean): void {
    if (kind === 'error') this.#count('login_failures');
    if (kind === 'switch' && !more) this.#count('auth_switch_request');
    const words = {
      ok: 'logged in',
      error: 'login refused',
      switch: 'another way to authenticate is asked for',
      more: 'authentication goes on',
    };
    this.#callbacks.note('response', `decoded: ${words[kind]}`);
  }

  query(text: string): void {
    const access = text === '' ? undefined : tableAccess(text);
    if (text === '') return;
    this.#count(access === undefined ? 'queries_parse_error' : 'queries_parsed');
    if (access !== undefined && access.size > 0) this.#callbacks.connection.info.setDynamicMetadata(NAMESPACE, Object.fromEntries(access));
    const tables = [...(access ?? [])].map(([table, operations]) => `${operations.join(', ')} on ${table}`).join('; ');
    this.#callbacks.note('request', `decoded: query, ${access === undefined ? 'not understood' : tables || 'no table'}`);
  }

  protocolError(): void {
    this.#count('protocol_errors');
    this.#callbacks.note('protocol error', 'a packet out of order is left out');
  }

  #count(name: (typeof counters)[number]): void {
    this.#proxy.stats.counter(this.#prefix + name).add(1n);
  }
}
