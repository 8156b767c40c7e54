import { BufferType, FilterDataStatus, FilterHeadersStatus, FilterTrailersStatus, MapType, StreamType, WasmResult } from './abi.ts';
import type { ReadableMap } from './context.ts';
import type { GuestFunction } from './guest-exports.ts';
import type { HeaderMap, HostBuffer, HttpStreamHost, LocalReply, LogMaps, StreamView } from './host.ts';
import type { PluginHandle } from './plugin-handle.ts';
import type { RootContext } from './root-context.ts';
import { StreamContext } from './stream-context.ts';
import type { Vm } from './vm.ts';

/**
 * One HTTP stream of one plugin: Envoy's `Context` as an HTTP filter (`source/extensions/common/wasm/context.cc`). The embedder calls
 * `decodeHeaders` … in the filter manager's order; which maps and bodies the guest can reach at any moment is decided here.
 */
export class HttpContext extends StreamContext implements StreamView {
  readonly host: HttpStreamHost;
  #requestHeaders: HeaderMap | undefined;
  #requestTrailers: HeaderMap | undefined;
  #responseHeaders: HeaderMap | undefined;
  #responseTrailers: HeaderMap | undefined;
  #requestBody: HostBuffer | undefined;
  #responseBody: HostBuffer | undefined;
  #bufferingRequest = false;
  #bufferingResponse = false;
  #endOfStream = false;
  #logMaps: LogMaps | undefined;
  #destroyed = false;
  #failureReplySent = false;

  constructor(handle: PluginHandle, vm: Vm, root: RootContext, host: HttpStreamHost) {
    super(handle, vm, root);
    this.host = host;
  }

  decodeHeaders(headers: HeaderMap, endStream: boolean): FilterHeadersStatus {
    this.create();
    this.#requestHeaders = headers;
    this.#endOfStream = endStream;
    const status = this.#headers('proxy_on_request_headers', this.vm.exports?.proxy_on_request_headers, headers.size, endStream);
    if (status === FilterHeadersStatus.Continue) this.#requestHeaders = undefined;
    return status;
  }

