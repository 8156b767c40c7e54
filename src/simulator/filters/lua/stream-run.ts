import type { ByteString } from '#base/bytes.ts';
import type { JsonObject } from '#base/json.ts';
import type { PublicKey } from '../../crypto/public-key.ts';
import type { ActiveFilter } from '../../http/active-filter.ts';
import { BodyBuffer } from '../../http/body-buffer.ts';
import type { LocalReplyRequest } from '../../http/filter.ts';
import { DataStatus, HeadersStatus, TrailersStatus } from '../../http/filter.ts';
import type { Headers } from '../../http/headers.ts';
import type { HttpStream } from '../../http/stream.ts';
import type { LuaObject, LuaValue } from '../../lua/codec.ts';
import type { LuaStep, LuaThread } from '../../lua/lua-state.ts';
import type { StatsStore } from '../../stats.ts';
import { bodyClass } from './methods/body-methods.ts';
import { handleClass } from './methods/handle-methods.ts';
import { headerClass } from './methods/header-methods.ts';
import type { HostClass } from './objects.ts';
import type { LuaScript } from './script.ts';

/** What the script waits for (envoy `StreamHandleWrapper::State`). */
export type RunState = 'running' | 'body chunk' | 'body' | 'trailers' | 'http call' | 'responded';

/** What a run needs of its filter. */
export interface RunOwner {
  readonly callbacks: ActiveFilter;
  readonly clearRouteCache: boolean;
  readonly statPrefix: string;
  /** `filter_context` that applies to this stream. */
  filterContext(): JsonObject;
  /** The script failed: neither direction calls it again in this stream. */
  failed(message: ByteString): void;
}

/**
 * One direction of one stream in the hands of a script (envoy `lua_filter.cc` `StreamHandleWrapper`): a coroutine that runs until it waits for
 * the body, trailers or an answer from elsewhere.
 */
export class StreamRun {
  readonly owner: RunOwner;
  readonly script: LuaScript;
  readonly decoding: boolean;
  readonly headers: Headers;
  readonly keys = new Map<ByteString, PublicKey>();
  state: RunState = 'running';
  ended: boolean;
  headersContinued = false;
  bufferedBody = false;
  sawBody = false;
  trailers: Headers | undefined;
  call: { cancel(): void } | undefined;
  readonly #handle: LuaObject;
  readonly #made = new Set<number>();
  readonly #byRole = new Map<string, LuaObject>();
  #thread: LuaThread | undefined;
  #failed = false;
  #destroyed = false;

  constructor(owner: RunOwner, script: LuaScript, decoding: boolean, headers: Headers, ended: boolean) {
    this.owner = owner;
    this.script = script;
    this.decoding = decoding;
    this.headers = headers;
    this.ended = ended;
    this.#handle = script.objects.add(handleClass, this, this);
  }

  get stream(): HttpStream {
    return this.owner.callbacks.stream;
  }

  get stats(): StatsStore {
    return this.stream.manager.proxy.stats;
  }

  // What the filter manager tells

