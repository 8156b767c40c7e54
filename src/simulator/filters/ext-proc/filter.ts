import type { ActiveFilter } from '../../http/active-filter.ts';
import type { BodyBuffer } from '../../http/body-buffer.ts';
import type {
  DataStatus as DataResult,
  HeadersStatus as HeadersResult,
  HttpFilter,
  TrailersStatus as TrailersResult,
} from '../../http/filter.ts';
import { DataStatus, HeadersStatus, TrailersStatus } from '../../http/filter.ts';
import type { Headers } from '../../http/headers.ts';
import { allRouteOptions } from '../filter-type.ts';
import type { HttpFilterType } from '../filter-type.ts';
import type { ProcConfig } from './config.ts';
import { readConfig } from './config.ts';
import { Conversation } from './conversation.ts';
import type { ProcessorState } from './processor-state.ts';
import type { ShownPart } from './request.ts';
import type { RouteOverrides } from './route-settings.ts';
import { readRoute } from './route-settings.ts';

/** envoy.filters.http.ext_proc (envoy `source/extensions/filters/http/ext_proc`): shows each part of a request and its response to a gRPC service, which may change it. */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const compiled = readConfig(config, context);
    const levels = allRouteOptions(context, readRoute);
    return { create: (callbacks) => new ExtProcFilter(callbacks, compiled, () => levels(callbacks)) };
  },
};

/** Parts of the message as they come, shown to the processor as its mode says. */
class ExtProcFilter implements HttpFilter {
  readonly #config: ProcConfig;
  readonly #talk: Conversation;

  constructor(callbacks: ActiveFilter, config: ProcConfig, levels: () => readonly RouteOverrides[]) {
    this.#config = config;
    this.#talk = new Conversation(callbacks, config, levels);
  }

  decodeHeaders(headers: Headers, endStream: boolean): HeadersResult {
    return this.#onHeaders(this.#talk.request, headers, endStream);
  }

  decodeData(data: BodyBuffer, endStream: boolean): DataResult {
    return this.#onData(this.#talk.request, data, endStream);
  }

  decodeTrailers(trailers: Headers): TrailersResult {
    return this.#onTrailers(this.#talk.request, trailers);
  }

