import type { ByteString } from '#base/bytes.ts';
import type { JsonObject } from '#base/json.ts';
import { isObject } from '#base/json.ts';
import type { ActiveFilter } from '../../http/active-filter.ts';
import type { Headers } from '../../http/headers.ts';
import type { ImmediateAnswer, ProcessorAnswer } from './answer.ts';
import { applyHeaderChanges } from './apply-changes.ts';
import { evaluateAttributes } from './attributes.ts';
import type { ProcConfig } from './config.ts';
import { isSameMode, overriddenMode } from './processing-mode.ts';
import type { Awaited, Handled, StateOwner } from './processor-state.ts';
import { ProcessorState, spurious } from './processor-state.ts';
import type { Processor, ProcessorCallbacks } from './processor-stream.ts';
import { HttpProcessor, ProcessorStream } from './processor-stream.ts';
import type { ProcessorRequest, ShownPart } from './request.ts';
import type { RouteOverrides, StreamSettings } from './route-settings.ts';
import { settingsOf } from './route-settings.ts';

const GATEWAY_TIMEOUT = 504;

/** What a stream and its processor tell each other (the half of envoy `ext_proc.cc` that faces the processor). */
export class Conversation implements StateOwner {
  readonly config: ProcConfig;
  readonly callbacks: ActiveFilter;
  readonly request: ProcessorState;
  readonly response: ProcessorState;
  /** The processor takes no further part. */
  done = false;
  readonly #levels: () => readonly RouteOverrides[];
  #settings: StreamSettings | undefined;
  #stream: Processor | undefined;
  #replied = false;
  #protocolTold = false;

  constructor(callbacks: ActiveFilter, config: ProcConfig, levels: () => readonly RouteOverrides[]) {
    this.callbacks = callbacks;
    this.config = config;
    this.#levels = levels;
    this.request = new ProcessorState(this, true);
    this.response = new ProcessorState(this, false);
  }

  /** The configuration of the route over that of the filter, from the first time it is asked for. */
  get settings(): StreamSettings {
    if (this.#settings === undefined) {
      this.#settings = settingsOf(this.config, this.#levels());
      this.request.setMode(this.#settings.mode);
      this.response.setMode(this.#settings.mode);
    }
    return this.#settings;
  }

  // StateOwner

  show(state: ProcessorState, part: ShownPart, awaited: Awaited): void {
    state.await(awaited, this.config.messageTimeoutMs, () => this.#onTimeout());
    this.send(state, part);
  }

  showTrailers(state: ProcessorState, trailers: Headers): void {
    if (state.trailersShown) return;
    state.trailersShown = true;
    const part: ShownPart = { kind: 'trailers', headers: this.forwarded(trailers) };
    if (this.config.observing) this.send(state, part);
    else this.show(state, part, state.awaited === 'nothing' ? 'trailers' : state.awaited);
  }

  open(): 'ok' | 'error' | 'ignore' {
    if (this.done) return 'ignore';
    if (this.#stream !== undefined) return 'ok';
    const opened = this.#connect({
      answer: (answer) => this.#onAnswer(answer),
      closed: (status, text) => this.#onClosed(status, text),
      failed: () => this.#onHttpFailure(),
    });
    if (this.done) return this.#replied ? 'error' : 'ignore';
    this.#stream = opened;
    return 'ok';
  }

  #connect(callbacks: ProcessorCallbacks): Processor {
    const { service, metadata } = this.settings;
    const { stream } = this.callbacks;
    const { proxy } = stream.manager;
    if ('headers' in service) return new HttpProcessor(proxy, service, callbacks);
    const target = service.request(proxy, 'envoy.service.ext_proc.v3.ExternalProcessor', 'Process', stream.manager.formatContext(stream));
    // A name the route gives again keeps its place.
    const merged = new Map([...target.metadata, ...metadata]);
    const opened = new ProcessorStream(proxy, { ...target, metadata: [...merged], timeoutMs: 0 }, callbacks);
    if (!this.done) this.config.count('streams_started');
    return opened;
  }

  send(state: ProcessorState, part: ShownPart): void {
    const { config } = this;
    const { stream } = this.callbacks;
    const wanted = state.ofRequest ? config.requestAttributes : config.responseAttributes;
    const telling = wanted.length > 0 && !state.attributesShown;
    const protocol: ProcessorRequest['protocol'] =
      this.#protocolTold || config.observing
        ? undefined
        : { requestBody: this.request.bodyMode, responseBody: this.response.bodyMode, bodyAtOnce: config.bodyAtOnce };
    const request: ProcessorRequest = {
      part,
      ofRequest: state.ofRequest,
      metadata: this.#shownMetadata(),
      attributes: telling ? evaluateAttributes(wanted, stream) : undefined,
      observing: config.observing,
      protocol,
    };
    state.attributesShown ||= telling;
    this.#protocolTold ||= protocol !== undefined;
    config.count('stream_msgs_sent');
    stream.observer?.note('ext-proc-shown', `The processor is shown the ${wordOf(state, part.kind)}`);
    this.#stream?.send(request);
  }

  #shownMetadata(): JsonObject {
    const { dynamicMetadata } = this.callbacks.stream.info;
    const out: Record<string, JsonObject> = {};
    for (const name of this.settings.forwarded) {
      const values = dynamicMetadata.get(name);
      if (values !== undefined) out[name] = values;
    }
    return out;
  }

