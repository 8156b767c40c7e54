import { concatBytes } from '#base/bytes.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import type { HeaderPair } from '#proxywasm/host.ts';
import type { EventLoop } from '../event-loop.ts';
import { Headers } from '../http/headers.ts';
import type { StreamClient } from '../http/stream-client.ts';
import type { HttpStream } from '../http/stream.ts';
import type { ScenarioRequest } from '../scenario.ts';
import { bodyBytes, frames, grouped, headerPairs, shownBody } from '../upstreams/body-spec.ts';
import { readable } from '../upstreams/http2-fields.ts';
import { responseProblem } from './http2-rules.ts';

const CHUNK_DELAY_MS = 25;
const RESET_DELAY_MS = 0.2;
const pseudoOrder = [':method', ':scheme', ':authority', ':path'];
const defaults: readonly HeaderPair[] = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':authority', 'example.com'],
  [':path', '/'],
];

/** The headers a scenario's request begins with: pseudo headers first, defaults filled in, equal names together, cookies joined. */
export function requestHeaders(request: ScenarioRequest): HeaderPair[] {
  const given = headerPairs(request.headers);
  const names = new Set(given.map(([name]) => name));
  // A host beside :authority does not count (envoy `ClientStreamImpl::saveHeader`).
  const all = [...given.filter(([name]) => name !== 'host'), ...defaults.filter(([name]) => !names.has(name))];
  const rank = (name: string): number => {
    const at = pseudoOrder.indexOf(name);
    return at < 0 ? pseudoOrder.length : at;
  };
  return joinCookies(grouped(all.toSorted((a, b) => rank(a[0]) - rank(b[0]))));
}

/** HTTP/2 splits cookies; Envoy's codec puts them together again behind all other headers (envoy `HeaderUtility::reconstituteCrumbledCookies`). */
function joinCookies(pairs: HeaderPair[]): HeaderPair[] {
  const others = pairs.filter(([name]) => name !== 'cookie');
  if (others.length === pairs.length) return pairs;
  const joined = pairs.reduce(
    (cookies, [name, value]) => (name !== 'cookie' ? cookies : cookies === '' ? value : `${cookies}; ${value}`),
    '',
  );
  return joined === '' ? others : [...others, ['cookie', joined]];
}

/** Parts of an answer that had arrived at some point. */
interface Arrived {
  readonly status: number | undefined;
  readonly parts: number;
  readonly informational: number;
}

/** One HTTP/2 request of a scenario's client: sends by plan, keeps what comes back. */
export class ScenarioClient implements StreamClient {
  readonly #loop: EventLoop;
  readonly #request: ScenarioRequest;
  readonly #timeoutMs: number;
  readonly #body: Uint8Array[] = [];
  #stream: HttpStream | undefined;
  #status: number | undefined;
  #headers: readonly HeaderPair[] = [];
  #trailers: readonly HeaderPair[] | undefined;
  readonly #informational: (readonly HeaderPair[])[] = [];
  #reset: string | undefined;
  #timedOut = false;
  #head = false;
  #timers: { cancel(): void }[] = [];
  /** What had arrived before the frames that Envoy is reading now. */
  #beforeRead: Arrived | undefined;
  /** Pieces of the body are still to come. */
  #sending = false;
  done = false;

  constructor(loop: EventLoop, request: ScenarioRequest, timeoutMs: number) {
    this.#loop = loop;
    this.#request = request;
    this.#timeoutMs = request.timeoutMs ?? timeoutMs;
  }

