import { byteStringToBytes, concatBytes, utf8ToByteString } from '#base/bytes.ts';
import type { ByteString } from '#base/bytes.ts';
import type { ActiveFilter } from '../../http/active-filter.ts';
import { BodyBuffer } from '../../http/body-buffer.ts';
import type {
  DataStatus as DataResult,
  HeadersStatus as HeadersResult,
  HttpFilter,
  TrailersStatus as TrailersResult,
} from '../../http/filter.ts';
import { DataStatus, HeadersStatus, TrailersStatus } from '../../http/filter.ts';
import type { Headers } from '../../http/headers.ts';
import { isGrpcRequest } from '../../http/local-reply.ts';
import { GrpcFrameReader, grpcFrame } from '../../upstreams/grpc-frames.ts';
import { routeOptions } from '../filter-type.ts';
import type { HttpFilterType } from '../filter-type.ts';
import type { MethodTarget, TranscoderConfig } from './config.ts';
import { readConfig } from './config.ts';
import { wrapHttpBody } from './http-body.ts';
import type { JsonNode } from './json-tree.ts';
import { RequestTranslator } from './request-translator.ts';
import { ResponseTranslator } from './response-translator.ts';
import { TranscodeError } from './to-wire.ts';
import type { ResolvedBinding } from './weave.ts';
import { weave } from './weave.ts';

/** envoy.filters.http.grpc_json_transcoder (envoy `source/extensions/filters/http/grpc_json_transcoder`): JSON over HTTP to gRPC and back. */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const own = readConfig(config);
    const ofRoute = routeOptions(context, readConfig);
    return { create: (callbacks) => new TranscoderFilter(callbacks, () => ofRoute(callbacks) ?? own) };
  },
};

interface Call {
  readonly target: MethodTarget;
  readonly bindings: readonly ResolvedBinding[];
  readonly request: RequestTranslator;
}

const NOTHING = new Uint8Array(0);
const tooLarge = (side: string): string => `${side} the transcoder's internal buffer size exceeds the configured limit.`;

class TranscoderFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #options: () => TranscoderConfig;
  #config: TranscoderConfig | undefined;
  #call: Call | undefined;
  #response: ResponseTranslator | undefined;
  #failed = false;
  #contentType: ByteString = '';
  readonly #httpBody = new BodyBuffer();
  #httpBodySent = false;
  readonly #frames = new GrpcFrameReader();

  constructor(callbacks: ActiveFilter, options: () => TranscoderConfig) {
    this.#callbacks = callbacks;
    this.#options = options;
  }

  decodeHeaders(headers: Headers, endStream: boolean): HeadersResult {
    const { stream } = this.#callbacks;
    const config = (this.#config = this.#options());
    if (config.disabled || isGrpcRequest(headers)) return HeadersStatus.Continue;
    const path = headers.get(':path') ?? '';
    const found = config.find(headers.get(':method') ?? '', path);
    if (found.kind === 'none') {
      const passes = found.status === 'NOT_FOUND' ? !config.rejectUnknownMethod : !config.rejectUnknownParameters;
      stream.observer?.note('transcoder', `${found.message} ${passes ? 'The request passes unchanged.' : 'It is refused.'}`);
      if (passes) return HeadersStatus.Continue;
      const code = found.status === 'NOT_FOUND' ? 404 : 400;
      return this.#refuse(code, found.message, `early_grpc_json_transcode_failure{${found.status}}`);
    }
    const { target, bindings } = found;
    this.#call = { target, bindings, request: new RequestTranslator(config, target, bindings) };
    this.#response = new ResponseTranslator(config, target);
    if (target.bodyIsHttp) this.#contentType = headers.get('content-type') ?? '';
    const name = `/${target.method.service}/${target.method.name}`;
    stream.observer?.note('transcoder', `The request becomes a call of ${name}`);
    headers.remove('content-length');
    headers.set('content-type', 'application/grpc');
    headers.set('x-envoy-original-path', path);
    headers.add('x-envoy-original-method', headers.get(':method') ?? '');
    headers.set(':path', name);
    headers.set(':method', 'POST');
    headers.set('te', 'trailers');
    if (!config.keepsRoute) stream.routes.clear();
    if (!endStream) return HeadersStatus.Continue;
    const frames = this.#translate(NOTHING, true, 'early_grpc_json_transcode_failure');
    if (frames === undefined) return HeadersStatus.StopIteration;
    if (frames.length > 0) this.#callbacks.addDecodedData(new BodyBuffer(frames), true);
    return HeadersStatus.Continue;
  }

  decodeData(data: BodyBuffer, endStream: boolean): DataResult {
    const call = this.#call;
    if (call === undefined || this.#failed) return DataStatus.Continue;
    const limit = this.#config?.maxRequest ?? this.#callbacks.stream.request.bufferLimit;
    const held = (call.target.bodyIsHttp ? this.#httpBody.length : call.request.held) + data.length;
    if (limit > 0 && held > limit) {
      this.#refuse(413, tooLarge('Request rejected because'), 'grpc_json_transcode_failure{request_buffer_size_limit_reached}');
      return DataStatus.StopIterationNoBuffer;
    }
    if (call.target.bodyIsHttp && !endStream && !call.target.method.clientStreaming) {
      this.#httpBody.moveFrom(data);
      return DataStatus.StopIterationAndBuffer;
    }
    const frames = this.#translate(data.take(), endStream, 'grpc_json_transcode_failure');
    if (frames === undefined) return DataStatus.StopIterationNoBuffer;
    data.append(frames);
    return DataStatus.Continue;
  }

  decodeTrailers(): TrailersResult {
    if (this.#call === undefined || this.#failed) return TrailersStatus.Continue;
    const frames = this.#translate(NOTHING, true, 'grpc_json_transcode_failure');
    if (frames !== undefined && frames.length > 0) this.#callbacks.addDecodedData(new BodyBuffer(frames), true);
    return TrailersStatus.Continue;
  }

  encodeHeaders(headers: Headers, endStream: boolean): HeadersResult {
    const response = this.#response;
    if (!isGrpcResponse(headers, endStream)) this.#failed = true;
    if (response === undefined || this.#failed) return HeadersStatus.Continue;
    const { method, responseIsHttp } = response.target;
    response.headers = headers;
    if (endStream) {
      if (method.serverStreaming) headers.set('content-type', response.contentType);
      this.#finishResponse(response, headers);
      return HeadersStatus.Continue;
    }
    headers.set('content-type', response.contentType);
    return method.serverStreaming && !responseIsHttp ? HeadersStatus.Continue : HeadersStatus.StopIteration;
  }

  encodeData(data: BodyBuffer, endStream: boolean): DataResult {
    const response = this.#response;
    if (response === undefined || this.#failed) return DataStatus.Continue;
    response.hasBody = true;
    const limit = this.#config?.maxResponse ?? this.#callbacks.stream.response.bufferLimit;
    if (response.target.responseIsHttp) return this.#httpBodyResponse(response, data);
    if (limit > 0 && response.held + data.length > limit) {
      this.#failed = true;
      const details = 'grpc_json_transcode_failure{response_buffer_size_limit_reached}';
      this.#callbacks.sendLocalReply({ code: 500, body: tooLarge('Response not transcoded because'), details });
      return DataStatus.StopIterationNoBuffer;
    }
    response.push(data.take(), endStream);
    if (this.#responseFailed(response)) return DataStatus.StopIterationNoBuffer;
    if (!response.target.method.serverStreaming && !endStream) return DataStatus.StopIterationNoBuffer;
    data.append(byteStringToBytes(response.take()));
    return DataStatus.Continue;
  }

  encodeTrailers(trailers: Headers): TrailersResult {
    const response = this.#response;
    if (response !== undefined && !this.#failed) this.#finishResponse(response, trailers);
    return TrailersStatus.Continue;
  }

  #refuse(code: number, message: string, details: string): HeadersResult {
    this.#failed = true;
    this.#callbacks.sendLocalReply({ code, body: utf8ToByteString(message), details });
    return HeadersStatus.StopIteration;
  }

  /** More of the request as gRPC frames; undefined: it was refused. */
  #translate(bytes: Uint8Array, ended: boolean, details: string): Uint8Array | undefined {
    const call = this.#call;
    if (call === undefined) return NOTHING;
    try {
      return call.target.bodyIsHttp ? this.#wrapBody(call, bytes) : concatBytes(call.request.push(bytes, ended));
    } catch (error) {
      if (!(error instanceof TranscodeError)) throw error;
      this.#refuse(400, error.message, `${details}{INVALID_ARGUMENT}`);
      return undefined;
    }
  }

  #wrapBody({ target, bindings }: Call, bytes: Uint8Array): Uint8Array {
    this.#httpBody.append(bytes);
    if (this.#httpBodySent && this.#httpBody.length === 0) return NOTHING;
    const { wire, rejectCollisions } = this.#config ?? this.#options();
    const isFirst = !this.#httpBodySent;
    this.#httpBodySent = true;
    const empty: JsonNode = { kind: 'object', entries: [] };
    const body = target.bodyPath
      .toReversed()
      .reduce<JsonNode>((inner, field) => ({ kind: 'object', entries: [[field.name, inner]] }), empty);
    const bound = isFirst ? wire.root(weave(body, bindings, rejectCollisions), target.method.input) : NOTHING;
    return grpcFrame(wrapHttpBody(bound, target.bodyPath, isFirst ? this.#contentType : '', this.#httpBody.take()));
  }

  #httpBodyResponse(response: ResponseTranslator, data: BodyBuffer): DataResult {
    const messages = this.#frames.read(data.take()) ?? [];
    const bodies = response.httpBodies(messages);
    if (bodies === undefined) {
      this.#callbacks.stream.resetStream('local reset');
      return DataStatus.StopIterationNoBuffer;
    }
    data.append(bodies);
    if (!response.target.method.serverStreaming || (!response.typeSet && messages.length === 0)) return DataStatus.StopIterationAndBuffer;
    return DataStatus.Continue;
  }

  #responseFailed(response: ResponseTranslator): boolean {
    if (response.problem === undefined) return false;
    this.#failed = true;
    this.#callbacks.sendLocalReply({ code: 502, body: response.problem, details: `grpc_json_transcode_failure{${response.code}}` });
    return true;
  }

  #finishResponse(response: ResponseTranslator, map: Headers): void {
    const { headers, target } = response;
    if (headers === undefined) return;
    const status = statusOf(map);
    const converted = response.convertedStatus(status, map);
    if (converted !== undefined) {
      response.showStatus(headers, map, status ?? 2, converted);
      this.#callbacks.addEncodedData(new BodyBuffer(byteStringToBytes(converted)), false);
      return;
    }
    if (!target.responseIsHttp) {
      response.push(NOTHING, true);
      if (this.#responseFailed(response)) return;
      const rest = response.take();
      if (rest !== '') this.#callbacks.addEncodedData(new BodyBuffer(byteStringToBytes(rest)), true);
    }
    const trailersOnly = headers === map;
    if (target.method.serverStreaming && !trailersOnly) return;
    response.showOutcome(headers, map, status);
    if (!target.method.serverStreaming) headers.set('content-length', String(this.#callbacks.encodingBuffer?.length ?? 0));
  }
}

function statusOf(map: Headers): number | undefined {
  const text = map.get('grpc-status');
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** envoy `Grpc::Common::isGrpcResponseHeaders`. */
function isGrpcResponse(headers: Headers, endStream: boolean): boolean {
  if (endStream) return headers.has('grpc-status');
  return headers.get(':status') === '200' && isGrpcRequest(headers);
}