  forwarded(headers: Headers): readonly (readonly [ByteString, ByteString])[] {
    return headers.entries().filter(([name]) => this.config.forwards(name));
  }

  #onAnswer(answer: ProcessorAnswer): void {
    const { config } = this;
    if (config.observing || this.done) return;
    if (answer.timeoutMs !== undefined) {
      this.#grantTime(answer.timeoutMs);
      return;
    }
    this.#overrideMode(answer);
    const lastBody = answer.kind === 'body' && this.#isLastBody(answer);
    const handled = this.#handle(answer);
    if (handled === 'ok') config.count('stream_msgs_received');
    else if (!handled.spurious) {
      config.count('stream_msgs_received');
      this.#refuse(handled.reason);
    } else if (this.#failureModeAllow) {
      config.count('spurious_msgs_received');
      config.count('failure_mode_allowed');
      this.#letGo();
    } else {
      config.count('spurious_msgs_received');
      this.#refuse(handled.reason);
    }
    if (this.#stream !== undefined && this.#isLast(answer, lastBody)) this.close();
  }

  #handle(answer: ProcessorAnswer): Handled {
    const { stream } = this.callbacks;
    if (answer.kind === 'unknown') return spurious('unhandled message');
    if (answer.kind === 'immediate') {
      if (!this.config.immediateAllowed) return spurious('unhandled immediate response due to config disabled it');
      this.#takeMetadata(answer);
      this.done = true;
      this.#finishBoth();
      this.#closeStream();
      this.#reply(answer.immediate);
      return 'ok';
    }
    this.#takeMetadata(answer);
    const state = answer.ofRequest ? this.request : this.response;
    stream.observer?.note('ext-proc-answer', `The processor has looked at the ${wordOf(state, answer.kind)}`);
    if (answer.kind === 'headers') return state.onHeaders(answer.common);
    return answer.kind === 'body' ? state.onBody(answer.common) : state.onTrailers(answer.headers);
  }

  #grantTime(ms: number): void {
    const { config } = this;
    const granted = ms >= 1 && ms <= config.maxMessageTimeoutMs && [this.request.moreTime(ms), this.response.moreTime(ms)].includes(true);
    config.count(granted ? 'override_message_timeout_received' : 'override_message_timeout_ignored');
  }

  #overrideMode({ mode }: ProcessorAnswer): void {
    const { config } = this;
    const inHeaders = this.request.awaited === 'headers' || this.response.awaited === 'headers';
    const duplex = [config.mode.requestBody, config.mode.responseBody].includes('FULL_DUPLEX_STREAMED');
    if (mode === undefined || !config.allowModeOverride || config.bodyAtOnce || duplex || !inHeaders) return;
    const wanted = overriddenMode(mode, config.mode);
    if (config.allowedModes.length > 0 && !config.allowedModes.some((allowed) => isSameMode(wanted, allowed))) return;
    this.request.setMode(wanted);
    this.response.setMode(wanted);
    this.callbacks.stream.observer?.note('ext-proc-mode', 'The processor chooses what else it is shown of this stream');
  }

  #takeMetadata({ metadata }: ProcessorAnswer): void {
    const { received } = this.settings;
    for (const [name, values] of Object.entries(metadata ?? {})) {
      if (received.includes(name)) this.callbacks.stream.info.setDynamicMetadata(name, isObject(values) ? values : {});
    }
  }

  #isLastBody(answer: ProcessorAnswer & { readonly kind: 'body' }): boolean {
    const state = answer.ofRequest ? this.request : this.response;
    if (state.bodyMode === 'STREAMED') return state.queue.front?.endStream === true;
    const { body } = answer.common;
    return state.bodyMode === 'FULL_DUPLEX_STREAMED' && body?.kind === 'streamed' && body.end;
  }

  /** Will there be nothing more to show? Then the processor is let go at once (envoy `closeGrpcStreamIfLastRespReceived`). */
  #isLast(answer: ProcessorAnswer, lastBody: boolean): boolean {
    if (answer.kind === 'unknown' || answer.kind === 'immediate') return false;
    if (answer.ofRequest && !this.response.shownNothing) return false;
    const state = answer.ofRequest ? this.request : this.response;
    if (answer.kind === 'trailers' || state.noBody) return true;
    if (answer.kind === 'body') return lastBody || (state.trailersCame && !state.sendTrailers && state.queue.isEmpty);
    return state.bodyMode === 'NONE' && (!state.sendTrailers || (state.complete && !state.trailersCame));
  }

  get #failureModeAllow(): boolean {
    const streamed = [this.request, this.response].some((state) => state.bodyMode === 'FULL_DUPLEX_STREAMED' && state.bodyCame);
    return !streamed && this.settings.failureModeAllow;
  }

  #onClosed(status: number, text: string): void {
    if (this.done && status === 0) return;
    const { config } = this;
    if (status !== 0) {
      config.count('streams_failed');
      config.count('server_half_closed');
    }
    if (this.done) return;
    if (status !== 0 && !this.#failureModeAllow) {
      this.#refuse(`ext_proc_error_gRPC_error_${status}{${text}}`);
      return;
    }
    config.count('streams_closed');
    config.count('server_half_closed');
    this.#letGo();
    if (status !== 0) config.count('failure_mode_allowed');
  }

  #onHttpFailure(): void {
    if (this.done) return;
    this.config.count('http_not_ok_resp_received');
    if (this.#failureModeAllow) {
      this.config.count('failure_mode_allowed');
      this.#letGo();
    } else this.#refuse('ext_proc_error_HTTP_ERROR');
  }

  #onTimeout(): void {
    this.config.count('message_timeouts');
    if (this.#failureModeAllow) {
      this.config.count('failure_mode_allowed');
      this.#letGo();
    } else this.#refuse('ext_proc_error_per-message_timeout_exceeded', GATEWAY_TIMEOUT);
  }

  /** The stream goes on without the processor. */
  #letGo(): void {
    this.done = true;
    this.#closeStream();
    this.callbacks.stream.observer?.note('ext-proc-ignored', 'The processor takes no further part: the stream goes on without it');
    this.request.abandon();
    this.response.abandon();
  }

  #refuse(details: string, status = this.config.statusOnError): void {
    this.done = true;
    this.#finishBoth();
    this.#closeStream();
    this.#reply({ status, headers: undefined, body: '', grpcStatus: undefined, details });
  }

  #reply({ status, headers, body, grpcStatus, details }: ImmediateAnswer): void {
    const { config } = this;
    this.#replied = true;
    config.count('immediate_responses_sent');
    this.callbacks.sendLocalReply({
      code: status !== undefined && status >= 200 ? status : 200,
      body,
      grpcStatus,
      details: details.replaceAll(/\s/g, '_'),
      modifyHeaders: (map) => {
        if (headers === undefined) return;
        const rejected = (): void => config.count('rejected_header_mutations');
        applyHeaderChanges(map, headers, { rules: config.rules, replacing: false, keepLengthOut: false, rejected });
      },
    });
  }

  #finishBoth(): void {
    this.request.finish();
    this.response.finish();
  }

  /** The filter goes away. */
  end(): void {
    this.done = true;
    this.request.stopTimer();
    this.response.stopTimer();
    if (this.config.observing) this.#stream?.closeLater(this.config.deferredCloseMs, () => this.config.count('streams_closed'));
    else this.#closeStream();
  }

  close(): void {
    this.done = true;
    this.#closeStream();
  }

  #closeStream(): void {
    if (this.#stream?.close() === true) this.config.count('streams_closed');
    this.#stream = undefined;
  }
}

function wordOf(state: ProcessorState, kind: 'headers' | 'body' | 'trailers'): string {
  return `${kind} of the ${state.ofRequest ? 'request' : 'response'}`;
}
