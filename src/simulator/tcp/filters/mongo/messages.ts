import type { BsonDocument } from './bson.ts';
import { BsonReader, MongoError } from './bson.ts';

/** A message as far as it is counted. */
export type MongoMessage =
  | {
      readonly kind: 'reply';
      readonly responseTo: number;
      readonly flags: number;
      readonly cursor: bigint;
      readonly documents: readonly BsonDocument[];
    }
  | { readonly kind: 'query'; readonly id: number; readonly flags: number; readonly collection: string; readonly query: BsonDocument }
  | { readonly kind: 'insert'; readonly collection: string }
  | { readonly kind: 'get_more' | 'kill_cursors' | 'command' | 'command_reply' };

const HEADER = 16;

/** Takes whole messages out of a buffer (envoy `source/extensions/filters/network/mongo_proxy/codec_impl.cc`). */
export class MongoBuffer {
  #bytes: Uint8Array = new Uint8Array(0);

  append(bytes: Uint8Array): void {
    const joined = new Uint8Array(this.#bytes.length + bytes.length);
    joined.set(this.#bytes);
    joined.set(bytes, this.#bytes.length);
    this.#bytes = joined;
  }

  clear(): void {
    this.#bytes = new Uint8Array(0);
  }

  /** The next message, undefined while it is not whole. Throws `MongoError`. */
  next(): MongoMessage | undefined {
    if (this.#bytes.length < 4) return undefined;
    const reader = new BsonReader(this.#bytes);
    const length = reader.int() >>> 0;
    if (this.#bytes.length < length) return undefined;
    const message = read(reader, length);
    // A message ends where its fields end, whatever length it has given.
    this.#bytes = this.#bytes.slice(reader.at);
    return message;
  }
}

function read(reader: BsonReader, length: number): MongoMessage {
  const id = reader.int();
  const responseTo = reader.int();
  const op = reader.int();
  const hasMore = (): boolean => reader.at !== length && length >= HEADER;
  switch (op) {
    case 1: {
      const flags = reader.int();
      const cursor = reader.long();
      reader.int();
      const documents = Array.from({ length: Math.max(0, reader.int()) }, () => reader.document());
      return { kind: 'reply', responseTo, flags, cursor, documents };
    }
    case 2002: {
      reader.int();
      const collection = reader.cstring();
      while (reader.at < length) reader.document();
      return { kind: 'insert', collection };
    }
    case 2004: {
      const flags = reader.int();
      const collection = reader.cstring();
      reader.skip(8);
      const query = reader.document();
      if (hasMore()) reader.document();
      return { kind: 'query', id, flags, collection, query };
    }
    case 2005:
      reader.int();
      reader.cstring();
      reader.skip(12);
      return { kind: 'get_more' };
    case 2007: {
      reader.int();
      const count = reader.int();
      for (let i = 0; i < count; i++) reader.long();
      return { kind: 'kill_cursors' };
    }
    case 2010:
      reader.cstring();
      reader.cstring();
      reader.document();
      reader.document();
      if (hasMore()) reader.document();
      return { kind: 'command' };
    case 2011:
      reader.document();
      reader.document();
      if (hasMore()) reader.document();
      return { kind: 'command_reply' };
    default:
      throw new MongoError();
  }
}
