import type { ByteString } from '#base/bytes.ts';
import { bytesToByteString, concatBytes } from '#base/bytes.ts';
import type { FieldPlan } from '#envoy/schema/plan.ts';
import { ProtoMessage } from '../../wasm/proto-message.ts';
import { ProtoWriter } from '../../wasm/proto-writer.ts';

/** A request message whose body field is an `HttpBody`: `bound` are the other fields (envoy `http_body_utils.cc`). */
export function wrapHttpBody(bound: Uint8Array, path: readonly FieldPlan[], contentType: ByteString, body: Uint8Array): Uint8Array {
  const own = new ProtoWriter();
  if (contentType !== '') own.byteString(1, contentType);
  own.bytes(2, body);
  const wrapped = path.toReversed().reduce((inner, field) => new ProtoWriter().bytes(field.proto.number, inner).finish(), own.finish());
  return concatBytes([bound, wrapped]);
}

/** Content type and bytes of the `HttpBody` in a message; undefined when there is none. */
export function unwrapHttpBody(
  message: Uint8Array,
  path: readonly FieldPlan[],
): { readonly contentType: ByteString; readonly data: Uint8Array } | undefined {
  let inner: Uint8Array | undefined = message;
  for (const field of path) inner = inner === undefined ? undefined : ProtoMessage.read(inner)?.bytes(field.proto.number);
  const body = inner === undefined ? undefined : ProtoMessage.read(inner);
  return body === undefined ? undefined : { contentType: bytesToByteString(body.bytes(1)), data: body.bytes(2) };
}
