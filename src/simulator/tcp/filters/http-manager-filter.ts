import type { HeaderPair } from '#proxywasm/host.ts';
import { BodyBuffer } from '../../http/body-buffer.ts';
import { Headers } from '../../http/headers.ts';
import type { HttpManager } from '../../http/http-manager.ts';
import type { StreamClient } from '../../http/stream-client.ts';
import { HttpStream } from '../../http/stream.ts';
import { RequestDecoder } from '../../http1/request-decoder.ts';
import type { RequestSink } from '../../http1/request-decoder.ts';
import { ResponseEncoder } from '../../http1/response-encoder.ts';
import type { NetworkCallbacks, NetworkFilter, NetworkFilterFactory, NetworkStatus as NetworkResult } from '../network-filter.ts';
import { NetworkStatus } from '../network-filter.ts';

/** The HTTP connection manager as a network filter: HTTP/1 text in, streams through the manager, HTTP/1 text out. */
export function managerFactory(manager: HttpManager): NetworkFilterFactory {
  return { create: (callbacks) => new HttpManagerFilter(callbacks, manager) };
}

class HttpManagerFilter implements NetworkFilter, RequestSink {
  readonly #callbacks: NetworkCallbacks;
  readonly #manager: HttpManager;
  readonly #decoder: RequestDecoder;
  #stream: HttpStream | undefined;
  #closing = false;

  constructor(callbacks: NetworkCallbacks, manager: HttpManager) {
    this.#callbacks = callbacks;
    this.#manager = manager;
    this.#decoder = new RequestDecoder(this);
  }

  onData(data: BodyBuffer): NetworkResult {
    this.#decoder.feed(data.take());
    return NetworkStatus.StopIteration;
  }

  onEvent(): void {
    const stream = this.#stream;
    this.#stream = undefined;
    if (stream !== undefined && !stream.over) {
      stream.info.setFlag('DC');
      stream.end('downstream_remote_disconnect');
    }
  }

  // RequestSink

  headers(pairs: readonly HeaderPair[], version: '1.0' | '1.1', endStream: boolean): void {
    const connection = pairs.find(([name]) => name === 'connection')?.[1].toLowerCase();
    this.#closing = connection === 'close' || (version === '1.0' && connection !== 'keep-alive');
    const head = pairs.some(([name, value]) => name === ':method' && value === 'HEAD');
    const stream = new HttpStream(this.#manager, this.#callbacks.connection.info.connection, this.#client(head), `HTTP/${version}`);
    this.#stream = stream;
    stream.receiveHeaders(Headers.request(pairs), endStream);
  }

  data(data: Uint8Array, endStream: boolean): void {
    this.#stream?.receiveData(data, endStream);
  }

  trailers(trailers: readonly HeaderPair[]): void {
    this.#stream?.receiveTrailers(Headers.requestTrailers(trailers));
  }

  error(details: string): void {
    const stream = new HttpStream(this.#manager, this.#callbacks.connection.info.connection, this.#client(false), 'HTTP/1.1');
    this.#closing = true;
    stream.info.setFlag('DPE');
    stream.sendLocalReply({ code: 400, body: 'Bad Request', details });
  }

  #client(head: boolean): StreamClient {
    const encoder = new ResponseEncoder(head);
    const { connection } = this.#callbacks;
    const write = (bytes: Uint8Array): void => connection.write(new BodyBuffer(bytes), false);
    return {
      headers: (headers, endStream) => {
        if (this.#closing) headers.set('connection', 'close');
        write(encoder.headers(headers, endStream));
      },
      data: (data, endStream) => write(encoder.data(data, endStream)),
      trailers: () => write(encoder.end()),
      reset: () => connection.close('no-flush'),
      finished: () => {
        this.#stream = undefined;
        if (this.#closing) {
          connection.close('flush');
          return;
        }
        this.#decoder.paused = false;
        this.#manager.loop.post(() => this.#decoder.pump());
      },
    };
  }
}