  start(stream: HttpStream): void {
    this.#stream = stream;
    const request = this.#request;
    const chunks = (request.bodyChunks ?? (request.body === undefined || request.body === null ? [] : [request.body])).map(bodyBytes);
    const trailers = request.trailers === undefined ? undefined : grouped(headerPairs(request.trailers));
    const pairs = requestHeaders(request);
    this.#head = pairs.some(([name, value]) => name === ':method' && value === 'HEAD');
    this.#timers.push(this.#loop.setTimer(this.#timeoutMs, () => this.#giveUp()));
    if (request.cancelAfterMs !== undefined) this.#timers.push(this.#loop.setTimer(request.cancelAfterMs, () => this.#cancel()));
    this.#loop.post(() =>
      this.#read(() => {
        stream.receiveHeaders(Headers.request(pairs), chunks.length === 0 && trailers === undefined);
        if (chunks.length === 0 && trailers !== undefined) stream.receiveTrailers(Headers.requestTrailers(trailers));
      }),
    );
    this.#sending = chunks.length > 1 || (chunks.length === 1 && request.bodyDelayMs !== undefined);
    const send = (i: number): void => {
      const chunk = chunks[i];
      if (chunk === undefined || this.done) return;
      const last = i === chunks.length - 1;
      if (last) this.#sending = false;
      // An HTTP/2 library sends no frame for nothing, but for the end of the message.
      const pieces = chunk.length === 0 && (!last || trailers !== undefined) ? [] : frames(chunk, stream.manager.connectionBufferLimit);
      this.#read(() => {
        for (const [at, piece] of pieces.entries()) stream.receiveData(piece, last && at === pieces.length - 1 && trailers === undefined);
        if (last && trailers !== undefined) stream.receiveTrailers(Headers.requestTrailers(trailers));
      });
      if (!last) this.#timers.push(this.#loop.setTimer(request.chunkDelayMs ?? CHUNK_DELAY_MS, () => send(i + 1)));
    };
    if (chunks.length === 0) return;
    if (request.bodyDelayMs !== undefined) this.#timers.push(this.#loop.setTimer(request.bodyDelayMs, () => send(0)));
    else this.#loop.post(() => send(0));
  }

  /** Envoy reads frames. What it writes meanwhile is sent afterwards: the reset of a stream takes the place of it (envoy `ConnectionImpl::sendPendingFrames`). */
  #read(frames: () => void): void {
    this.#beforeRead = { status: this.#status, parts: this.#body.length, informational: this.#informational.length };
    frames();
    this.#beforeRead = undefined;
  }

  #giveUp(): void {
    if (this.done) return;
    this.#timedOut = true;
    this.#stream?.receiveReset();
    this.#finish();
  }

  #cancel(): void {
    if (this.done) return;
    this.#reset = 'CANCELLED_BY_CLIENT';
    this.#stream?.receiveReset();
    this.#finish();
  }

  informational(headers: Headers): void {
    this.#informational.push(headers.snapshot());
  }

  headers(headers: Headers, endStream: boolean): void {
    const pairs = readable(headers.snapshot());
    const problem = responseProblem(pairs, this.#head, endStream);
    if (problem) {
      this.#fail();
      return;
    }
    this.#status = Number(headers.get(':status'));
    this.#headers = pairs.filter(([name]) => name !== ':status');
    if (endStream) this.#complete();
  }

  data(data: Uint8Array, endStream: boolean): void {
    if (this.done) return;
    if ((this.#status === 304 || this.#status === 204) && data.length > 0) {
      this.#fail();
      return;
    }
    this.#body.push(data);
    const expected = this.#headers.find(([name]) => name === 'content-length')?.[1];
    const got = this.#received;
    if (expected !== undefined && !this.#head && (got > Number(expected) || (endStream && got !== Number(expected)))) {
      // The HTTP/2 library refuses a body that does not have the announced length; what came before stays.
      if (got > Number(expected)) this.#body.pop();
      this.#fail();
      return;
    }
    if (endStream) this.#complete();
  }

  get #received(): number {
    return this.#body.reduce((sum, part) => sum + part.length, 0);
  }

  trailers(trailers: Headers): void {
    if (this.done) return;
    const expected = this.#headers.find(([name]) => name === 'content-length')?.[1];
    if (expected !== undefined && !this.#head && this.#received !== Number(expected)) {
      this.#fail();
      return;
    }
    this.#trailers = readable(trailers.snapshot());
    this.#complete();
  }

  reset(reason: string): void {
    const kept = this.#beforeRead;
    if (kept !== undefined && !this.done) {
      this.#status = kept.status;
      this.#body.length = kept.parts;
      this.#informational.length = kept.informational;
    }
    this.#reset ??= reason === 'CANCEL' ? 'CANCEL' : 'INTERNAL_ERROR';
    this.#finish();
  }

  finished(): void {
    this.#finish();
  }

  /** The HTTP/2 library refuses the answer. One that ends before its request has been reset by Envoy already, without an error. */
  #fail(): void {
    if (!this.#sending) this.#reset = 'PROTOCOL_ERROR';
    this.#finish();
    // The reset has a way to go: what is ready at the proxy is sent before it arrives.
    this.#loop.setTimer(RESET_DELAY_MS, () => this.#stream?.receiveReset('DPE'));
  }

  #complete(): void {
    this.#finish();
  }

  #finish(): void {
    if (this.done) return;
    this.done = true;
    for (const timer of this.#timers) timer.cancel();
  }

  /** `downstream` of an exchange. */
  result(): JsonObject {
    const out: Record<string, JsonValue> = {};
    if (this.#status !== undefined) {
      out['status'] = this.#status;
      out['headers'] = this.#headers.map((pair) => [...pair]);
      out['body'] = shownBody(concatBytes(this.#body));
    }
    if (this.#informational.length > 0) out['informational'] = this.#informational.map((pairs) => pairs.map((pair) => [...pair]));
    if (this.#trailers !== undefined) out['trailers'] = this.#trailers.map((pair) => [...pair]);
    if (this.#reset !== undefined) out['reset'] = this.#reset;
    if (this.#timedOut) out['timedOut'] = true;
    return out;
  }
}
