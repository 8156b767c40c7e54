import { byteStringToBytes } from '#base/bytes.ts';
import type { HeaderPairs } from '#proxywasm/host.ts';
import { Headers } from '../../http/headers.ts';
import { buildLocalReply } from '../../http/local-reply.ts';
import type { Proxy } from '../../proxy.ts';
import { resetText } from '../../router/reset-words.ts';
import type { Cluster, ResetReason, UpstreamSink, UpstreamStream } from '../../upstreams/clusters.ts';

/** Who hears of the answer. */
interface ResponseSink {
  headers(headers: Headers, endStream: boolean): void;
  data(data: Uint8Array, endStream: boolean): void;
  trailers(trailers: Headers): void;
  /** The answer was cut off. */
  cut(): void;
}

/**
 * A request the cache sends itself, past the filters behind it and past the router: nothing of the route but its cluster counts (envoy
 * `cache/upstream_request.cc`, `Http::AsyncClient::Stream`).
 */
export class UpstreamRequest implements UpstreamSink {
  readonly #proxy: Proxy;
  readonly #sink: ResponseSink;
  readonly #startNs: bigint;
  readonly #head: boolean;
  #stream: UpstreamStream | undefined;
  #begun = false;
  #over = false;

  constructor(proxy: Proxy, cluster: Cluster, request: Headers, sink: ResponseSink) {
    this.#proxy = proxy;
    this.#sink = sink;
    this.#startNs = proxy.loop.nowNs;
    this.#head = request.get(':method') === 'HEAD';
    const headers = request.copy();
    headers.set('x-envoy-internal', 'true');
    headers.append('x-forwarded-for', proxy.localAddress);
    if (!cluster.hasHosts) {
      this.#reply('no healthy upstream');
      return;
    }
    this.#stream = cluster.open(this);
    this.#stream.headers(headers.entries(), true);
  }

  headers(pairs: HeaderPairs, endStream: boolean): void {
    if (this.#over) return;
    const headers = Headers.response(pairs);
    const took = Math.floor(Number(this.#proxy.loop.nowNs - this.#startNs) / 1e6);
    headers.set('x-envoy-upstream-service-time', String(took));
    this.#begun = true;
    this.#over = endStream;
    this.#sink.headers(headers, endStream);
  }

  data(data: Uint8Array, endStream: boolean): void {
    if (this.#over) return;
    this.#over = endStream;
    this.#sink.data(data, endStream);
  }

  trailers(trailers: HeaderPairs): void {
    if (this.#over) return;
    this.#over = true;
    this.#sink.trailers(Headers.responseTrailers(trailers));
  }

  reset(reason: ResetReason): void {
    if (this.#over) return;
    if (this.#begun) {
      this.#over = true;
      this.#sink.cut();
    } else this.#reply(resetText(reason, 1));
  }

  cancel(): void {
    if (this.#over) return;
    this.#over = true;
    this.#stream?.reset();
  }

  #reply(text: string): void {
    this.#over = true;
    const { headers, body } = buildLocalReply({ code: 503, body: text, details: '' }, { grpc: false, head: this.#head }, undefined);
    const empty = body === '' || this.#head;
    this.#sink.headers(headers, empty);
    if (!empty) this.#sink.data(byteStringToBytes(body), true);
  }
}
