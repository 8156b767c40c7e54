import type { ByteString } from '#base/bytes.ts';
import { bytesToByteString } from '#base/bytes.ts';

/** Bytes that are no message of MongoDB. */
export class MongoError extends Error {}

export const BsonType = { String: 2, Document: 3, Array: 4, Int32: 16, Int64: 18 } as const;

/** One field; Envoy asks for texts, numbers and documents only. */
export interface BsonField {
  readonly key: string;
  readonly type: number;
  readonly text?: ByteString;
  readonly number?: number;
  readonly document?: BsonDocument;
}

export interface BsonDocument {
  readonly fields: readonly BsonField[];
  /** Size of the encoded document. */
  readonly size: number;
}

export function findField(document: BsonDocument, key: string, type?: number): BsonField | undefined {
  return document.fields.find((field) => field.key === key && (type === undefined || field.type === type));
}

/** Takes little-endian values off the front (envoy `source/extensions/filters/network/mongo_proxy/bson_impl.cc`). */
export class BsonReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  get left(): number {
    return this.#bytes.length - this.at;
  }

  skip(size: number): number {
    if (size < 0 || size > this.left) throw new MongoError();
    this.at += size;
    return this.at - size;
  }

  byte(): number {
    return this.#view.getUint8(this.skip(1));
  }

  int(): number {
    return this.#view.getInt32(this.skip(4), true);
  }

  long(): bigint {
    return this.#view.getBigInt64(this.skip(8), true);
  }

  cstring(): ByteString {
    const end = this.#bytes.indexOf(0, this.at);
    if (end < 0) throw new MongoError();
    const text = bytesToByteString(this.#bytes.subarray(this.at, end));
    this.at = end + 1;
    return text;
  }

  string(): ByteString {
    const size = this.int() >>> 0;
    const at = this.skip(size);
    const text = bytesToByteString(this.#bytes.subarray(at, at + size));
    const end = text.indexOf('\0');
    return end < 0 ? text : text.slice(0, end);
  }

  document(): BsonDocument {
    const start = this.at;
    const size = this.int() >>> 0;
    if (size > this.#bytes.length - start) throw new MongoError();
    const fields: BsonField[] = [];
    for (;;) {
      if (start + size - this.at === 1) {
        if (this.byte() !== 0) throw new MongoError();
        return { fields, size };
      }
      const type = this.byte();
      fields.push(this.#field(type, this.cstring()));
    }
  }

  #field(type: number, key: string): BsonField {
    switch (type) {
      case BsonType.String:
      case 14: // symbol
        return { key, type, text: this.string() };
      case BsonType.Document:
      case BsonType.Array:
        return { key, type, document: this.document() };
      case 5: // binary
        this.skip(this.#binarySize());
        return { key, type };
      case 7: // object id
        this.skip(12);
        return { key, type };
      case 8: // boolean
        this.skip(1);
        return { key, type };
      case 10: // null
        return { key, type };
      case 11: // regular expression
        this.cstring();
        this.cstring();
        return { key, type };
      case BsonType.Int32:
        return { key, type, number: this.int() };
      case BsonType.Int64:
        return { key, type, number: Number(BigInt.asIntN(32, this.long())) };
      case 1: // double
      case 9: // date
      case 17: // timestamp
        this.skip(8);
        return { key, type };
      default:
        throw new MongoError();
    }
  }

  #binarySize(): number {
    const size = this.int() >>> 0;
    this.byte();
    return size;
  }
}
