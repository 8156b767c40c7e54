import { base64ToBytes, bytesToBase64, bytesToByteString, byteStringToBytes, concatBytes } from '#base/bytes.ts';
import type { JsonObject } from '#base/json.ts';
import { asArray } from '#base/json.ts';
import { grpcFrame, GrpcFrameReader } from '../upstreams/grpc-frames.ts';
import type { ProtoField } from '../wasm/proto-reader.ts';
import { readFields } from '../wasm/proto-reader.ts';
import { ProtoWriter } from '../wasm/proto-writer.ts';

/** Which fields of a message are not compared, by their numbers: `1.4.1`. */
export interface GrpcRule {
  readonly strike: readonly string[];
  /** Repeated fields whose order says nothing: the entries of a map. */
  readonly sort: readonly string[];
}

/** `{ "strike": […], "sort": […] }` of a case. */
export function readGrpcRule(value: JsonObject): GrpcRule {
  const texts = (name: string): readonly string[] => asArray(value[name]).filter((item) => typeof item === 'string');
  return { strike: texts('strike'), sort: texts('sort') };
}

/** The gRPC frames of a body without what differs from run to run; a body that is none stays. Both bodies are base64. */
export function settleGrpc(body: string, rule: GrpcRule): string {
  const bytes = base64ToBytes(body);
  const frames = bytes === undefined ? undefined : new GrpcFrameReader().read(bytes);
  if (frames === undefined || frames.length === 0) return body;
  return bytesToBase64(concatBytes(frames.map((frame) => grpcFrame(settle(frame, '', rule)))));
}

function settle(message: Uint8Array, prefix: string, rule: GrpcRule): Uint8Array {
  const fields: { readonly path: string; whole: Uint8Array }[] = [];
  for (const field of readFields(message) ?? []) {
    const path = `${prefix}${field.field}`;
    if (!rule.strike.includes(path)) fields.push({ path, whole: write(field, path, rule) });
  }
  for (const path of rule.sort) {
    const sorted = fields
      .filter((field) => field.path === path)
      .map(({ whole }) => bytesToByteString(whole))
      .toSorted();
    for (const field of fields) if (field.path === path) field.whole = byteStringToBytes(sorted.shift() ?? '');
  }
  return concatBytes(fields.map((field) => field.whole));
}

function write({ field, varint, bytes }: ProtoField, path: string, rule: GrpcRule): Uint8Array {
  if (bytes === undefined) return new ProtoWriter().varint(field, varint ?? 0n).finish();
  const hasRules = [...rule.strike, ...rule.sort].some((item) => item.startsWith(`${path}.`));
  return new ProtoWriter().bytes(field, hasRules ? settle(bytes, `${path}.`, rule) : bytes).finish();
}