  decodeData(data: HostBuffer, endStream: boolean): FilterDataStatus {
    if (!this.created) return FilterDataStatus.Continue;
    if (this.#bufferingRequest) {
      this.host.addDecodedData(data);
      if (this.#destroyed) return FilterDataStatus.StopIterationAndBuffer; // the chunk was too much: 413
    }
    this.#requestBody = data;
    this.#endOfStream = endStream;
    const status = this.#body('proxy_on_request_body', this.streamBuffer(BufferType.HttpRequestBody)?.length ?? 0, endStream);
    this.#bufferingRequest = status === FilterDataStatus.StopIterationAndBuffer;
    if (status === FilterDataStatus.Continue) this.#requestBody = undefined;
    return status;
  }

  decodeTrailers(trailers: HeaderMap): FilterTrailersStatus {
    if (!this.created) return FilterTrailersStatus.Continue;
    this.#requestTrailers = trailers;
    const status = this.#trailers('proxy_on_request_trailers', trailers.size);
    if (status === FilterTrailersStatus.Continue) this.#requestTrailers = undefined;
    return status;
  }

  /** HTTP/2 METADATA with `entries` entries; the guest learns no more than that, and cannot stop it. */
  decodeMetadata(entries: number): void {
    if (this.created) this.#metadata('proxy_on_request_metadata', entries);
  }

  encodeHeaders(headers: HeaderMap, endStream: boolean): FilterHeadersStatus {
    if (!this.created || this.#failureReplySent) return FilterHeadersStatus.Continue;
    this.#responseHeaders = headers;
    this.#endOfStream = endStream;
    const status = this.#headers('proxy_on_response_headers', this.vm.exports?.proxy_on_response_headers, headers.size, endStream);
    if (status === FilterHeadersStatus.Continue) this.#responseHeaders = undefined;
    return status;
  }

  encodeData(data: HostBuffer, endStream: boolean): FilterDataStatus {
    if (!this.created || this.#failureReplySent) return FilterDataStatus.Continue;
    if (this.#bufferingResponse) {
      this.host.addEncodedData(data);
      if (this.#destroyed) return FilterDataStatus.StopIterationAndBuffer;
    }
    this.#responseBody = data;
    this.#endOfStream = endStream;
    const status = this.#body('proxy_on_response_body', this.streamBuffer(BufferType.HttpResponseBody)?.length ?? 0, endStream);
    this.#bufferingResponse = status === FilterDataStatus.StopIterationAndBuffer;
    if (status === FilterDataStatus.Continue) this.#responseBody = undefined;
    return status;
  }

  encodeTrailers(trailers: HeaderMap): FilterTrailersStatus {
    if (!this.created || this.#failureReplySent) return FilterTrailersStatus.Continue;
    this.#responseTrailers = trailers;
    const status = this.#trailers('proxy_on_response_trailers', trailers.size);
    if (status === FilterTrailersStatus.Continue) this.#responseTrailers = undefined;
    return status;
  }

  encodeMetadata(entries: number): void {
    if (this.created && !this.#failureReplySent) this.#metadata('proxy_on_response_metadata', entries);
  }

  /** The stream is complete: on_log, with maps that can be read. A guest that never saw the stream is told of it first. */
  log(maps: LogMaps = this.host): void {
    this.create();
    this.#logMaps = maps;
    this.tell('proxy_on_log', this.vm.exports?.proxy_on_log);
    this.#logMaps = undefined;
  }

  /** The filter goes: on_done and on_delete, once. */
  onDestroy(): void {
    if (!this.#destroyed && this.created) {
      this.#destroyed = true;
      this.callDone();
      this.callDelete();
    }
    this.release();
  }

  #headers(name: string, fn: GuestFunction | undefined, size: number, endStream: boolean): FilterHeadersStatus {
    const end = this.vm.abi === '0.1.0' ? undefined : Number(endStream);
    const { Continue, StopAllIterationAndWatermark } = FilterHeadersStatus;
    return this.decide<FilterHeadersStatus>(name, fn, size, end, Continue, StopAllIterationAndWatermark, toHeadersStatus);
  }

  #body(name: 'proxy_on_request_body' | 'proxy_on_response_body', size: number, endStream: boolean): FilterDataStatus {
    const { Continue, StopIterationNoBuffer } = FilterDataStatus;
    return this.decide<FilterDataStatus>(
      name,
      this.vm.exports?.[name],
      size,
      Number(endStream),
      Continue,
      StopIterationNoBuffer,
      toDataStatus,
    );
  }

  #trailers(name: 'proxy_on_request_trailers' | 'proxy_on_response_trailers', size: number): FilterTrailersStatus {
    const { Continue, StopIteration } = FilterTrailersStatus;
    return this.decide<FilterTrailersStatus>(name, this.vm.exports?.[name], size, undefined, Continue, StopIteration, toTrailersStatus);
  }

  #metadata(name: 'proxy_on_request_metadata' | 'proxy_on_response_metadata', entries: number): void {
    this.decide<0>(name, this.vm.exports?.[name], entries, undefined, 0, 0, () => 0);
  }

  protected override failStream(): void {
    if (this.#failureReplySent) return;
    // set afterwards in Envoy, but the reply does not come back to this filter either way: encodeHeaders looks at the flag
    this.#failureReplySent = true;
    this.host.sendLocalReply({ code: 503, details: 'wasm_fail_stream', body: '', headers: [], grpcStatus: 14 });
  }

  override get stream(): StreamView {
    return this;
  }

  get contextId(): number {
    return this.id;
  }

  get requestHeaders(): HeaderMap | undefined {
    return this.#requestHeaders ?? this.#logMaps?.requestHeaders;
  }

  get requestTrailers(): HeaderMap | undefined {
    return this.#requestTrailers;
  }

  get responseHeaders(): HeaderMap | undefined {
    return this.#responseHeaders ?? this.#logMaps?.responseHeaders;
  }

  get responseTrailers(): HeaderMap | undefined {
    return this.#responseTrailers ?? this.#logMaps?.responseTrailers;
  }

  override get inLog(): boolean {
    return this.#logMaps !== undefined;
  }

  override map(type: number): HeaderMap | undefined {
    switch (type) {
      case MapType.RequestHeaders:
        return this.#requestHeaders;
      case MapType.RequestTrailers:
        if (this.#requestTrailers === undefined && this.#requestBody !== undefined && this.#endOfStream) {
          this.#requestTrailers = this.host.addDecodedTrailers();
        }
        return this.#requestTrailers;
      case MapType.ResponseHeaders:
        return this.#responseHeaders;
      case MapType.ResponseTrailers:
        if (this.#responseTrailers === undefined && this.#responseBody !== undefined && this.#endOfStream) {
          this.#responseTrailers = this.host.addEncodedTrailers();
        }
        return this.#responseTrailers;
      default:
        return undefined;
    }
  }

  override readableMap(type: number): ReadableMap | undefined {
    const log = this.#logMaps;
    switch (type) {
      case MapType.RequestHeaders:
        return log === undefined ? this.#requestHeaders : log.requestHeaders;
      case MapType.RequestTrailers:
        return log === undefined ? this.#requestTrailers : undefined;
      case MapType.ResponseHeaders:
        return log === undefined ? this.#responseHeaders : log.responseHeaders;
      case MapType.ResponseTrailers:
        return log === undefined ? this.#responseTrailers : log.responseTrailers;
      default:
        return super.readableMap(type);
    }
  }

  override mapChanged(type: number): void {
    // the route is chosen again for modules of every standard ABI version (envoy changelogs/1.33.0, "wasm")
    if (type === MapType.RequestHeaders) this.host.clearRouteCache();
  }

  protected override streamBuffer(type: number): HostBuffer | undefined {
    if (type === BufferType.HttpRequestBody) return this.#bufferingRequest ? this.host.decodingBuffer() : this.#requestBody;
    if (type === BufferType.HttpResponseBody) return this.#bufferingResponse ? this.host.encodingBuffer() : this.#responseBody;
    return undefined;
  }

  /** Either direction makes the guest lose what it could reach of the request. */
  override continueStream(type: number): number {
    if (type === StreamType.Request) this.vm.defer(() => this.host.continueDecoding());
    else if (type === StreamType.Response) this.vm.defer(() => this.host.continueEncoding());
    else return type === StreamType.Upstream ? WasmResult.Unimplemented : WasmResult.Ok;
    this.#requestHeaders = undefined;
    this.#requestBody = undefined;
    this.#requestTrailers = undefined;
    return WasmResult.Ok;
  }

  override closeStream(type: number): number {
    if (type === StreamType.Request || type === StreamType.Response) {
      this.host.setResponseCodeDetails('wasm_close_stream');
      this.vm.defer(() => this.host.resetStream());
    }
    return WasmResult.Ok;
  }

  override sendLocalReply(reply: LocalReply): void {
    // also after a trap in the same callback: that reply goes out, this one's details stay (measured, Envoy 1.40)
    this.vm.defer(() => this.host.sendLocalReply(reply));
  }

  override clearRouteCache(): void {
    this.host.clearRouteCache();
  }
}

/** cpp-host `convertVmCallResultToFilterHeadersStatus`, then envoy `convertFilterHeadersStatus` (which knows no ContinueAndEndStream). */
function toHeadersStatus({ vm, handle }: HttpContext, result: number): FilterHeadersStatus {
  if (vm.stopIteration || result > 4) return FilterHeadersStatus.StopAllIterationAndWatermark;
  if (result === 1) {
    const stays = handle.settings.allowOnHeadersStopIteration === true;
    return stays ? FilterHeadersStatus.StopIteration : FilterHeadersStatus.StopAllIterationAndWatermark;
  }
  return result === 2 ? FilterHeadersStatus.Continue : (result as FilterHeadersStatus);
}

function toDataStatus({ vm }: HttpContext, result: number): FilterDataStatus {
  return vm.stopIteration || result > 3 ? FilterDataStatus.StopIterationNoBuffer : (result as FilterDataStatus);
}

function toTrailersStatus({ vm }: HttpContext, result: number): FilterTrailersStatus {
  return vm.stopIteration || result > 1 ? FilterTrailersStatus.StopIteration : (result as FilterTrailersStatus);
}
