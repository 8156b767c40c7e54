import type { HeaderPair } from '#proxywasm/host.ts';
import type { Proxy } from '../../proxy.ts';
import { sendAsync } from '../../upstreams/async-client.ts';
import type { GrpcRequest } from '../../upstreams/grpc-client.ts';
import { GrpcStream } from '../../upstreams/grpc-client.ts';
import type { ProcessorAnswer } from './answer.ts';
import { readAnswer } from './answer.ts';
import { jsonRequest, readJsonAnswer } from './json-answer.ts';
import type { ProcessorRequest } from './request.ts';
import { encodeRequest } from './request.ts';

export interface ProcessorCallbacks {
  answer(answer: ProcessorAnswer): void;
  /** The stream ended; status 0: the processor has seen enough. */
  closed(status: number, text: string): void;
  /** A request by HTTP came to nothing. */
  failed(): void;
}

/** A processor while a stream lasts. */
export interface Processor {
  send(request: ProcessorRequest): void;
  /** False: it has been closed already. */
  close(): boolean;
  closeLater(ms: number, done: () => void): void;
}

const INTERNAL = 13;

/** The gRPC stream to a processor (envoy `ext_proc/client_impl.cc`). */
export class ProcessorStream implements Processor {
  readonly #proxy: Proxy;
  readonly #stream: GrpcStream;
  #closed = false;
  /** An answer is being read: what is sent now leaves Envoy after it. */
  #reading = false;

  constructor(proxy: Proxy, request: GrpcRequest, callbacks: ProcessorCallbacks) {
    this.#proxy = proxy;
    this.#stream = new GrpcStream(proxy, request, {
      initialMetadata: () => undefined,
      message: (bytes) => {
        if (this.#closed) return;
        const answer = readAnswer(bytes);
        this.#reading = true;
        if (answer === undefined) {
          this.close();
          callbacks.closed(INTERNAL, 'via_upstream');
        } else callbacks.answer(answer);
        this.#reading = false;
      },
      trailingMetadata: () => undefined,
      close: (status, text) => {
        this.#closed = true;
        callbacks.closed(status, text);
      },
    });
  }

  send(request: ProcessorRequest): void {
    if (!this.#closed) this.#stream.send(encodeRequest(request), false);
  }

  /** Ends both directions. */
  close(): boolean {
    if (this.#closed) return false;
    this.#closed = true;
    // Within an answer the end of the stream would leave with the reset, which takes it out of the queue.
    if (!this.#reading) this.#stream.closeSending();
    this.#stream.cancel();
    return true;
  }

  closeLater(ms: number, done: () => void): void {
    this.#proxy.loop.setTimer(ms, () => {
      if (this.close()) done();
    });
  }
}

/** Where a processor answers by HTTP. */
export interface HttpTarget {
  readonly cluster: string;
  readonly timeoutMs: number;
  readonly headers: readonly HeaderPair[];
}

/** A processor that gets one request of JSON for every part it is shown (envoy `ext_proc/http_client/http_client_impl.cc`). */
export class HttpProcessor implements Processor {
  readonly #proxy: Proxy;
  readonly #target: HttpTarget;
  readonly #callbacks: ProcessorCallbacks;
  #running: { cancel(): void } | undefined;

  constructor(proxy: Proxy, target: HttpTarget, callbacks: ProcessorCallbacks) {
    this.#proxy = proxy;
    this.#target = target;
    this.#callbacks = callbacks;
  }

  send(request: ProcessorRequest): void {
    const { cluster, timeoutMs, headers } = this.#target;
    this.#running = sendAsync(
      this.#proxy,
      { cluster, headers, body: jsonRequest(request), timeoutMs, internal: false },
      {
        success: (response) => {
          this.#running = undefined;
          const isFine = response.headers.some(([name, value]) => name === ':status' && value === '200');
          const answer = isFine ? readJsonAnswer(response.body) : undefined;
          if (answer === undefined) this.#callbacks.failed();
          else this.#callbacks.answer(answer);
        },
        failure: () => {
          this.#running = undefined;
          this.#callbacks.failed();
        },
      },
    );
    if (this.#running === undefined) this.#callbacks.failed();
  }

  close(): boolean {
    this.#running?.cancel();
    this.#running = undefined;
    return false;
  }

  closeLater(): void {
    this.close();
  }
}
