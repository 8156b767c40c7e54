import { byteStringToBytes, concatBytes } from '#base/bytes.ts';
import type { HeaderPairs } from '#proxywasm/host.ts';
import { Headers } from '../http/headers.ts';
import { isGrpcRequest, buildLocalReply } from '../http/local-reply.ts';
import type { Proxy } from '../proxy.ts';
import { resetText } from '../router/reset-words.ts';
import type { ResetReason, UpstreamSink, UpstreamStream } from './clusters.ts';

/** A whole request to a cluster, outside any stream. */
export interface AsyncRequest {
  readonly cluster: string;
  readonly headers: HeaderPairs;
  readonly body: Uint8Array;
  /** 0 = no limit. */
  readonly timeoutMs: number;
  /** Add Envoy's own address to `x-forwarded-for`, as `AsyncClient` does unless told otherwise. */
  readonly forwardedFor?: boolean | undefined;
  /** Say that the request is Envoy's own in `x-envoy-internal`; that is the default. */
  readonly internal?: boolean | undefined;
}

export interface AsyncResponse {
  readonly headers: HeaderPairs;
  readonly body: Uint8Array;
  readonly trailers: HeaderPairs;
}

export interface AsyncCallbacks {
  success(response: AsyncResponse): void;
  /** The response was cut off. */
  failure(): void;
}

/**
 * Envoy's `AsyncClient`: a request of a filter or plugin to another cluster, through a router of its own. Answers made by that router (503, 504) are
 * normal responses. Undefined: the request could not even be begun (no cluster, no host).
 */
export function sendAsync(proxy: Proxy, request: AsyncRequest, callbacks: AsyncCallbacks): { cancel(): void } | undefined {
  const cluster = proxy.clusters.get(request.cluster);
  if (cluster === undefined || !cluster.hasHosts) return undefined;
  const headers = Headers.request(request.headers);
  if (request.internal !== false) headers.set('x-envoy-internal', 'true');
  if (request.forwardedFor === true) headers.append('x-forwarded-for', proxy.localAddress);
  if (request.timeoutMs > 0) headers.set('x-envoy-expected-rq-timeout-ms', String(request.timeoutMs));
  if (!headers.has(':scheme')) headers.set(':scheme', 'http');
  const exchange = new AsyncExchange(proxy, headers, callbacks);
  const stream = cluster.open(exchange);
  exchange.begin(stream, request.timeoutMs);
  stream.headers(headers.entries(), request.body.length === 0);
  if (request.body.length > 0) stream.data(request.body, true);
  return exchange;
}

class AsyncExchange implements UpstreamSink {
  readonly #proxy: Proxy;
  readonly #callbacks: AsyncCallbacks;
  readonly #grpc: boolean;
  readonly #head: boolean;
  readonly #startNs: bigint;
  readonly #parts: Uint8Array[] = [];
  #headers: Headers | undefined;
  #stream: UpstreamStream | undefined;
  #timer: { cancel(): void } | undefined;
  #over = false;

  constructor(proxy: Proxy, headers: Headers, callbacks: AsyncCallbacks) {
    this.#proxy = proxy;
    this.#callbacks = callbacks;
    this.#grpc = isGrpcRequest(headers);
    this.#head = headers.get(':method') === 'HEAD';
    this.#startNs = proxy.loop.nowNs;
  }

  begin(stream: UpstreamStream, timeoutMs: number): void {
    this.#stream = stream;
    if (timeoutMs > 0) this.#timer = this.#proxy.loop.setTimer(timeoutMs, () => this.#timedOut());
  }

  headers(pairs: HeaderPairs, endStream: boolean): void {
    if (this.#over) return;
    this.#headers = Headers.response(pairs);
    const took = Math.floor(Number(this.#proxy.loop.nowNs - this.#startNs) / 1e6);
    this.#headers.set('x-envoy-upstream-service-time', String(took));
    if (endStream) this.#succeed([]);
  }

  data(data: Uint8Array, endStream: boolean): void {
    if (this.#over) return;
    this.#parts.push(data);
    if (endStream) this.#succeed([]);
  }

  trailers(trailers: HeaderPairs): void {
    if (!this.#over) this.#succeed(trailers);
  }

  reset(reason: ResetReason): void {
    if (this.#over) return;
    if (this.#headers !== undefined) {
      this.#end();
      this.#callbacks.failure();
      return;
    }
    this.#local(reason === 'protocol error' ? 502 : 503, resetText(reason, 1));
  }

  cancel(): void {
    if (this.#over) return;
    this.#end();
    this.#stream?.reset();
  }

  #timedOut(): void {
    if (this.#over) return;
    this.#stream?.reset();
    if (this.#headers !== undefined) {
      this.#end();
      this.#callbacks.failure();
      return;
    }
    this.#local(504, 'upstream request timeout');
  }

  #local(code: number, body: string): void {
    const built = buildLocalReply({ code, body, details: '' }, { grpc: this.#grpc, head: this.#head }, undefined);
    this.#headers = built.headers;
    if (built.body !== '' && !this.#head) this.#parts.push(byteStringToBytes(built.body));
    this.#succeed([]);
  }

  #succeed(trailers: HeaderPairs): void {
    const headers = this.#headers?.entries() ?? [];
    this.#end();
    this.#callbacks.success({ headers, body: concatBytes(this.#parts), trailers });
  }

  #end(): void {
    this.#over = true;
    this.#timer?.cancel();
  }
}