  encodeHeaders(headers: Headers, endStream: boolean): HeadersResult {
    const status = this.#onHeaders(this.#talk.response, headers, endStream);
    if (!this.#config.observing && this.#talk.response.shownNothing) this.#talk.close();
    return status;
  }

  encodeData(data: BodyBuffer, endStream: boolean): DataResult {
    return this.#onData(this.#talk.response, data, endStream);
  }

  encodeTrailers(trailers: Headers): TrailersResult {
    return this.#onTrailers(this.#talk.response, trailers);
  }

  onDestroy(): void {
    this.#talk.end();
  }

  #onHeaders(state: ProcessorState, headers: Headers, endStream: boolean): HeadersResult {
    void this.#talk.settings;
    const part: ShownPart = { kind: 'headers', headers: this.#talk.forwarded(headers), endStream };
    if (this.#config.observing && state.sendHeaders) {
      const opened = this.#talk.open();
      if (opened === 'ok') this.#talk.send(state, part);
      return opened === 'error' ? HeadersStatus.StopIteration : HeadersStatus.Continue;
    }
    if (endStream) state.complete = true;
    let status: HeadersResult = HeadersStatus.Continue;
    if (state.sendHeaders && !this.#talk.done) {
      const opened = this.#talk.open();
      if (opened === 'error') status = HeadersStatus.StopIteration;
      if (opened === 'ok') {
        state.headers = headers;
        state.noBody = endStream;
        this.#talk.show(state, part, 'headers');
        state.paused = true;
        status = HeadersStatus.StopIteration;
      }
    }
    if (!this.#talk.done && state.dropsLength) headers.remove('content-length');
    return status;
  }

  #onData(state: ProcessorState, data: BodyBuffer, endStream: boolean): DataResult {
    state.bodyCame = true;
    if (this.#config.observing) return this.#observeData(state, data, endStream);
    if (endStream) state.complete = true;
    if (state.bodyReplaced) {
      data.clear();
      return DataStatus.Continue;
    }
    if (this.#talk.done) return DataStatus.Continue;
    const streams = state.bodyMode === 'FULL_DUPLEX_STREAMED' || (state.bodyMode === 'STREAMED' && this.#config.bodyAtOnce);
    if (state.awaited === 'headers' && !streams) {
      state.paused = true;
      return state.bodyMode === 'BUFFERED' ? DataStatus.StopIterationAndBuffer : DataStatus.StopIterationAndWatermark;
    }
    switch (state.bodyMode) {
      case 'BUFFERED':
        return this.#bufferData(state, data, endStream);
      case 'STREAMED':
      case 'FULL_DUPLEX_STREAMED':
        return this.#streamData(state, data, endStream);
      case 'BUFFERED_PARTIAL':
        return this.#bufferPart(state, data, endStream);
      default:
        return DataStatus.Continue;
    }
  }

  #bufferData(state: ProcessorState, data: BodyBuffer, endStream: boolean): DataResult {
    if (!endStream) {
      state.paused = true;
      return DataStatus.StopIterationAndBuffer;
    }
    const opened = this.#talk.open();
    if (opened !== 'ok') return opened === 'error' ? DataStatus.StopIterationNoBuffer : DataStatus.Continue;
    state.addBuffered(data);
    this.#talk.show(state, { kind: 'body', bytes: state.path.buffered?.all() ?? new Uint8Array(0), endStream }, 'buffered-body');
    state.paused = true;
    return DataStatus.StopIterationNoBuffer;
  }

  #streamData(state: ProcessorState, data: BodyBuffer, endStream: boolean): DataResult {
    const opened = this.#talk.open();
    if (opened !== 'ok') return opened === 'error' ? DataStatus.StopIterationNoBuffer : DataStatus.Continue;
    const bytes = data.all();
    if (state.bodyMode === 'FULL_DUPLEX_STREAMED') data.clear();
    else state.queue.push(data, endStream);
    this.#talk.show(state, { kind: 'body', bytes, endStream }, state.awaited === 'headers' ? 'headers' : 'streamed-body');
    if (!endStream && state.awaited !== 'headers') return DataStatus.Continue;
    state.paused = true;
    return DataStatus.StopIterationNoBuffer;
  }

  #bufferPart(state: ProcessorState, data: BodyBuffer, endStream: boolean): DataResult {
    if (state.partialDone) {
      state.headers = undefined;
      return DataStatus.Continue;
    }
    state.queue.push(data, endStream);
    if (state.awaited === 'partial-body') {
      state.paused = true;
      return DataStatus.StopIterationNoBuffer;
    }
    if (!endStream && !state.overLimit) return DataStatus.StopIterationNoBuffer;
    const opened = this.#talk.open();
    if (opened !== 'ok') return opened === 'error' ? DataStatus.StopIterationNoBuffer : DataStatus.Continue;
    const ends = state.queue.consolidate();
    this.#talk.show(state, { kind: 'body', bytes: state.queue.received.all(), endStream: ends }, 'partial-body');
    state.paused = true;
    return DataStatus.StopIterationNoBuffer;
  }

  #observeData(state: ProcessorState, data: BodyBuffer, endStream: boolean): DataResult {
    if (state.bodyMode !== 'STREAMED') return DataStatus.Continue;
    const opened = this.#talk.open();
    if (opened === 'error') return DataStatus.StopIterationNoBuffer;
    if (opened === 'ok') this.#talk.send(state, { kind: 'body', bytes: data.all(), endStream });
    return DataStatus.Continue;
  }

  #onTrailers(state: ProcessorState, trailers: Headers): TrailersResult {
    if (this.#talk.done) return TrailersStatus.Continue;
    if (this.#config.observing) {
      if (state.sendTrailers && this.#talk.open() === 'ok') this.#talk.showTrailers(state, trailers);
      return TrailersStatus.Continue;
    }
    const bodyComplete = state.complete;
    state.complete = true;
    state.trailersCame = true;
    state.trailers = trailers;
    if (state.awaited !== 'nothing' && state.bodyMode !== 'FULL_DUPLEX_STREAMED') {
      state.paused = true;
      return TrailersStatus.StopIteration;
    }
    const { buffered } = state.path;
    const holdsWhole = buffered !== undefined && state.bodyMode === 'BUFFERED';
    const holdsPart = !state.queue.isEmpty && state.bodyMode === 'BUFFERED_PARTIAL';
    if (bodyComplete || !(holdsWhole || holdsPart)) {
      if (!state.sendTrailers) return TrailersStatus.Continue;
    }
    const opened = this.#talk.open();
    if (opened !== 'ok') return opened === 'error' ? TrailersStatus.StopIteration : TrailersStatus.Continue;
    if (!bodyComplete && holdsWhole) {
      this.#talk.show(state, { kind: 'body', bytes: buffered.all(), endStream: false }, 'buffered-body');
    } else if (!bodyComplete && holdsPart) {
      state.queue.consolidate();
      this.#talk.show(state, { kind: 'body', bytes: state.queue.received.all(), endStream: false }, 'partial-body');
    } else this.#talk.showTrailers(state, trailers);
    state.paused = true;
    return TrailersStatus.StopIteration;
  }
}
