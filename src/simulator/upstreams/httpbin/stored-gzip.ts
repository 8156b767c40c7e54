import { concatBytes } from '#base/bytes.ts';

/** A gzip file of stored (not compressed) blocks: valid for every reader, and made without waiting for a platform API. */
export function storedGzip(data: Uint8Array): Uint8Array {
  const tail = new Uint8Array(8);
  const view = new DataView(tail.buffer);
  view.setUint32(0, crc32(data), true);
  view.setUint32(4, data.length, true);
  return concatBytes([new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]), storedDeflate(data), tail]);
}

/** The same as a zlib stream (`content-encoding: deflate`). */
export function storedZlib(data: Uint8Array): Uint8Array {
  let a = 1;
  let b = 0;
  for (const byte of data) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return concatBytes([new Uint8Array([0x78, 0x01]), storedDeflate(data), new Uint8Array([b >> 8, b & 255, a >> 8, a & 255])]);
}

function storedDeflate(data: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < data.length; at += 65535) {
    const block = data.subarray(at, at + 65535);
    const { length } = block;
    const last = at + 65535 >= data.length ? 1 : 0;
    parts.push(new Uint8Array([last, length & 255, length >> 8, ~length & 255, (~length >> 8) & 255]), block);
  }
  return concatBytes(parts);
}

export function crc32(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
