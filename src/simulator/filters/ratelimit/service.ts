import type { ByteString } from '#base/bytes.ts';
import type { JsonObject } from '#base/json.ts';
import type { HeaderPair } from '#proxywasm/host.ts';
import { lowerName } from '../../http/headers.ts';
import type { HttpStream } from '../../http/stream.ts';
import type { Descriptor } from '../../rate-limit/descriptor.ts';
import { callUnary } from '../../upstreams/grpc-client.ts';
import { ProtoMessage } from '../../wasm/proto-message.ts';
import { ProtoWriter } from '../../wasm/proto-writer.ts';
import { decodeStruct } from '../../wasm/protobuf-struct.ts';
import type { RateLimitConfig } from './config.ts';

/** The state of one descriptor (`RateLimitResponse.DescriptorStatus`). */
export interface DescriptorStatus {
  readonly isOver: boolean;
  readonly limit: { readonly requests: number; readonly unit: number; readonly name: ByteString; readonly multiplier: number } | undefined;
  readonly remaining: number;
  readonly resetSeconds: number;
}

export interface RateLimitAnswer {
  readonly status: 'ok' | 'over-limit' | 'error';
  readonly statuses: readonly DescriptorStatus[];
  readonly responseHeaders: readonly HeaderPair[];
  readonly requestHeaders: readonly HeaderPair[];
  readonly body: ByteString;
  readonly metadata: JsonObject;
}

const failed: RateLimitAnswer = { status: 'error', statuses: [], responseHeaders: [], requestHeaders: [], body: '', metadata: {} };
const OVER_LIMIT = 2;

/** Asks the service (envoy `source/extensions/filters/common/ratelimit/ratelimit_impl.cc`); `done` is called once, unless it is cancelled. */
export function askService(
  stream: HttpStream,
  config: RateLimitConfig,
  domain: string,
  descriptors: readonly Descriptor[],
  hits: number,
  done: (answer: RateLimitAnswer) => void,
): { cancel(): void } {
  const { proxy } = stream.manager;
  const request = config.target.request(
    proxy,
    'envoy.service.ratelimit.v3.RateLimitService',
    'ShouldRateLimit',
    stream.manager.formatContext(stream),
  );
  const message = encodeRequest(domain, descriptors, hits);
  return callUnary(proxy, { ...request, timeoutMs: config.timeoutMs }, message, (answer) => {
    const response = 'message' in answer ? ProtoMessage.read(answer.message) : undefined;
    done(response === undefined ? failed : answerOf(response));
  });
}

function encodeRequest(domain: string, descriptors: readonly Descriptor[], hits: number): Uint8Array {
  const out = new ProtoWriter();
  if (domain !== '') out.string(1, domain);
  for (const descriptor of descriptors) out.message(2, encodeDescriptor(descriptor));
  if (hits !== 0) out.varint(3, BigInt(hits));
  return out.finish();
}

function encodeDescriptor({ entries, limit, hitsAddend, isNegativeHits }: Descriptor): ProtoWriter {
  const out = new ProtoWriter();
  for (const [key, value] of entries) {
    const entry = new ProtoWriter().byteString(1, key);
    out.message(1, value === '' ? entry : entry.byteString(2, value));
  }
  if (limit !== undefined) {
    const message = new ProtoWriter();
    if (limit.requestsPerUnit !== 0) message.varint(1, BigInt(limit.requestsPerUnit));
    if (limit.unit !== 0) message.varint(2, BigInt(limit.unit));
    out.message(2, message);
  }
  if (hitsAddend !== undefined) {
    out.message(3, hitsAddend === 0n ? new ProtoWriter() : new ProtoWriter().varint(1, hitsAddend));
    if (isNegativeHits) out.varint(4, 1n);
  }
  return out;
}

function answerOf(response: ProtoMessage): RateLimitAnswer {
  return {
    status: response.number(1) === OVER_LIMIT ? 'over-limit' : 'ok',
    statuses: response.messages(2).map(statusOf),
    responseHeaders: response.messages(3).map(headerOf),
    requestHeaders: response.messages(4).map(headerOf),
    body: response.text(5),
    metadata: decodeStruct(response.bytes(6)),
  };
}

function statusOf(message: ProtoMessage): DescriptorStatus {
  const limit = message.message(2);
  return {
    isOver: message.number(1) === OVER_LIMIT,
    limit: message.has(2)
      ? {
          requests: limit.number(1),
          unit: limit.number(2),
          name: limit.text(3),
          multiplier: limit.has(4) ? limit.message(4).number(1) : 1,
        }
      : undefined,
    remaining: message.number(3),
    resetSeconds: message.message(4).number(1),
  };
}

function headerOf(message: ProtoMessage): HeaderPair {
  return [lowerName(message.text(1)), message.text(message.has(3) && message.text(2) === '' ? 3 : 2)];
}