  onHeaders(): HeadersStatus {
    this.#begin();
    if (this.#failed) return HeadersStatus.Continue;
    const waits = this.state === 'body' || this.state === 'http call' || this.state === 'responded';
    if (!waits) this.headersContinued = true;
    return waits ? HeadersStatus.StopIteration : HeadersStatus.Continue;
  }

  onData(data: BodyBuffer, end: boolean): DataStatus {
    this.ended = end;
    this.sawBody = true;
    if (this.state === 'body chunk') this.resume([this.object(undefined, bodyClass, data)]);
    else if (this.state === 'body' && end) {
      this.#addData(data);
      this.resume(this.wholeBody());
    } else if (this.state === 'trailers' && end) this.resume([]);
    if (this.#failed) return DataStatus.Continue;
    if (this.state === 'http call') return DataStatus.StopIterationAndWatermark;
    if (this.state === 'body') return DataStatus.StopIterationAndBuffer;
    if (this.state === 'responded') return DataStatus.StopIterationNoBuffer;
    this.headersContinued = true;
    return DataStatus.Continue;
  }

  onTrailers(trailers: Headers): TrailersStatus {
    this.ended = true;
    this.trailers = trailers;
    if (this.state === 'body chunk') this.resume([]);
    else if (this.state === 'body') this.resume(this.wholeBody());
    if (!this.#failed && this.state === 'trailers') this.resume([this.trailersObject(trailers)]);
    if (this.#failed) return TrailersStatus.Continue;
    const waits = this.state === 'http call' || this.state === 'responded';
    if (!waits) this.headersContinued = true;
    return waits ? TrailersStatus.StopIteration : TrailersStatus.Continue;
  }

  /** The answer of an HTTP call that the script waits for. */
  onAnswer(values: readonly LuaValue[]): void {
    this.call = undefined;
    this.resume(values);
    if (this.state !== 'running') return;
    this.headersContinued = true;
    if (this.decoding) this.owner.callbacks.continueDecoding();
    else this.owner.callbacks.continueEncoding();
  }

  onDestroy(): void {
    this.call?.cancel();
    this.call = undefined;
    this.#destroyed = true;
    this.#thread?.abandon();
    this.#thread = undefined;
  }

  // What the methods use

  /** An object for the script that lives until this callback returns. Of one role there is one at a time. */
  object<Target>(role: string | undefined, hostClass: HostClass<Target, StreamRun>, target: Target): LuaObject {
    const known = role === undefined ? undefined : this.#byRole.get(role);
    if (known !== undefined) return known;
    const made = this.script.objects.add(hostClass, target, this);
    this.#made.add(made.id);
    if (role !== undefined) this.#byRole.set(role, made);
    return made;
  }

  /** Is there an object of this role already? */
  has(role: string): boolean {
    return this.#byRole.has(role);
  }

  get buffered(): BodyBuffer | undefined {
    return this.decoding ? this.owner.callbacks.decodingBuffer : this.owner.callbacks.encodingBuffer;
  }

  /** The collected body; without one nothing, unless an empty one was asked for. */
  wholeBody(always = false): readonly LuaValue[] {
    if (this.buffered === undefined) {
      if (!always) return [];
      this.#addData(new BodyBuffer());
    }
    return this.buffered === undefined ? [] : [this.object('body', bodyClass, this.buffered)];
  }

  trailersObject(trailers: Headers): LuaObject {
    return this.object('trailers', headerClass, { map: trailers, modifiable: () => true, iterating: false });
  }

  headersObject(): LuaObject {
    const modifiable = (): boolean => {
      if (!this.headersContinued && this.decoding && this.owner.clearRouteCache) this.stream.routes.clear();
      return !this.headersContinued;
    };
    return this.object('headers', headerClass, { map: this.headers, modifiable, iterating: false });
  }

  log(level: number, message: ByteString): void {
    this.stream.manager.proxy.onLog?.({ logger: 'lua', level, message, filter: this.owner.callbacks.entry.index });
  }

  respond(reply: LocalReplyRequest): void {
    this.owner.callbacks.sendLocalReply(reply);
  }

  #addData(data: BodyBuffer): void {
    if (this.decoding) this.owner.callbacks.addDecodedData(data, false);
    else this.owner.callbacks.addEncodedData(data, false);
  }

  // The coroutine

  #begin(): void {
    this.stats.counter(`${this.owner.statPrefix}executions`).add(1n);
    const thread = this.script.state.start(this.decoding ? 'envoy_on_request' : 'envoy_on_response', this.#handle);
    this.#after(thread, thread.first);
  }

  resume(values: readonly LuaValue[]): void {
    const thread = this.#thread;
    if (thread === undefined) return;
    this.state = 'running';
    this.script.objects.revive(this.#handle.id, handleClass, this, this);
    this.#after(thread, thread.answer({ ok: true, values }));
  }

  /** The script waits, has ended or has failed: its objects are dead. */
  #after(thread: LuaThread, step: LuaStep): void {
    this.#markDead();
    const waits = step.kind === 'waits';
    this.#thread = waits && !this.#destroyed ? thread : undefined;
    if (waits && this.#destroyed) thread.abandon(); // the stream has ended while the script ran
    if (step.kind === 'error') {
      this.#failed = true;
      this.stats.counter(`${this.owner.statPrefix}errors`).add(1n);
      this.owner.failed(step.message);
    }
  }

  #markDead(): void {
    this.script.objects.kill(this.#handle.id);
    for (const id of this.#made) this.script.objects.kill(id);
    this.#made.clear();
    this.#byRole.clear();
  }
}
