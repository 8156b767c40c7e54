import type { ConfigReader } from '../config-reader.ts';
import type { ActiveFilter } from '../http/active-filter.ts';
import type { BodyBuffer } from '../http/body-buffer.ts';
import type {
  DataStatus as DataResult,
  HeadersStatus as HeadersResult,
  HttpFilter,
  TrailersStatus as TrailersResult,
} from '../http/filter.ts';
import { DataStatus, HeadersStatus, TrailersStatus } from '../http/filter.ts';
import type { Headers } from '../http/headers.ts';
import { isGrpcRequest } from '../http/local-reply.ts';
import { grpcFrame } from '../upstreams/grpc-frames.ts';
import type { HttpFilterType } from './filter-type.ts';

interface BridgeOptions {
  readonly upgrade: boolean;
  readonly ignoreQuery: boolean;
}

const FRAME_HEADER = 5;

/** envoy.filters.http.grpc_http1_bridge (envoy `source/extensions/filters/http/grpc_http1_bridge`): gRPC trailers become headers for clients of HTTP/1. */
export const filterType: HttpFilterType = {
  compile(config) {
    const options = readOptions(config);
    return { create: (callbacks) => new BridgeFilter(callbacks, options) };
  },
};

function readOptions(config: ConfigReader): BridgeOptions {
  return { upgrade: config.bool('upgrade_protobuf_to_grpc'), ignoreQuery: config.bool('ignore_query_parameters') };
}

/** envoy `Grpc::Common::isProtobufRequestHeaders`. */
const isProtobuf = (headers: Headers): boolean => headers.get('content-type') === 'application/x-protobuf';

class BridgeFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #options: BridgeOptions;
  #bridging = false;
  /** A bare protobuf message has become gRPC. */
  #framing = false;
  #response: Headers | undefined;

  constructor(callbacks: ActiveFilter, options: BridgeOptions) {
    this.#callbacks = callbacks;
    this.#options = options;
  }

  decodeHeaders(headers: Headers): HeadersResult {
    const { stream } = this.#callbacks;
    const upgrades = this.#options.upgrade && isProtobuf(headers);
    if (upgrades) {
      headers.set('content-type', 'application/grpc');
      // The message gets a frame: its length is another one.
      headers.remove('content-length');
      stream.routes.clear();
      stream.observer?.note('grpc-bridge', 'The protobuf message goes on as a gRPC request');
    }
    if (stream.info.protocol === 'HTTP/2' || !isGrpcRequest(headers)) return HeadersStatus.Continue;
    this.#bridging = true;
    this.#framing = upgrades;
    if (this.#options.ignoreQuery) headers.set(':path', headers.get(':path')?.split('?', 1)[0] ?? '');
    return HeadersStatus.Continue;
  }

  decodeData(data: BodyBuffer, endStream: boolean): DataResult {
    if (!this.#framing) return DataStatus.Continue;
    if (!endStream) return DataStatus.StopIterationAndBuffer;
    const held = this.#callbacks.decodingBuffer;
    if (held !== undefined && held !== data) {
      held.moveFrom(data);
      data.append(grpcFrame(held.take()));
    } else data.replace(grpcFrame(data.take()));
    return DataStatus.Continue;
  }

  encodeHeaders(headers: Headers, endStream: boolean): HeadersResult {
    if (!this.#bridging || endStream) return HeadersStatus.Continue;
    this.#response = headers;
    return HeadersStatus.StopIteration;
  }

  encodeData(data: BodyBuffer, endStream: boolean): DataResult {
    if (!this.#bridging || endStream) return DataStatus.Continue;
    if (this.#framing) {
      data.drain(FRAME_HEADER);
      this.#framing = false;
    }
    return DataStatus.StopIterationAndBuffer;
  }

  encodeTrailers(trailers: Headers): TrailersResult {
    if (this.#bridging && this.#response !== undefined) this.#adopt(this.#response, trailers);
    return TrailersStatus.Continue;
  }

  /** Status, message and length go to the headers. */
  #adopt(headers: Headers, map: Headers): void {
    const status = map.get('grpc-status');
    if (status !== undefined) {
      if (!/^0+$/.test(status)) headers.set(':status', '503');
      headers.set('grpc-status', status);
    }
    const message = map.get('grpc-message');
    if (message !== undefined) headers.set('grpc-message', message);
    headers.set('content-length', String(this.#callbacks.encodingBuffer?.length ?? 0));
  }
}
