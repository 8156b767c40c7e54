import { adler32, crc32 } from './checksum.ts';
import type { DeflateOptions } from './deflate.ts';
import { Deflater } from './deflate.ts';

/** A zlib stream (RFC 1950). */
export function deflateZlib(bytes: Uint8Array, options: DeflateOptions = {}): Uint8Array<ArrayBuffer> {
  const windowBits = options.windowBits ?? 15;
  const head = (((windowBits - 8) << 4) | 8) * 256 + 0x80;
  const body = deflateRaw(bytes, options);
  const out = new Uint8Array(body.length + 6);
  const view = new DataView(out.buffer);
  view.setUint16(0, head + 31 - (head % 31));
  out.set(body, 2);
  view.setUint32(2 + body.length, adler32(bytes));
  return out;
}

/** A gzip file (RFC 1952) without name and time. */
export function deflateGzip(bytes: Uint8Array, options: DeflateOptions = {}): Uint8Array<ArrayBuffer> {
  const body = deflateRaw(bytes, options);
  const out = new Uint8Array(body.length + 18);
  out.set([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
  out.set(body, 10);
  const view = new DataView(out.buffer);
  view.setUint32(10 + body.length, crc32(bytes), true);
  view.setUint32(14 + body.length, bytes.length, true);
  return out;
}

/** A whole deflate stream (RFC 1951). */
export function deflateRaw(bytes: Uint8Array, options: DeflateOptions = {}): Uint8Array<ArrayBuffer> {
  return new Deflater(options).write(bytes, 'finish');
}
