import type { HeaderPair, HeaderPairs } from '#proxywasm/host.ts';
import { Headers, lowerName } from '../http/headers.ts';
import { grpcStatusOf } from '../http/local-reply.ts';
import type { Proxy } from '../proxy.ts';
import { resetDetails, resetText } from '../router/reset-words.ts';
import type { ResetReason, UpstreamSink, UpstreamStream } from './clusters.ts';
import { GrpcFrameReader, grpcFrame } from './grpc-frames.ts';

export interface GrpcRequest {
  readonly cluster: string;
  readonly service: string;
  readonly method: string;
  readonly metadata: HeaderPairs;
  /** 0 = no limit. */
  readonly timeoutMs: number;
  /** Envoy's own address, where the caller tells it in `x-forwarded-for`. */
  readonly forwardedFor?: string | undefined;
}

/** What a gRPC stream brings (envoy `Grpc::RawAsyncStreamCallbacks`). */
export interface GrpcCallbacks {
  initialMetadata(entries: HeaderPairs): void;
  message(bytes: Uint8Array): void;
  trailingMetadata(entries: HeaderPairs): void;
  close(status: number, message: string): void;
}

const UNKNOWN = 2;
const INTERNAL = 13;
const UNAVAILABLE = 14;

/** gRPC over a cluster (envoy `source/common/grpc/async_client_impl.cc`). `started` is false if there was no host: `close` has been called then. */
export class GrpcStream implements UpstreamSink {
  readonly #proxy: Proxy;
  readonly #callbacks: GrpcCallbacks;
  readonly #reader = new GrpcFrameReader();
  readonly #startNs: bigint;
  #stream: UpstreamStream | undefined;
  #timer: { cancel(): void } | undefined;
  #over = false;
  #localEnd = false;
  started = false;

  constructor(proxy: Proxy, request: GrpcRequest, callbacks: GrpcCallbacks) {
    this.#proxy = proxy;
    this.#callbacks = callbacks;
    this.#startNs = proxy.loop.nowNs;
    const cluster = proxy.clusters.get(request.cluster);
    if (cluster === undefined || !cluster.hasHosts) {
      this.#end();
      callbacks.close(UNAVAILABLE, cluster === undefined ? 'Cluster not available' : 'no healthy upstream{no_healthy_upstream}');
      return;
    }
    this.started = true;
    if (request.timeoutMs > 0) {
      this.#timer = proxy.loop.setTimer(request.timeoutMs, () => {
        if (this.#over) return;
        this.#stream?.reset();
        this.#localReply('upstream request timeout{response_timeout}');
      });
    }
    this.#stream = cluster.open(this);
    this.#stream.headers(requestHeaders(request), false);
  }

  send(message: Uint8Array, endStream: boolean): void {
    if (this.#over || this.#localEnd) return;
    this.#localEnd = endStream;
    this.#stream?.data(grpcFrame(message), endStream);
  }

  /** Nothing more will be sent. */
  closeSending(): void {
    if (this.#over || this.#localEnd) return;
    this.#localEnd = true;
    this.#stream?.data(new Uint8Array(0), true);
  }

  cancel(): void {
    if (this.#over) return;
    this.#end();
    this.#stream?.reset();
  }

  // UpstreamSink

  headers(pairs: HeaderPairs, endStream: boolean): void {
    if (this.#over) return;
    const headers = Headers.response(pairs);
    headers.set('x-envoy-upstream-service-time', String(Math.floor(Number(this.#proxy.loop.nowNs - this.#startNs) / 1e6)));
    const code = Number(headers.get(':status'));
    const given = statusOf(headers);
    this.#callbacks.initialMetadata(endStream ? [] : headers.entries());
    if (code !== 200) {
      this.#error(endStream && given !== undefined ? given : grpcStatusOf(code), 'via_upstream');
      return;
    }
    if (endStream) this.trailers(headers.entries());
  }

  data(data: Uint8Array, endStream: boolean): void {
    if (this.#over) return;
    const messages = this.#reader.read(data);
    if (messages === undefined) {
      this.#error(INTERNAL, 'via_upstream');
      return;
    }
    for (const message of messages) this.#callbacks.message(message);
    if (endStream) this.#error(UNKNOWN, 'via_upstream');
  }

  trailers(pairs: HeaderPairs): void {
    if (this.#over) return;
    const trailers = Headers.responseTrailers(pairs);
    const message = trailers.get('grpc-message') ?? '';
    this.#end();
    this.#callbacks.trailingMetadata(pairs);
    this.#callbacks.close(statusOf(trailers) ?? UNKNOWN, message === '' ? 'via_upstream' : `${message}{via_upstream}`);
  }

  reset(reason: ResetReason, transportFailure?: string): void {
    if (!this.#over) this.#localReply(`${resetText(reason, 1)}{${resetDetails(reason, false, transportFailure)}}`);
  }

  /** What the router of the call answers itself reaches the caller as a response of trailers only. */
  #localReply(message: string): void {
    this.#end();
    this.#callbacks.initialMetadata([]);
    this.#callbacks.trailingMetadata([]);
    this.#callbacks.close(UNAVAILABLE, message);
  }

  #error(status: number, message: string): void {
    this.#end();
    this.#callbacks.trailingMetadata([]);
    this.#callbacks.close(status, message);
    this.#stream?.reset();
  }

  #end(): void {
    this.#over = true;
    this.#timer?.cancel();
  }
}

function statusOf(headers: Headers): number | undefined {
  const value = headers.get('grpc-status');
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}

function requestHeaders({ cluster, service, method, metadata, timeoutMs, forwardedFor }: GrpcRequest): HeaderPairs {
  const headers = Headers.request([
    [':method', 'POST'],
    [':path', `/${service}/${method}`],
    [':authority', cluster],
    [':scheme', 'http'],
    ['te', 'trailers'],
    ...(timeoutMs > 0 ? [['grpc-timeout', grpcTimeout(timeoutMs)] satisfies HeaderPair] : []),
    ['content-type', 'application/grpc'],
    ...metadata.map(([name, value]): HeaderPair => [lowerName(name), value]),
  ]);
  headers.set('x-envoy-internal', 'true');
  if (forwardedFor !== undefined) headers.append('x-forwarded-for', forwardedFor);
  if (timeoutMs > 0) headers.set('x-envoy-expected-rq-timeout-ms', String(timeoutMs));
  return headers.entries();
}

/** At most eight digits and a unit (envoy `Grpc::Common::toGrpcTimeout`). */
function grpcTimeout(ms: number): string {
  const units: readonly (readonly [string, number])[] = [
    ['m', 1],
    ['S', 1000],
    ['M', 60_000],
    ['H', 3_600_000],
  ];
  const [unit, size] = units.find(([, milliseconds]) => ms / milliseconds < 1e8) ?? ['H', 3_600_000];
  return `${Math.floor(ms / size)}${unit}`;
}

/** One message there, one back: `done` is called once. */
export function callUnary(
  proxy: Proxy,
  request: GrpcRequest,
  message: Uint8Array,
  done: (answer: { readonly message: Uint8Array } | { readonly status: number; readonly text: string }) => void,
): GrpcStream {
  let answer: Uint8Array | undefined;
  const stream = new GrpcStream(proxy, request, {
    initialMetadata: () => undefined,
    message: (bytes) => (answer = bytes),
    trailingMetadata: () => undefined,
    close: (status, text) => {
      if (status !== 0) done({ status, text });
      else if (answer === undefined) done({ status: INTERNAL, text: '' });
      else done({ message: answer });
    },
  });
  stream.send(message, true);
  return stream;
}
