import { fromBinary } from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  type EnumDescriptorProto,
  EnumDescriptorProtoSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** Where a message or enum is described in the bytes of a `FileDescriptorSet`. */
interface Place {
  readonly kind: 'message' | 'map-entry' | 'enum';
  readonly file: FilePlace;
  readonly start: number;
  readonly end: number;
}

interface FilePlace {
  name: string;
  package: string;
  /** proto2 tracks presence of every scalar, proto3 only of those marked so. */
  proto3: boolean;
  readonly start: number;
  readonly end: number;
}

/**
 * Finds descriptors in a serialised `FileDescriptorSet` without decoding it: one pass over the lengths (some milliseconds for
 * all of Envoy), then each message is decoded when it is first asked for.
 */
export class DescriptorIndex {
  readonly #bytes: Uint8Array;
  readonly #places = new Map<string, Place>();
  readonly #files: FilePlace[] = [];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    eachField(bytes, 0, bytes.length, (number, start, end) => {
      if (number === 1) this.#scanFile(start, end);
    });
  }

  has(name: string): boolean {
    return this.#places.get(name)?.kind === 'message';
  }

  /** All messages, without the entries of maps. */
  messageNames(): readonly string[] {
    return [...this.#places].filter(([, place]) => place.kind === 'message').map(([name]) => name);
  }

  message(name: string): { readonly proto: DescriptorProto; readonly proto3: boolean } | undefined {
    const place = this.#places.get(name);
    if (place === undefined || place.kind === 'enum') return undefined;
    return { proto: fromBinary(DescriptorProtoSchema, this.#slice(place)), proto3: place.file.proto3 };
  }

  enum(name: string): EnumDescriptorProto | undefined {
    const place = this.#places.get(name);
    return place?.kind === 'enum' ? fromBinary(EnumDescriptorProtoSchema, this.#slice(place)) : undefined;
  }

  /** The proto package of a message or enum. */
  packageOf(name: string): string | undefined {
    return this.#places.get(name)?.file.package;
  }

  file(name: string): FileDescriptorProto | undefined {
    const place = this.#files.find((file) => file.name === name);
    return place === undefined ? undefined : fromBinary(FileDescriptorProtoSchema, this.#slice(place));
  }

  /** The messages of every file whose description contains `text`: a cheap way to find who mentions a name. */
  messagesMentioning(text: string): readonly string[] {
    const needle = new TextEncoder().encode(text);
    return [...this.#places]
      .filter(([, place]) => place.kind === 'message' && contains(this.#bytes, needle, place.start, place.end))
      .map(([name]) => name);
  }

  #slice(place: { readonly start: number; readonly end: number }): Uint8Array {
    return this.#bytes.subarray(place.start, place.end);
  }

  #text(start: number, end: number): string {
    return new TextDecoder().decode(this.#bytes.subarray(start, end));
  }

  // Field numbers of google/protobuf/descriptor.proto.
  #scanFile(start: number, end: number): void {
    const file: FilePlace = { name: '', package: '', proto3: false, start, end };
    this.#files.push(file);
    const types: [kind: 'message' | 'enum', start: number, end: number][] = [];
    eachField(this.#bytes, start, end, (number, from, to) => {
      if (number === 1) file.name = this.#text(from, to);
      else if (number === 2) file.package = this.#text(from, to);
      else if (number === 12) file.proto3 = this.#text(from, to) === 'proto3';
      else if (number === 4 || number === 5) types.push([number === 4 ? 'message' : 'enum', from, to]);
    });
    const scope = file.package === '' ? '' : `${file.package}.`;
    for (const [kind, from, to] of types) this.#scanType(kind, file, scope, from, to);
  }

  #scanType(kind: 'message' | 'enum', file: FilePlace, scope: string, start: number, end: number): void {
    let name = scope;
    let mapEntry = false;
    const nested: [kind: 'message' | 'enum', start: number, end: number][] = [];
    eachField(this.#bytes, start, end, (number, from, to) => {
      if (number === 1) name = scope + this.#text(from, to);
      else if (kind === 'enum') return;
      else if (number === 3 || number === 4) nested.push([number === 3 ? 'message' : 'enum', from, to]);
      else if (number === 7) mapEntry = to - from === 2 && this.#bytes[from] === 0x38; // MessageOptions.map_entry
    });
    this.#places.set(name, { kind: mapEntry ? 'map-entry' : kind, file, start, end });
    for (const [inner, from, to] of nested) this.#scanType(inner, file, `${name}.`, from, to);
  }
}

/** Calls `visit` with every length-delimited field of a message. */
function eachField(bytes: Uint8Array, start: number, end: number, visit: (number: number, start: number, end: number) => void): void {
  const reader = new BinaryReader(bytes);
  reader.pos = start;
  while (reader.pos < end) {
    const [number, wireType] = reader.tag();
    if (wireType !== WireType.LengthDelimited) {
      reader.skip(wireType, number);
      continue;
    }
    const length = reader.uint32();
    visit(number, reader.pos, reader.pos + length);
    reader.pos += length;
  }
}

function contains(bytes: Uint8Array, needle: Uint8Array, start: number, end: number): boolean {
  const first = needle[0] ?? 0;
  for (let at = bytes.indexOf(first, start); at !== -1 && at + needle.length <= end; at = bytes.indexOf(first, at + 1)) {
    let i = 1;
    while (i < needle.length && bytes[at + i] === needle[i]) i++;
    if (i === needle.length) return true;
  }
  return false;
}
