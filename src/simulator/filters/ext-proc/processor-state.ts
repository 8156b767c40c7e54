import type { ActiveFilter } from '../../http/active-filter.ts';
import { BodyBuffer } from '../../http/body-buffer.ts';
import type { FilterPath } from '../../http/filter-path.ts';
import type { Headers } from '../../http/headers.ts';
import type { CommonAnswer, HeaderChanges } from './answer.ts';
import { applyBodyChange, applyHeaderChanges } from './apply-changes.ts';
import { ChunkQueue } from './chunk-queue.ts';
import type { ProcConfig } from './config.ts';
import type { BodyMode, ProcessingMode } from './processing-mode.ts';
import type { ShownPart } from './request.ts';

/** What an answer is awaited for. */
export type Awaited = 'nothing' | 'headers' | 'streamed-body' | 'buffered-body' | 'partial-body' | 'trailers';

/** How an answer went: fine, not asked for, or against the rules (with the reason). */
export type Handled = 'ok' | { readonly spurious: true; readonly reason: string } | { readonly spurious: false; readonly reason: string };

export const spurious = (reason = 'spurious message'): Handled => ({ spurious: true, reason });
const failed = (reason: string): Handled => ({ spurious: false, reason });

/** What one direction asks of the filter. */
export interface StateOwner {
  readonly config: ProcConfig;
  readonly callbacks: ActiveFilter;
  /** Shows the processor a part of the message and waits for its answer. */
  show(state: ProcessorState, part: ShownPart, awaited: Awaited): void;
  showTrailers(state: ProcessorState, trailers: Headers): void;
}

/** One direction of a stream as a processor sees it (envoy `ext_proc/processor_state.cc`). */
export class ProcessorState {
  readonly ofRequest: boolean;
  readonly queue = new ChunkQueue();
  readonly #owner: StateOwner;
  awaited: Awaited = 'nothing';
  sendHeaders = true;
  sendTrailers = false;
  bodyMode: BodyMode = 'NONE';
  headers: Headers | undefined;
  trailers: Headers | undefined;
  noBody = false;
  complete = false;
  trailersCame = false;
  trailersShown = false;
  bodyCame = false;
  bodyReplaced = false;
  partialDone = false;
  paused = false;
  attributesShown = false;
  #timer: { cancel(): void } | undefined;
  #timerRuns = false;
  #gotMoreTime = false;
  #onTimeout: () => void = () => undefined;

  constructor(owner: StateOwner, ofRequest: boolean) {
    this.#owner = owner;
    this.ofRequest = ofRequest;
  }

  setMode(mode: ProcessingMode): void {
    this.sendHeaders = (this.ofRequest ? mode.requestHeaders : mode.responseHeaders) !== 'SKIP';
    this.sendTrailers = (this.ofRequest ? mode.requestTrailers : mode.responseTrailers) === 'SEND';
    this.bodyMode = this.ofRequest ? mode.requestBody : mode.responseBody;
  }

  get path(): FilterPath {
    const { stream } = this.#owner.callbacks;
    return this.ofRequest ? stream.request : stream.response;
  }

  get shownNothing(): boolean {
    return !this.sendHeaders && !this.sendTrailers && this.bodyMode === 'NONE';
  }

