/** One field of a protobuf message: its number, and a number or bytes. */
export interface ProtoField {
  readonly field: number;
  readonly varint?: bigint;
  readonly bytes?: Uint8Array;
}

/** The fields of a message in the order of the wire; undefined when the bytes are none. */
export function readFields(message: Uint8Array): readonly ProtoField[] | undefined {
  const out: ProtoField[] = [];
  let at = 0;
  const varint = (): bigint | undefined => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[at++];
      if (byte === undefined) return undefined;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asUintN(64, value);
    }
    return undefined;
  };
  while (at < message.length) {
    const tag = varint();
    if (tag === undefined) return undefined;
    const field = Number(tag >> 3n);
    const wire = Number(tag & 7n);
    if (field === 0) return undefined;
    if (wire === 0) {
      const value = varint();
      if (value === undefined) return undefined;
      out.push({ field, varint: value });
      continue;
    }
    const size = wire === 1 ? 8n : wire === 5 ? 4n : wire === 2 ? varint() : undefined;
    if (size === undefined || BigInt(at) + size > BigInt(message.length)) return undefined;
    out.push({ field, bytes: message.subarray(at, at + Number(size)) });
    at += Number(size);
  }
  return out;
}
