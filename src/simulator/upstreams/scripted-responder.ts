import { concatBytes, utf8Bytes } from '#base/bytes.ts';
import type { HeaderPair, HeaderPairs } from '#proxywasm/host.ts';
import type { Responder } from '../scenario.ts';
import { bodyBytes, frames, grouped, headerPairs, shownBody } from './body-spec.ts';
import type { CallRecord, Cluster, Clusters, UpstreamSink, UpstreamStream } from './clusters.ts';
import { readable, requestProblem, trailersProblem } from './http2-fields.ts';
import { answerHttpbin } from './httpbin/httpbin.ts';

const CHUNK_DELAY_MS = 25;
const NOTHING: HeaderPairs = [];

/** One answer, ready to be sent. */
export interface ScriptedAnswer {
  readonly status: number;
  readonly headers: readonly HeaderPair[];
  readonly chunks: readonly Uint8Array[];
  readonly trailers: readonly HeaderPair[] | undefined;
  readonly delayMs: number;
  readonly chunkDelayMs: number;
  readonly resetAfterBody: boolean;
}

/** One request at a scripted upstream: notes what arrives, answers by the cluster's `Responder`. */
export class ScriptedResponder implements UpstreamStream {
  readonly #clusters: Clusters;
  readonly #cluster: Cluster;
  readonly #sink: UpstreamSink;
  readonly #parts: Uint8Array[] = [];
  #call: CallRecord | undefined;
  #spec: Responder = {};
  #gone = false;
  #responding = false;
  /** The whole answer has been written: a reset of the request is no abort any more (Node's `aborted` event). */
  #answered = false;
  /** The request is refused before its body is read. */
  #deaf = false;
  #connecting: (() => void)[] | undefined;

  constructor(clusters: Clusters, cluster: Cluster, sink: UpstreamSink) {
    this.#clusters = clusters;
    this.#cluster = cluster;
    this.#sink = sink;
  }

