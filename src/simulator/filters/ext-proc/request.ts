import type { ByteString } from '#base/bytes.ts';
import type { JsonObject } from '#base/json.ts';
import { asObject } from '#base/json.ts';
import type { HeaderPairs } from '#proxywasm/host.ts';
import { ProtoWriter } from '../../wasm/proto-writer.ts';
import { encodeStruct } from '../../wasm/protobuf-struct.ts';
import type { BodyMode } from './processing-mode.ts';
import { bodyModes } from './processing-mode.ts';

/** What one message shows a processor. */
export type ShownPart =
  | { readonly kind: 'headers'; readonly headers: HeaderPairs; readonly endStream: boolean }
  | { readonly kind: 'body'; readonly bytes: Uint8Array; readonly endStream: boolean }
  | { readonly kind: 'trailers'; readonly headers: HeaderPairs };

export interface ProcessorRequest {
  readonly part: ShownPart;
  readonly ofRequest: boolean;
  readonly metadata: JsonObject;
  readonly attributes: JsonObject | undefined;
  readonly observing: boolean;
  /** Told with the first message only. */
  readonly protocol: { readonly requestBody: BodyMode; readonly responseBody: BodyMode; readonly bodyAtOnce: boolean } | undefined;
}

const fieldOf = { headers: 2, body: 4, trailers: 6 };

/** `service.ext_proc.v3.ProcessingRequest` on the wire. */
export function encodeRequest(request: ProcessorRequest): Uint8Array {
  const { part, attributes, protocol } = request;
  const out = new ProtoWriter().message(fieldOf[part.kind] + (request.ofRequest ? 0 : 1), encodePart(part));
  const context = new ProtoWriter();
  for (const [key, value] of Object.entries(request.metadata)) {
    context.message(1, new ProtoWriter().string(1, key).bytes(2, encodeStruct(asObject(value))));
  }
  out.message(8, context);
  if (attributes !== undefined)
    out.message(9, new ProtoWriter().string(1, 'envoy.filters.http.ext_proc').bytes(2, encodeStruct(attributes)));
  if (request.observing) out.varint(10, 1n);
  if (protocol !== undefined) out.message(11, encodeProtocol(protocol));
  return out.finish();
}

function encodePart(part: ShownPart): ProtoWriter {
  const out = new ProtoWriter();
  if (part.kind === 'body') {
    if (part.bytes.length > 0) out.bytes(1, part.bytes);
    return part.endStream ? out.varint(2, 1n) : out;
  }
  const map = new ProtoWriter();
  for (const [name, value] of part.headers) map.message(1, encodeHeader(name, value));
  out.message(1, map);
  return part.kind === 'headers' && part.endStream ? out.varint(3, 1n) : out;
}

function encodeHeader(name: ByteString, value: ByteString): ProtoWriter {
  const header = new ProtoWriter().byteString(1, name);
  return value === '' ? header : header.byteString(3, value);
}

function encodeProtocol({ requestBody, responseBody, bodyAtOnce }: NonNullable<ProcessorRequest['protocol']>): ProtoWriter {
  const out = new ProtoWriter();
  const modes = [requestBody, responseBody].map((mode) => BigInt(bodyModes.indexOf(mode)));
  for (const [i, mode] of modes.entries()) if (mode > 0n) out.varint(i + 1, mode);
  return bodyAtOnce ? out.varint(3, 1n) : out;
}
