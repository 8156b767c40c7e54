import type { ConfigReader } from '../config-reader.ts';
import type { ActiveFilter } from '../http/active-filter.ts';
import type { BodyBuffer } from '../http/body-buffer.ts';

/** How much of a body is kept to send it again; the older field has the smaller say. */
export function bodyBufferLimit(config: ConfigReader): number | undefined {
  return config.number('request_body_buffer_limit') ?? config.number('per_request_buffer_limit_bytes');
}

/** Whether `data` makes the kept body longer than the route or the stream allows (envoy `Filter::decodeData`). */
export function exceedsBuffer(callbacks: ActiveFilter, data: BodyBuffer, routeLimit: number | undefined): boolean {
  const held = callbacks.decodingBuffer?.length ?? 0;
  const own = callbacks.stream.request.bufferLimit;
  return held + data.length > Math.min(routeLimit ?? Infinity, own > 0 ? own : Infinity);
}
