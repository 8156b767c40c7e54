import type { JsonObject } from '#base/json.ts';
import type { Random } from '#base/random.ts';
import type { EventLoop } from '../event-loop.ts';
import type { HeaderPairs } from '#proxywasm/host.ts';
import type { Responder } from '../scenario.ts';
import { ScriptedResponder } from './scripted-responder.ts';

/** Why an upstream stream ended abnormally, in Envoy's words (`StreamResetReason`). */
export type ResetReason =
  | 'remote reset'
  | 'remote connection failure'
  | 'connection termination'
  | 'protocol error'
  | 'local reset'
  | 'overflow';

/** Where an upstream's answer goes. */
export interface UpstreamSink {
  headers(headers: HeaderPairs, endStream: boolean): void;
  data(data: Uint8Array, endStream: boolean): void;
  trailers(trailers: HeaderPairs): void;
  reset(reason: ResetReason, transportFailure?: string): void;
}

/** A request on its way to an upstream. */
export interface UpstreamStream {
  headers(headers: HeaderPairs, endStream: boolean): void;
  data(data: Uint8Array, endStream: boolean): void;
  trailers(trailers: HeaderPairs): void;
  reset(): void;
}

/** What an upstream received. */
export interface CallRecord {
  readonly cluster: string;
  readonly headers: HeaderPairs;
  body: Uint8Array;
  trailers: HeaderPairs | undefined;
  aborted: boolean;
  ended: boolean;
}

/** An upstream cluster with one host that answers by script. */
export class Cluster {
  readonly name: string;
  responder: Responder;
  /** How many requests the list of `responses` has served. */
  served = 0;
  readonly hostAddress: string;
  /** Requests that wait for the first connection; undefined once it stands. */
  #waiting: (() => void)[] | undefined = [];
  readonly #clusters: Clusters;

  constructor(clusters: Clusters, name: string, responder: Responder, port: number) {
    this.#clusters = clusters;
    this.name = name;
    this.responder = responder;
    this.hostAddress = `127.0.0.1:${port}`;
  }

  get hasHosts(): boolean {
    return this.responder.noHosts !== true;
  }

  get reachable(): boolean {
    return this.responder.unreachable !== true;
  }

  get config(): JsonObject {
    return this.responder.clusterConfig ?? {};
  }

  get metadata(): JsonObject | undefined {
    return this.responder.hostMetadata;
  }

  /** The answer for the next request: `responses` are used one after the other, the last one for all further requests. */
  next(): Responder {
    const { responses } = this.responder;
    if (responses === undefined) return this.responder;
    return responses[Math.min(this.served++, responses.length - 1)] ?? this.responder;
  }

  get connected(): boolean {
    return this.#waiting === undefined;
  }

  /** The connection stands from the beginning. */
  warm(): void {
    this.#waiting = undefined;
  }

  /** Runs `send` once the first connection stands. */
  whenConnected(send: () => void): void {
    const waiting = this.#waiting;
    if (waiting === undefined) {
      send();
      return;
    }
    waiting.push(send);
    if (waiting.length > 1) return;
    this.#clusters.loop.post(() => {
      this.#waiting = undefined;
      for (const item of waiting) item();
    });
  }

  open(sink: UpstreamSink): UpstreamStream {
    return new ScriptedResponder(this.#clusters, this, sink);
  }
}

/** The clusters of a proxy. */
export class Clusters {
  readonly loop: EventLoop;
  readonly random: Random;
  /** Everything upstreams received, in order; the reader empties it. */
  calls: CallRecord[] = [];
  /** Keep no record of calls (benchmarks). */
  recordCalls = true;
  /** Answers for every cluster that is not known; undefined: such clusters do not exist. */
  fallback: ((name: string) => Responder | undefined) | undefined;
  readonly #byName = new Map<string, Cluster>();

  constructor(loop: EventLoop, random: Random) {
    this.loop = loop;
    this.random = random;
  }

  set(name: string, responder: Responder): void {
    const known = this.#byName.get(name);
    if (known === undefined) {
      this.#byName.set(name, new Cluster(this, name, responder, 10_000 + this.#byName.size));
      return;
    }
    known.responder = responder;
    known.served = 0;
  }

  get(name: string): Cluster | undefined {
    const known = this.#byName.get(name);
    if (known !== undefined || this.fallback === undefined) return known;
    const responder = this.fallback(name);
    if (responder !== undefined) this.set(name, responder);
    return this.#byName.get(name);
  }

  all(): readonly Cluster[] {
    return [...this.#byName.values()];
  }

  record(call: CallRecord): void {
    if (this.recordCalls) this.calls.push(call);
  }
}
