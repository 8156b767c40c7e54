import { bytesToByteString } from '#base/bytes.ts';
import type { ByteString } from '#base/bytes.ts';
import type { ProtoField } from './proto-reader.ts';
import { readFields } from './proto-reader.ts';

const EMPTY = new Uint8Array(0);

/** The fields of one kind of message by their number; what is absent has its default. */
export class ProtoMessage {
  readonly fields: readonly ProtoField[];

  constructor(fields: readonly ProtoField[]) {
    this.fields = fields;
  }

  /** Undefined when the bytes are no message. */
  static read(bytes: Uint8Array): ProtoMessage | undefined {
    const fields = readFields(bytes);
    return fields === undefined ? undefined : new ProtoMessage(fields);
  }

  has(field: number): boolean {
    return this.fields.some((item) => item.field === field);
  }

  all(field: number): readonly Uint8Array[] {
    return this.fields.flatMap((item) => (item.field === field && item.bytes !== undefined ? [item.bytes] : []));
  }

  bytes(field: number): Uint8Array {
    return this.all(field).at(-1) ?? EMPTY;
  }

  text(field: number): ByteString {
    return bytesToByteString(this.bytes(field));
  }

  texts(field: number): readonly ByteString[] {
    return this.all(field).map(bytesToByteString);
  }

  number(field: number): number {
    return Number(this.fields.findLast((item) => item.field === field)?.varint ?? 0n);
  }

  message(field: number): ProtoMessage {
    return new ProtoMessage(readFields(this.bytes(field)) ?? []);
  }

  messages(field: number): readonly ProtoMessage[] {
    return this.all(field).map((bytes) => new ProtoMessage(readFields(bytes) ?? []));
  }
}