  /** A length that a processor may make wrong is taken out (envoy `shouldRemoveContentLength`). */
  get dropsLength(): boolean {
    const { bodyMode } = this;
    if (this.#owner.config.allowLength) return false;
    return bodyMode === 'BUFFERED' ? !this.sendHeaders : bodyMode !== 'NONE';
  }

  get overLimit(): boolean {
    const { bufferLimit } = this.path;
    return bufferLimit > 0 && this.queue.received.length > bufferLimit;
  }

  // Waiting for an answer

  await(awaited: Awaited, ms: number, onTimeout: () => void): void {
    this.awaited = awaited;
    this.#onTimeout = onTimeout;
    this.#gotMoreTime = false;
    // A body that streams both ways is answered whenever the processor likes.
    if (this.bodyMode !== 'FULL_DUPLEX_STREAMED') this.#arm(ms);
  }

  finish(next: Awaited = 'nothing'): void {
    this.stopTimer();
    this.awaited = next;
    this.#gotMoreTime = false;
  }

  /** The processor asks for more time: granted once for each message. */
  moreTime(ms: number): boolean {
    if (!this.#timerRuns || this.#gotMoreTime) return false;
    this.#arm(ms);
    this.#gotMoreTime = true;
    return true;
  }

  stopTimer(): void {
    this.#timer?.cancel();
    this.#timerRuns = false;
  }

  #arm(ms: number): void {
    this.stopTimer();
    this.#timerRuns = true;
    this.#timer = this.#owner.callbacks.stream.setTimer(ms, () => {
      this.#timerRuns = false;
      this.#onTimeout();
    });
  }

  // The message itself

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    if (this.ofRequest) this.#owner.callbacks.continueDecoding();
    else this.#owner.callbacks.continueEncoding();
  }

  inject(data: BodyBuffer, endStream: boolean): void {
    const { callbacks } = this.#owner;
    this.path.inject(this.ofRequest ? callbacks.decode : callbacks.encode, data, endStream);
  }

  addBuffered(data: BodyBuffer): void {
    if (this.ofRequest) this.#owner.callbacks.addDecodedData(data, false);
    else this.#owner.callbacks.addEncodedData(data, false);
  }

  /** Nobody listens any more: everything goes on as it is. */
  abandon(): void {
    this.finish();
    if (this.queue.received.length > 0) {
      const endStream = this.queue.consolidate();
      this.inject(new BodyBuffer(this.queue.received.take()), endStream);
    }
    this.resume();
  }

  // Answers

  onHeaders(answer: CommonAnswer): Handled {
    if (this.awaited !== 'headers') return spurious();
    const problem = this.#changeHeaders(answer);
    if (problem !== undefined) return failed(problem);
    this.#clearRoute(answer);
    this.finish(this.#awaitedAfterHeaders(answer));
    if (answer.replace) this.#replaceMessage(answer);
    else if (!this.noBody && this.#showHeldBody()) return 'ok';
    else if (this.sendTrailers && this.trailersCame && this.trailers !== undefined) {
      this.#owner.showTrailers(this, this.trailers);
      return 'ok';
    }
    this.headers = undefined;
    this.resume();
    return 'ok';
  }

  #awaitedAfterHeaders(answer: CommonAnswer): Awaited {
    if (answer.replace) return 'nothing';
    if (this.bodyMode === 'STREAMED' && this.#owner.config.bodyAtOnce && !this.queue.isEmpty) return 'streamed-body';
    if (this.bodyMode !== 'FULL_DUPLEX_STREAMED') return 'nothing';
    if (this.bodyCame) return 'streamed-body';
    return this.trailersCame ? 'trailers' : 'nothing';
  }

  /** Body that came while headers were looked at; true: the filter waits for its answer or for more of it. */
  #showHeldBody(): boolean {
    const { buffered } = this.path;
    if (this.complete && this.bodyMode !== 'NONE') {
      if (this.awaited !== 'nothing') {
        this.#streamHeld(!this.trailersCame);
        return true;
      }
      if (buffered === undefined) return false;
      this.#owner.show(this, { kind: 'body', bytes: buffered.all(), endStream: !this.trailersCame }, 'buffered-body');
      return true;
    }
    switch (this.bodyMode) {
      case 'BUFFERED':
        return true;
      case 'STREAMED':
        this.#streamHeld(false);
        this.resume();
        return true;
      case 'FULL_DUPLEX_STREAMED':
      case 'GRPC':
        this.resume();
        return true;
      case 'BUFFERED_PARTIAL':
        if (buffered !== undefined && buffered.length > 0) this.queue.push(new BodyBuffer(buffered.take()), false);
        if (this.overLimit) {
          this.queue.consolidate();
          this.#owner.show(this, { kind: 'body', bytes: this.queue.received.all(), endStream: false }, 'partial-body');
        }
        return true;
      default:
        return false;
    }
  }

  #streamHeld(endStream: boolean): void {
    const { buffered } = this.path;
    if (buffered === undefined || buffered.length === 0) return;
    const chunk = new BodyBuffer(buffered.take());
    const bytes = chunk.all();
    this.queue.push(chunk, endStream);
    this.#owner.show(this, { kind: 'body', bytes, endStream }, 'streamed-body');
  }

  #replaceMessage(answer: CommonAnswer): void {
    if (answer.body !== undefined) {
      this.headers?.remove('content-length');
      this.bodyReplaced = true;
      const { buffered } = this.path;
      const body = buffered ?? new BodyBuffer();
      applyBodyChange(body, answer.body);
      if (buffered === undefined) this.addBuffered(body);
    }
    this.queue.clear();
    this.bodyMode = 'NONE';
    this.sendTrailers = false;
  }

  onBody(answer: CommonAnswer): Handled {
    const { awaited } = this;
    let goOn: boolean;
    let problem: string | undefined;
    if (awaited === 'buffered-body') {
      problem = this.#changeHeaders(answer) ?? this.#lengthProblem(answer);
      if (problem !== undefined) return failed(problem);
      if (answer.body !== undefined && this.path.buffered !== undefined) applyBodyChange(this.path.buffered, answer.body);
      this.finish();
      goOn = true;
    } else if (awaited === 'streamed-body') {
      const result = this.#onStreamed(answer);
      if (typeof result !== 'boolean') return result;
      goOn = result;
    } else if (awaited === 'partial-body') {
      problem = this.#onPartial(answer);
      if (problem !== undefined) return failed(problem);
      goOn = true;
    } else return spurious();
    this.#clearRoute(answer);
    this.headers = undefined;
    if (this.sendTrailers && this.trailersCame && this.queue.isEmpty && this.trailers !== undefined) {
      this.#owner.showTrailers(this, this.trailers);
      return 'ok';
    }
    if (goOn || (this.trailersCame && this.queue.isEmpty)) this.resume();
    return 'ok';
  }

  /** Does the direction go on? */
  #onStreamed(answer: CommonAnswer): boolean | Handled {
    const duplex = this.bodyMode === 'FULL_DUPLEX_STREAMED';
    const { body } = answer;
    if (body?.kind === 'streamed') {
      if (!duplex) return spurious('spurious message: streamed_response is received while body_mode_ is not FULL_DUPLEX_STREAMED');
      if (body.bytes.length > 0) this.inject(new BodyBuffer(body.bytes), body.end);
      this.finish(body.end ? 'nothing' : 'streamed-body');
      return body.end;
    }
    if (duplex) return spurious('spurious message: Normal body mutation response is received while body_mode_ is FULL_DUPLEX_STREAMED');
    const next = this.queue.pop();
    if (next === undefined) return spurious();
    applyBodyChange(next.data, body);
    if (next.data.length > 0) this.inject(next.data, next.chunk.endStream);
    this.finish(this.queue.isEmpty ? 'nothing' : this.awaited);
    return next.chunk.endStream;
  }

  #onPartial(answer: CommonAnswer): string | undefined {
    const next = this.queue.pop();
    if (next === undefined) return 'Invalid chunk in partial body callback';
    const problem = this.#changeHeaders(answer);
    if (problem !== undefined) return problem;
    applyBodyChange(next.data, answer.body);
    if (next.data.length > 0) this.inject(next.data, next.chunk.endStream);
    this.finish();
    if (this.queue.received.length > 0) {
      const endStream = this.queue.consolidate();
      this.inject(new BodyBuffer(this.queue.received.take()), endStream);
    }
    this.partialDone = true;
    return undefined;
  }

  onTrailers(changes: HeaderChanges | undefined): Handled {
    if (this.awaited !== 'trailers' && this.bodyMode !== 'FULL_DUPLEX_STREAMED') return spurious();
    if (changes !== undefined && this.trailers !== undefined) {
      const problem = applyHeaderChanges(this.trailers, changes, this.#changeOptions(false, false));
      if (problem !== undefined) return failed(problem);
    }
    this.trailers = undefined;
    this.finish();
    this.resume();
    return 'ok';
  }

  #changeHeaders(answer: CommonAnswer): string | undefined {
    if (answer.headers === undefined || this.headers === undefined) return undefined;
    return applyHeaderChanges(this.headers, answer.headers, this.#changeOptions(answer.replace, this.dropsLength));
  }

  #changeOptions(replacing: boolean, keepLengthOut: boolean): Parameters<typeof applyHeaderChanges>[2] {
    const { config } = this.#owner;
    return { rules: config.rules, replacing, keepLengthOut, rejected: () => config.count('rejected_header_mutations') };
  }

  #lengthProblem({ body }: CommonAnswer): string | undefined {
    if (body === undefined) return undefined;
    const length = this.headers?.get('content-length');
    const size = body.kind === 'replace' ? body.bytes.length : 0;
    if (length === undefined || !/^\d+$/.test(length) || Number(length) === size) return undefined;
    return 'mismatch between content length and the length of the mutated body';
  }

  #clearRoute({ clearRoute, headers }: CommonAnswer): void {
    if (!this.ofRequest) return;
    const { config, callbacks } = this.#owner;
    if (headers === undefined) {
      if (clearRoute) config.count('clear_route_cache_ignored');
    } else if (config.routeAction === 'CLEAR' || (config.routeAction === 'DEFAULT' && clearRoute)) callbacks.stream.routes.clear();
    else if (config.routeAction === 'RETAIN' && clearRoute) config.count('clear_route_cache_disabled');
  }
}
