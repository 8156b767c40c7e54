import type { JsonObject } from '#base/json.ts';
import { bytesToUtf8 } from '#base/bytes.ts';
import type { Proxy } from '../../proxy.ts';
import type { HeaderPairs } from '#proxywasm/host.ts';
import { sendAsync } from '../../upstreams/async-client.ts';
import type { Jwk } from './jwks.ts';
import { parseJwks } from './jwks.ts';
import type { Provider, RemoteKeys } from './provider.ts';

const REFETCH_BEFORE_MS = 5000;

/** A running fetch; `done` hears of keys, or undefined for a failure. */
export interface Fetch {
  cancel(): void;
}

/** The keys of a provider: configured ones, or fetched ones with the time they are good for (envoy `jwks_cache.cc`, `jwks_async_fetcher.cc`). */
export class KeySource {
  readonly provider: Provider;
  readonly #proxy: Proxy;
  #keys: readonly Jwk[] | undefined;
  #goodUntilNs = 0n;
  #timer: { cancel(): void } | undefined;
  #fetch: Fetch | undefined;

  constructor(provider: Provider, proxy: Proxy) {
    this.provider = provider;
    this.#proxy = proxy;
    this.#keys = provider.localKeys;
  }

  /** Keys that may be used now. */
  get current(): readonly Jwk[] | undefined {
    const usable = this.provider.remote === undefined || this.#proxy.loop.nowNs < this.#goodUntilNs;
    return usable ? this.#keys : undefined;
  }

  /** Fetches keys because a token needs them. */
  fetchNow(remote: RemoteKeys, done: (keys: readonly Jwk[] | undefined) => void): Fetch {
    return fetchKeys(this.#proxy, remote, (keys) => {
      if (keys !== undefined) this.#set(keys, this.#proxy.loop.nowNs + BigInt(Math.trunc(remote.cacheMs / 1000)) * 1_000_000_000n);
      done(keys);
    });
  }

  /** Fetches before any request and again before the keys get old. Resolves when the first answer is there, at once for a fast listener. */
  async startAhead(): Promise<void> {
    const { remote } = this.provider;
    if (remote?.async === undefined) return;
    let answered = false;
    this.#ahead(remote, remote.async.failedRefetchMs, () => (answered = true));
    if (!remote.async.fast) await this.#proxy.loop.runAsync(() => answered);
  }

  close(): void {
    this.#timer?.cancel();
    this.#fetch?.cancel();
  }

  #ahead(remote: RemoteKeys, failedMs: number, answered: () => void): void {
    this.#fetch = fetchKeys(this.#proxy, remote, (keys) => {
      if (keys !== undefined) this.#set(keys, 1n << 63n);
      const goodMs = remote.cacheMs > REFETCH_BEFORE_MS ? remote.cacheMs - REFETCH_BEFORE_MS : remote.cacheMs;
      this.#timer = this.#proxy.loop.setTimer(keys === undefined ? failedMs : goodMs, () => this.#ahead(remote, failedMs, () => undefined));
      answered();
    });
  }

  #set(keys: readonly Jwk[], untilNs: bigint): void {
    this.#keys = keys;
    this.#goodUntilNs = untilNs;
  }
}

/** One GET of the key set, repeated after failures as often as the configuration allows (envoy `jwks_fetcher.cc`). */
function fetchKeys(proxy: Proxy, remote: RemoteKeys, done: (keys: readonly Jwk[] | undefined) => void): Fetch {
  let running: Fetch | undefined;
  let left = remote.retries;
  const finish = (body: Uint8Array): void => {
    const keys = body.length === 0 ? undefined : parseJwks(bytesToUtf8(body));
    done(typeof keys === 'string' ? undefined : keys);
  };
  const failed = (): void => {
    if (left-- > 0) begin();
    else done(undefined);
  };
  const begin = (): void => {
    running = sendAsync(
      proxy,
      {
        cluster: remote.cluster,
        headers: requestFor(remote.uri),
        body: new Uint8Array(0),
        timeoutMs: remote.timeoutMs,
        forwardedFor: true,
      },
      {
        success: ({ headers, body }) => {
          const status = Number(headers.find(([name]) => name === ':status')?.[1]);
          if (status >= 500) failed();
          else if (status === 200) finish(body);
          else done(undefined);
        },
        failure: failed,
      },
    );
    if (running === undefined) done(undefined);
  };
  begin();
  return { cancel: () => running?.cancel() };
}

/** envoy `Utility::prepareHeaders`. */
function requestFor(uri: string): HeaderPairs {
  const [, scheme = 'http', host = '', path = ''] = /^(https?):\/\/([^/?#]+)(.*)$/i.exec(uri) ?? [];
  return [
    [':scheme', scheme.toLowerCase()],
    [':path', path === '' ? '/' : path],
    [':authority', host],
    [':method', 'GET'],
    ['user-agent', 'Go-browser'],
  ];
}

/** Metadata of one stream: keys of several providers side by side. */
export type Extracted = Record<string, JsonObject>;
