import { ConfigError } from '../config-error.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { ActiveFilter } from '../http/active-filter.ts';
import { BodyBuffer } from '../http/body-buffer.ts';
import type {
  DataStatus as DataResult,
  HeadersStatus as HeadersResult,
  HttpFilter,
  TrailersStatus as TrailersResult,
} from '../http/filter.ts';
import { DataStatus, HeadersStatus, TrailersStatus } from '../http/filter.ts';
import type { Headers } from '../http/headers.ts';
import { lowerName } from '../http/headers.ts';
import { grpcStatusOf, isGrpcRequest } from '../http/local-reply.ts';
import { routeOptions } from './filter-type.ts';
import type { HttpFilterType } from './filter-type.ts';

interface ReverseOptions {
  readonly contentType: string;
  readonly withholdFrames: boolean;
  readonly sizeHeader: string | undefined;
}

const FRAME_HEADER = 5;

/** envoy.filters.http.grpc_http1_reverse_bridge (envoy `source/extensions/filters/http/grpc_http1_reverse_bridge`): gRPC to servers that speak plain HTTP. */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const options = readOptions(config);
    const isOff = routeOptions(context, (route) => route.bool('disabled'));
    return { create: (callbacks) => new ReverseBridgeFilter(callbacks, options, () => isOff(callbacks) === true) };
  },
};

function readOptions(config: ConfigReader): ReverseOptions {
  const contentType = config.string('content_type');
  if (contentType === '') throw new ConfigError('FilterConfigValidationError.ContentType: value length must be at least 1 characters');
  const sizeHeader = config.string('response_size_header');
  return {
    contentType,
    withholdFrames: config.bool('withhold_grpc_frames'),
    sizeHeader: sizeHeader === '' ? undefined : lowerName(sizeHeader),
  };
}

class ReverseBridgeFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #options: ReverseOptions;
  readonly #isOff: () => boolean;
  readonly #held = new BodyBuffer();
  #enabled = false;
  #contentType = '';
  #stripped = false;
  #framed = false;
  #status = 0;
  #announced = 0;
  #received = 0;

  constructor(callbacks: ActiveFilter, options: ReverseOptions, isOff: () => boolean) {
    this.#callbacks = callbacks;
    this.#options = options;
    this.#isOff = isOff;
  }

  decodeHeaders(headers: Headers, endStream: boolean): HeadersResult {
    if (endStream || !isGrpcRequest(headers) || this.#isOff()) return HeadersStatus.Continue;
    const { contentType, withholdFrames } = this.#options;
    this.#enabled = true;
    this.#contentType = headers.get('content-type') ?? '';
    headers.set('content-type', contentType);
    headers.set('accept', contentType);
    if (withholdFrames) adjustLength(headers, -FRAME_HEADER);
    this.#callbacks.stream.routes.clear();
    this.#callbacks.stream.observer?.note('grpc-bridge', `The gRPC request goes on as ${contentType}`);
    return HeadersStatus.Continue;
  }

  decodeData(data: BodyBuffer): DataResult {
    if (!this.#enabled || !this.#options.withholdFrames || this.#stripped) return DataStatus.Continue;
    if (data.length < FRAME_HEADER) {
      this.#refuse('invalid request body', 2, 'grpc_bridge_data_too_small');
      return DataStatus.StopIterationNoBuffer;
    }
    data.drain(FRAME_HEADER);
    this.#stripped = true;
    return DataStatus.Continue;
  }

  encodeHeaders(headers: Headers, endStream: boolean): HeadersResult {
    if (!this.#enabled) return HeadersStatus.Continue;
    const { contentType, withholdFrames, sizeHeader } = this.#options;
    const given = headers.get('content-type');
    if (given !== contentType) {
      const what = given === undefined ? 'no content-type header' : `unsupported content-type ${given}`;
      const text = `envoy reverse bridge: upstream responded with ${what}, status code ${headers.get(':status') ?? ''}`;
      this.#refuse(text, 2, 'grpc_bridge_content_type_wrong');
      return HeadersStatus.StopIteration;
    }
    headers.set('content-type', this.#contentType);
    if (withholdFrames && sizeHeader !== undefined) {
      const size = headers.get(sizeHeader)?.split(',', 1)[0] ?? '';
      if (!/^\d+$/.test(size)) {
        this.#refuse('envoy reverse bridge: upstream did not set content length', 13, 'grpc_bridge_content_length_missing');
        return HeadersStatus.StopIteration;
      }
      this.#announced = Number(size);
      headers.set('content-length', String(this.#announced + FRAME_HEADER));
    } else if (withholdFrames) adjustLength(headers, FRAME_HEADER);
    const status = Number(headers.get(':status'));
    this.#status = status === 200 ? 0 : grpcStatusOf(status);
    headers.set(':status', '200');
    if (endStream && withholdFrames) {
      this.#callbacks.addEncodedData(new BodyBuffer(frameHeader(0)), false);
      headers.set('content-length', String(FRAME_HEADER));
      this.#callbacks.addEncodedTrailers().set('grpc-status', String(this.#status));
    }
    return HeadersStatus.Continue;
  }

  encodeData(data: BodyBuffer, endStream: boolean): DataResult {
    this.#received += data.length;
    if (!this.#enabled) return DataStatus.Continue;
    const { withholdFrames, sizeHeader } = this.#options;
    if (withholdFrames && sizeHeader !== undefined && !this.#framed) {
      data.prepend(frameHeader(this.#announced));
      this.#framed = true;
    }
    if (!endStream) {
      if (!withholdFrames || sizeHeader !== undefined) return DataStatus.Continue;
      this.#held.moveFrom(data);
      return DataStatus.StopIterationAndBuffer;
    }
    this.#callbacks.addEncodedTrailers().set('grpc-status', String(this.#status));
    if (withholdFrames && sizeHeader !== undefined) {
      if (this.#received === this.#announced) return DataStatus.Continue;
      this.#refuse('envoy reverse bridge: upstream set incorrect content length', 13, 'grpc_bridge_content_length_wrong');
      return DataStatus.StopIterationNoBuffer;
    }
    if (withholdFrames) {
      data.prepend(this.#held.take());
      data.prepend(frameHeader(data.length));
    }
    return DataStatus.Continue;
  }

  encodeTrailers(trailers: Headers): TrailersResult {
    if (!this.#enabled) return TrailersStatus.Continue;
    trailers.set('grpc-status', String(this.#status));
    if (this.#options.withholdFrames && this.#options.sizeHeader === undefined) {
      this.#held.prepend(frameHeader(this.#held.length));
      this.#callbacks.addEncodedData(new BodyBuffer(this.#held.take()), false);
    }
    return TrailersStatus.Continue;
  }

  #refuse(body: string, grpcStatus: number, details: string): void {
    this.#callbacks.sendLocalReply({ code: 200, body, grpcStatus, details });
  }
}

function frameHeader(length: number): Uint8Array {
  const out = new Uint8Array(FRAME_HEADER);
  new DataView(out.buffer).setUint32(1, length);
  return out;
}

function adjustLength(headers: Headers, by: number): void {
  const length = headers.get('content-length');
  if (length === undefined || !/^\d+$/.test(length) || Number(length) === 0) return;
  headers.set('content-length', String(Number(length) + by));
}
