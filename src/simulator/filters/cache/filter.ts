import { concatBytes } from '#base/bytes.ts';
import { ConfigError } from '../../config-error.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { ActiveFilter } from '../../http/active-filter.ts';
import { BodyBuffer } from '../../http/body-buffer.ts';
import type { HeadersStatus as HeadersResult, HttpFilter } from '../../http/filter.ts';
import { HeadersStatus } from '../../http/filter.ts';
import type { Headers } from '../../http/headers.ts';
import type { StringPredicate } from '../../matching/string-matcher.ts';
import { compileAny } from '../../matching/string-matcher.ts';
import type { HttpFilterType } from '../filter-type.ts';
import { tell } from '../tell.ts';
import type { RequestCacheControl } from './cache-control.ts';
import { requestCacheControl, saysNothing } from './cache-control.ts';
import { addConditions, ageOf, asksForKept, isKept, requiresValidation } from './freshness.ts';
import { partOf } from './range.ts';
import type { Entry, SimpleCache } from './simple-cache.ts';
import { cacheOf, varyNames } from './simple-cache.ts';
import { UpstreamRequest } from './upstream-request.ts';

const SIMPLE = 'envoy.extensions.http.cache.simple_http_cache.v3.SimpleHttpCacheConfig';

interface CacheConfig {
  readonly cache: SimpleCache;
  readonly allowed: StringPredicate;
  readonly ignoreRequest: boolean;
}

/** envoy.filters.http.cache with the simple cache (envoy `source/extensions/filters/http/cache`, `source/extensions/http/cache/simple_http_cache`). */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const compiled = readConfig(config, cacheOf(context.proxy));
    return { create: (callbacks) => (compiled === undefined ? {} : new CacheFilter(callbacks, compiled)) };
  },
};

function readConfig(config: ConfigReader, cache: SimpleCache): CacheConfig | undefined {
  if (config.bool('disabled')) {
    config.accept();
    return undefined;
  }
  config.ignore('max_body_bytes');
  config.message('key_creator_params')?.accept();
  const storage = config.any('typed_config');
  if (storage === undefined) throw new ConfigError('at least one of typed_config or disabled must be set');
  const type = storage.typeUrl.slice(storage.typeUrl.lastIndexOf('/') + 1);
  if (type !== SIMPLE) throw new ConfigError(`Didn't find a registered implementation for type: '${type}'`);
  return {
    cache,
    allowed: compileAny(config.messages('allowed_vary_headers')) ?? (() => false),
    ignoreRequest: config.bool('ignore_request_cache_control_header'),
  };
}

class CacheFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #config: CacheConfig;
  #request: UpstreamRequest | undefined;
  #gone = false;

  constructor(callbacks: ActiveFilter, config: CacheConfig) {
    this.#callbacks = callbacks;
    this.#config = config;
  }

  decodeHeaders(headers: Headers, endStream: boolean): HeadersResult {
    if (!endStream || !asksForKept(headers)) return HeadersStatus.Continue;
    // The answer of a lookup comes in a later turn of the event loop, as Envoy wants it of every cache.
    this.#callbacks.stream.manager.loop.post(() => {
      if (!this.#gone) this.#lookUp(headers);
    });
    return HeadersStatus.StopAllIterationAndWatermark;
  }

  onDestroy(): void {
    this.#gone = true;
    this.#request?.cancel();
  }

  get #nowNs(): bigint {
    return this.#callbacks.stream.manager.loop.nowNs;
  }

  #control(request: Headers): RequestCacheControl {
    return this.#config.ignoreRequest ? saysNothing : requestCacheControl(request);
  }

  #lookUp(headers: Headers): void {
    const { cache, allowed } = this.#config;
    const entry = cache.lookup(headers, allowed);
    if (entry === undefined) {
      this.#ask(headers, undefined);
      return;
    }
    const kept = entry.headers.copy();
    const age = ageOf(kept, entry.keptNs, this.#nowNs);
    kept.set('age', String(age));
    if (requiresValidation(kept, age, this.#control(headers))) this.#ask(headers, { ...entry, headers: kept });
    else this.#serve(headers, { ...entry, headers: kept });
  }

  #serve(request: Headers, entry: Entry): void {
    const part = partOf(request, entry.body.length);
    const { headers, body } = entry;
    tell(this.#callbacks, 'request', 'cache', 'The cache has an answer that is still good');
    if (part === 'all') {
      this.#send(request, entry);
      return;
    }
    const length = body.length;
    const [status, range, size] =
      part === 'unsatisfiable'
        ? [416, `bytes */${length}`, 0]
        : [206, `bytes ${part.begin}-${part.end - 1}/${length}`, part.end - part.begin];
    headers.set(':status', String(status));
    headers.add('content-range', range);
    headers.set('content-length', String(size));
    if (part === 'unsatisfiable') this.#send(request, { ...entry, body: body.subarray(0, 0), trailers: undefined });
    // A part in front of the end is not the end for Envoy 1.40: the answer stays open (measured).
    else this.#send(request, { ...entry, body: body.subarray(part.begin, part.end), trailers: undefined }, part.end === length);
  }

  /** Answers with what is kept. */
  #send(request: Headers, { headers, body, trailers }: Entry, ends = true): void {
    const { stream } = this.#callbacks;
    stream.info.setFlag('RFCF');
    stream.info.responseCode = Number(headers.get(':status'));
    stream.info.responseCodeDetails = 'cache.response_from_cache_filter';
    const bare = request.get(':method') === 'HEAD' || (body.length === 0 && trailers === undefined);
    stream.encodeHeaders(headers, bare);
    if (bare || this.#gone) return;
    if (body.length > 0) stream.encodeData(new BodyBuffer(body.slice()), ends && trailers === undefined);
    if (trailers !== undefined && !this.#gone) stream.encodeTrailers(trailers.copy());
  }

  /** Asks the upstream, whether `old` still holds if there is such an answer. */
  #ask(request: Headers, old: Entry | undefined): void {
    const { stream } = this.#callbacks;
    const { proxy } = stream.manager;
    const { noStore } = this.#control(request);
    const asked = request.copy();
    if (old !== undefined) {
      addConditions(request, old.headers);
      tell(this.#callbacks, 'request', 'cache', 'The cache has an answer, but asks whether it still holds');
    } else tell(this.#callbacks, 'request', 'cache', 'The cache has no answer');
    const routed = stream.routes.get()?.forward !== undefined;
    const cluster = routed ? proxy.clusters.get(stream.info.clusterName ?? '') : undefined;
    if (cluster === undefined) {
      const [code, details] = routed ? [503, 'cache_no_cluster'] : [404, 'cache_no_route'];
      this.#callbacks.sendLocalReply({ code, body: '', details });
      return;
    }
    const isHead = request.get(':method') === 'HEAD';
    let kept: { readonly headers: Headers; readonly parts: Uint8Array[] } | undefined;
    const keep = (trailers: Headers | undefined): void => {
      if (kept === undefined) return;
      const entry = { headers: kept.headers, body: concatBytes(kept.parts), trailers, keptNs: keptAt };
      this.#config.cache.insert(asked, entry, this.#config.allowed);
    };
    let keptAt = 0n;
    this.#request = new UpstreamRequest(proxy, cluster, request, {
      headers: (headers, endStream) => {
        if (old !== undefined && headers.get(':status') === '304') {
          this.#validated(asked, old, headers);
          return;
        }
        if (!noStore && !isHead && this.#mayKeep(headers)) {
          keptAt = this.#nowNs;
          kept = { headers: headers.copy(), parts: [] };
          if (endStream) keep(undefined);
        }
        stream.info.responseCode = Number(headers.get(':status'));
        stream.info.responseCodeDetails = 'via_upstream';
        stream.encodeHeaders(headers, isHead || endStream);
      },
      data: (data, endStream) => {
        kept?.parts.push(data.slice());
        if (endStream) keep(undefined);
        if (!isHead) stream.encodeData(new BodyBuffer(data), endStream);
      },
      trailers: (trailers) => {
        keep(trailers.copy());
        if (!isHead) stream.encodeTrailers(trailers);
      },
      cut: () => this.#callbacks.sendLocalReply({ code: 503, body: '', details: 'cache_upstream_reset' }),
    });
  }

  #mayKeep(headers: Headers): boolean {
    return isKept(headers) && varyNames(headers).every((name) => name !== '*' && this.#config.allowed(name));
  }

  /** The kept answer holds: what the upstream has said about it goes before what is known. */
  #validated(request: Headers, old: Entry, response: Headers): void {
    const etag = response.get('etag');
    const same = etag === undefined || etag === old.headers.get('etag');
    response.set(':status', old.headers.get(':status') ?? '');
    response.remove('content-length');
    for (const [name, value] of old.headers.entries()) {
      if (name !== 'age' && !response.has(name)) response.replace(name, value);
    }
    if (same) this.#config.cache.update(request, response, this.#nowNs, this.#config.allowed);
    this.#request?.cancel();
    tell(this.#callbacks, 'request', 'cache', 'The upstream says that the kept answer holds');
    this.#send(request, { ...old, headers: response.copy() });
  }
}
