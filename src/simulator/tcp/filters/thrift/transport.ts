import { byteStringToBytes, bytesToByteString } from '#base/bytes.ts';
import type { HeaderPairs } from '#proxywasm/host.ts';
import { ByteReader, ByteWriter } from './byte-reader.ts';
import { binaryProtocol } from './binary-protocol.ts';
import { compactProtocol } from './compact-protocol.ts';
import type { ThriftMessage } from './message.ts';
import { ThriftError, Underflow } from './message.ts';
import type { Protocol } from './protocol.ts';

export type TransportName = 'framed' | 'unframed' | 'header';

/** What came in one frame, and how it was written. */
export interface Received {
  readonly message: ThriftMessage;
  readonly headers: HeaderPairs;
  readonly transport: TransportName;
  readonly protocol: Protocol;
  readonly size: number;
}

/** A frame that Envoy answers with an exception instead of passing it on. */
export class FrameRefused extends Error {
  readonly seq: number;
  readonly protocol: Protocol;

  constructor(text: string, seq: number, protocol: Protocol) {
    super(text);
    this.seq = seq;
    this.protocol = protocol;
  }
}

/** A message whose head can be read and whose body cannot. */
export class MessageBroken extends ThriftError {
  readonly protocol: Protocol;

  constructor(text: string, head: NonNullable<ThriftError['head']>, protocol: Protocol) {
    super(text);
    this.head = head;
    this.protocol = protocol;
  }
}

const MAGIC = 0x0fff;
const HEADER_START = 14;
const MAX_FRAME = 0xfa0000;

/** The transport that bytes look like (envoy `thrift_proxy/auto_transport_impl.cc`). */
export function detectTransport(bytes: Uint8Array): TransportName {
  const reader = new ByteReader(bytes);
  if (bytes.length < 8) throw new Underflow();
  const size = reader.i32();
  const proto = reader.i16() & 0xffff;
  if (size > 0 && size <= MAX_FRAME) {
    if (size >= HEADER_START && proto === MAGIC) return 'header';
    if (looksBinary(proto) || looksCompact(proto)) return 'framed';
  }
  const first = size >>> 16;
  if (looksBinary(first) || looksCompact(first)) return 'unframed';
  throw new ThriftError(`unknown thrift auto transport frame start`);
}

function looksBinary(start: number): boolean {
  return start === 0x8001;
}

function looksCompact(start: number): boolean {
  return (start & 0xff1f) === 0x8201;
}

const strictBinary = binaryProtocol(false);

function detectProtocol(reader: ByteReader): Protocol {
  const { at } = reader;
  const start = reader.i16() & 0xffff;
  reader.at = at;
  if (looksBinary(start)) return strictBinary;
  if (looksCompact(start)) return compactProtocol;
  throw new ThriftError('unknown thrift auto protocol message start');
}

/** Reads one message. The size of a frame is checked and then not looked at again: the message itself says where it ends (as in Envoy). Throws `Underflow` while it is not whole, `ThriftError`, or `FrameRefused`. */
export function readFrame(bytes: Uint8Array, transport: TransportName, configured: Protocol | undefined): Received {
  const reader = new ByteReader(bytes);
  let headers: HeaderPairs = [];
  let protocol = configured;
  if (transport !== 'unframed') {
    const size = reader.i32();
    if (size <= 0 || size > MAX_FRAME || (transport === 'header' && size < HEADER_START))
      throw new ThriftError(`invalid thrift ${transport} transport frame size ${size}`);
    if (transport === 'header') {
      const info = readHeaders(reader);
      headers = info.headers;
      if (configured !== undefined && configured !== info.protocol) throw new ThriftError('another protocol than the transport says');
      protocol = info.protocol;
    }
  }
  protocol ??= detectProtocol(reader);
  const message = readMessage(protocol, reader);
  return { message, headers, transport, protocol, size: reader.at };
}

function readMessage(protocol: Protocol, reader: ByteReader): ThriftMessage {
  try {
    return protocol.read(reader);
  } catch (error) {
    // The one who sent it is told in its own protocol.
    if (error instanceof ThriftError && error.head !== undefined) throw new MessageBroken(error.message, error.head, protocol);
    throw error;
  }
}

function readHeaders(reader: ByteReader): { readonly headers: HeaderPairs; readonly protocol: Protocol } {
  const magic = reader.i16() & 0xffff;
  if (magic !== MAGIC) throw new ThriftError(`invalid thrift header transport magic ${magic.toString(16)}`);
  reader.i16();
  const seq = reader.i32();
  const size = reader.i16() * 4;
  if (size <= 0) throw new ThriftError('no header data');
  const stop = reader.at + size;
  if (reader.left < size) throw new Underflow();
  const id = Number(reader.varint());
  const protocol = id === 0 ? strictBinary : id === 2 ? compactProtocol : undefined;
  if (protocol === undefined) throw new ThriftError(`Unknown protocol ${id}`);
  const transforms = Number(reader.varint());
  if (transforms > 0) {
    throw new FrameRefused(`Unknown transform ${reader.varint()}`, seq, protocol);
  }
  const headers: (readonly [string, string])[] = [];
  while (reader.at < stop && Number(reader.varint()) === 1) {
    const count = Number(reader.varint());
    for (let i = 0; i < count; i++) headers.push([readText(reader).toLowerCase(), readText(reader)]);
  }
  if (reader.at > stop) throw new ThriftError('header too small');
  reader.at = stop;
  return { headers, protocol };
}

function readText(reader: ByteReader): string {
  return bytesToByteString(reader.slice(Number(reader.varint())));
}

/** A message as bytes of this transport (envoy `framed_transport_impl.cc`, `header_transport_impl.cc`). */
export function writeFrame(message: ThriftMessage, headers: HeaderPairs, transport: TransportName, protocol: Protocol): Uint8Array {
  const body = protocol.write(message);
  if (transport === 'unframed') return body;
  const writer = new ByteWriter();
  if (transport === 'framed') {
    writer.i32(body.length);
    writer.raw(body);
    return writer.done();
  }
  const head = new ByteWriter();
  head.varint(protocol === compactProtocol ? 2n : 0n);
  head.varint(0n);
  if (headers.length > 0) {
    head.u8(1);
    head.varint(BigInt(headers.length));
    for (const pair of headers) {
      for (const text of pair) {
        head.varint(BigInt(text.length));
        head.raw(byteStringToBytes(text));
      }
    }
  }
  // At least one byte of padding, as the Apache implementation has it.
  const padding = 4 - (head.length % 4);
  for (let i = 0; i < padding; i++) head.u8(0);
  writer.i32(head.length + body.length + 10);
  writer.i16(MAGIC);
  writer.i16(0);
  writer.i32(message.seq);
  writer.i16(head.length / 4);
  writer.raw(head.done());
  writer.raw(body);
  return writer.done();
}