  headers(headers: HeaderPairs, endStream: boolean): void {
    const { loop } = this.#clusters;
    if (!this.#cluster.reachable) {
      loop.post(() => {
        if (!this.#gone) this.#sink.reset('remote connection failure', 'delayed connect error: Connection refused');
      });
      return;
    }
    if (!this.#cluster.connected) {
      const list = [...headers];
      this.#connecting = [() => this.#begin(list, endStream)];
      this.#cluster.whenConnected(() => this.#ready());
      return;
    }
    this.#begin(headers, endStream);
  }

  /** The first request of a cluster waits for its connection; one that is cut off meanwhile never reaches the upstream. */
  #ready(): void {
    const waiting = this.#connecting ?? [];
    this.#connecting = undefined;
    for (const send of waiting) if (!this.#gone) send();
  }

  #begin(headers: HeaderPairs, endStream: boolean): void {
    if (requestProblem(headers, endStream)) {
      this.#clusters.loop.post(() => {
        if (!this.#gone) this.#sink.reset('protocol error');
      });
      return;
    }
    this.#call = {
      cluster: this.#cluster.name,
      headers: [...readable(headers)],
      body: new Uint8Array(0),
      trailers: undefined,
      aborted: false,
      ended: endStream,
    };
    this.#clusters.record(this.#call);
    this.#spec = this.#cluster.next();
    if (endStream) this.#ended();
    else if (this.#spec.early === true) {
      this.#deaf = this.#spec.reset === true && (this.#spec.delayMs ?? 0) === 0;
      this.#respond();
    }
  }

  data(data: Uint8Array, endStream: boolean): void {
    if (this.#connecting !== undefined) {
      this.#connecting.push(() => this.data(data, endStream));
      return;
    }
    if (this.#call === undefined || this.#deaf) return;
    const announced = announcedLength(this.#call);
    if (announced !== undefined && this.#call.body.length + data.length > announced) {
      this.#deaf = true;
      this.#refuse();
      return;
    }
    if (data.length > 0) {
      this.#parts.push(data);
      this.#call.body = concatBytes(this.#parts);
    }
    if (endStream) this.#ended();
  }

  trailers(trailers: HeaderPairs): void {
    if (this.#connecting !== undefined) {
      const list = [...trailers];
      this.#connecting.push(() => this.trailers(list));
      return;
    }
    if (this.#call === undefined || this.#deaf || this.#call.ended) return;
    if (trailersProblem(trailers)) {
      this.#deaf = true;
      this.#refuse();
      return;
    }
    const call = this.#call;
    this.#ended();
    // Trailers that have become empty are the end of the body.
    if (trailers.length > 0 && call.ended) call.trailers = [...readable(trailers)];
  }

  reset(): void {
    this.#gone = true;
    if (this.#call?.ended === false && !this.#answered) this.#abort();
  }

  /** Node tells of an aborted stream where its own side is still open; that of a HEAD request never is. */
  #abort(): void {
    const isHead = this.#call?.headers.some(([name, value]) => name === ':method' && value === 'HEAD') === true;
    if (this.#call !== undefined && !isHead) this.#call.aborted = true;
  }

  #refuse(): void {
    this.#abort();
    this.#clusters.loop.post(() => {
      if (!this.#gone) this.#sink.reset('protocol error');
    });
  }

  #ended(): void {
    const call = this.#call;
    if (call === undefined || this.#gone) return;
    if ((announcedLength(call) ?? call.body.length) !== call.body.length) {
      this.#refuse();
      return;
    }
    call.ended = true;
    this.#respond();
  }

  /** Once a request: an early answer has begun before the request is whole. */
  #respond(): void {
    if (this.#responding) return;
    this.#responding = true;
    const spec = this.#spec;
    const { loop } = this.#clusters;
    const go = (): void => {
      if (this.#gone || spec.hang === true || this.#call === undefined) return;
      if (spec.reset === true) {
        if (!this.#call.ended) this.#abort();
        this.#sink.reset('remote reset');
      } else this.#send(this.#answer(spec, this.#call));
    };
    const answerDelay = spec.delayMs ?? 0;
    if (answerDelay > 0) loop.setTimer(answerDelay, go);
    else loop.post(go);
  }

  #answer(spec: Responder, call: CallRecord): ScriptedAnswer {
    if (spec.httpbin === true || spec.httpbin === 'any-path')
      return answerHttpbin(call, this.#clusters.random, spec.httpbin === 'any-path');
    const headers = headerPairs(spec.headers);
    let chunks = spec.bodyChunks?.map(bodyBytes);
    if (spec.echo === true) {
      const document: Record<string, unknown> = { headers: call.headers, body: shownBody(call.body) };
      if (call.trailers !== undefined) document['trailers'] = call.trailers;
      chunks = [utf8Bytes(JSON.stringify(document))];
      if (!headers.some(([name]) => name === 'content-type')) headers.unshift(['content-type', 'application/json']);
    }
    if (chunks === undefined) {
      const body = bodyBytes(spec.body);
      chunks = body.length === 0 ? [] : [body];
    }
    return {
      status: spec.status ?? 200,
      headers: grouped(headers),
      chunks,
      trailers: trailersOf(spec),
      delayMs: 0,
      chunkDelayMs: spec.chunkDelayMs ?? CHUNK_DELAY_MS,
      resetAfterBody: spec.resetAfterBody === true,
    };
  }

  #send(answer: ScriptedAnswer): void {
    if (answer.delayMs > 0) {
      this.#clusters.loop.setTimer(answer.delayMs, () => this.#send({ ...answer, delayMs: 0 }));
      return;
    }
    if (this.#gone) return;
    if (hasNoBody(answer.status, this.#call)) {
      this.#sink.headers([[':status', String(answer.status)], ...answer.headers], true);
      return;
    }
    const { chunks, trailers } = answer;
    const last = chunks.length - 1;
    const stays = answer.resetAfterBody && trailers === undefined;
    this.#answered = chunks.length === 0;
    this.#sink.headers([[':status', String(answer.status)], ...answer.headers], chunks.length === 0 && trailers === undefined);
    if (chunks.length === 0) {
      if (trailers !== undefined && !this.#gone) this.#sink.trailers(trailers);
      return;
    }
    const limit = Number(this.#cluster.config['per_connection_buffer_limit_bytes'] ?? 0);
    const sendChunk = (i: number): void => {
      const chunk = chunks[i];
      if (this.#gone || chunk === undefined) return;
      this.#answered = i === last && !stays;
      const pieces = chunk.length === 0 && (i < last || trailers !== undefined) ? [] : frames(chunk, limit);
      for (const [at, piece] of pieces.entries()) {
        if (!this.#gone) this.#sink.data(piece, i === last && at === pieces.length - 1 && trailers === undefined);
      }
      if (i < last) this.#clusters.loop.setTimer(answer.chunkDelayMs, () => sendChunk(i + 1));
      else if (trailers !== undefined && !this.#gone) this.#sink.trailers(trailers ?? NOTHING);
      else if (answer.resetAfterBody) this.#clusters.loop.setTimer(CHUNK_DELAY_MS, () => this.#gone || this.#sink.reset('remote reset'));
    };
    // Headers and the first body frame reach Envoy as separate events.
    this.#clusters.loop.post(() => sendChunk(0));
  }
}

/** Trailers without a field are none: the body ends by itself. */
function trailersOf(spec: Responder): readonly HeaderPair[] | undefined {
  const trailers = grouped(headerPairs(spec.trailers));
  return trailers.length === 0 ? undefined : trailers;
}

/** How long the body must be: a frame that goes beyond is refused at once, a body too short at its end (RFC 9113 §8.1.1). */
function announcedLength({ headers }: CallRecord): number | undefined {
  const length = headers.find(([name]) => name === 'content-length')?.[1];
  return length !== undefined && /^\d+$/.test(length) ? Number(length) : undefined;
}

/** Answers that end with their headers, whatever the script says (Node's HTTP/2 server; RFC 9110 §6.4.1). */
function hasNoBody(status: number, call: CallRecord | undefined): boolean {
  if (status === 204 || status === 205 || status === 304) return true;
  return call?.headers.some(([name, value]) => name === ':method' && value === 'HEAD') === true;
}
