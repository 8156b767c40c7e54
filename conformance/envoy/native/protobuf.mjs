/** Writes protobuf and gRPC by hand: `message([[1, 'text'], [2, 5n], [3, message(…)]])`. */
export function message(fields) {
  return Buffer.concat(
    fields.flatMap(([field, value]) => {
      if (typeof value === 'bigint' || typeof value === 'boolean') return [varint(BigInt(field) * 8n), varint(BigInt(value))];
      if (typeof value === 'number') {
        const bytes = Buffer.alloc(8);
        bytes.writeDoubleLE(value);
        return [varint(BigInt(field) * 8n + 1n), bytes];
      }
      const bytes = Buffer.from(value);
      return [varint(BigInt(field) * 8n + 2n), varint(BigInt(bytes.length)), bytes];
    }),
  );
}

function varint(value) {
  const out = [];
  let rest = BigInt.asUintN(64, value);
  while (rest > 127n) {
    out.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return Buffer.from([...out, Number(rest)]);
}

/** A `google.protobuf.Struct`. */
export function struct(value) {
  return message(
    Object.entries(value).map(([key, item]) => [
      1,
      message([
        [1, key],
        [2, protoValue(item)],
      ]),
    ]),
  );
}

function protoValue(value) {
  if (value === null) return message([[1, 0n]]);
  if (typeof value === 'number') return message([[2, value]]);
  if (typeof value === 'string') return message([[3, value]]);
  if (typeof value === 'boolean') return message([[4, value]]);
  if (Array.isArray(value)) return message([[6, message(value.map((item) => [1, protoValue(item)]))]]);
  return message([[5, struct(value)]]);
}

/** A frame of gRPC. */
export function frame(bytes) {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** A responder that answers one gRPC message. */
export function grpcAnswer(bytes, more = {}) {
  return {
    status: 200,
    headers: [['content-type', 'application/grpc']],
    body: { base64: frame(bytes).toString('base64') },
    trailers: [['grpc-status', '0']],
    ...more,
  };
}
