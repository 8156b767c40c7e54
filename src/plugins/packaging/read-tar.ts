import { bytesToByteString, bytesToUtf8 } from '#base/bytes.ts';
import type { Failure, Result } from '#base/result.ts';
import { fail, ok } from '#base/result.ts';
import type { TarEntry } from './tar-entry.ts';
import { blockSize, fields, headerChecksum } from './tar-entry.ts';

/** Whether the bytes begin with a tar header: its checksum is right. */
export function isTar(bytes: Uint8Array): boolean {
  const sum = numberAt(bytes, fields.checksum);
  return bytes.length >= blockSize && sum !== undefined && sum > 0 && sum === headerChecksum(bytes);
}

/**
 * Files and folders of a tar archive; links and devices are left out. Reads ustar, pax and GNU's long names and large sizes.
 * Contents are views of `bytes`, not copies. Fails for what is no tar, or ends early.
 */
export function readTar(bytes: Uint8Array): Result<readonly TarEntry[], Failure> {
  if (!isTar(bytes)) return fail('plugins/not-tar', 'This is not a tar archive.');
  const entries: TarEntry[] = [];
  let next: Overrides = {};
  for (let at = 0; at + blockSize <= bytes.length;) {
    const block = bytes.subarray(at, at + blockSize);
    if (block.every((byte) => byte === 0)) break;
    if (!isTar(block)) return fail('plugins/broken-tar', `The tar archive is damaged at byte ${at}.`, 'Copy or download it again.');
    const size = next.size ?? numberAt(block, fields.size) ?? 0;
    const body = bytes.subarray(at + blockSize, at + blockSize + size);
    if (body.length < size)
      return fail('plugins/broken-tar', 'The tar archive ends in the middle of a file.', 'Copy or download it again.');
    at += blockSize + Math.ceil(size / blockSize) * blockSize;
    const type = textAt(block, fields.type);
    if (type === 'x') readPax(body, next);
    else if (type === 'L') next.path = bytesToUtf8(body).replace(/\0.*$/s, '');
    else if (type !== 'g' && type !== 'K') {
      if (type === '0' || type === '' || type === '5' || type === '7')
        entries.push({ path: next.path ?? pathOf(block), bytes: body, mode: numberAt(block, fields.mode) });
      next = {};
    }
  }
  return ok(entries);
}

/** What an extra entry says about the next one. */
interface Overrides {
  path?: string;
  size?: number;
}

function readPax(body: Uint8Array, into: Overrides): void {
  for (let at = 0; at < body.length;) {
    const blank = body.indexOf(32, at);
    const length = blank < 0 ? Number.NaN : Number(bytesToByteString(body.subarray(at, blank)));
    if (!Number.isInteger(length) || length <= blank - at) break;
    const [, key, value] = /^([^=]*)=(.*)\n$/s.exec(bytesToUtf8(body.subarray(blank + 1, at + length))) ?? [];
    if (key === 'path' && value !== undefined) into.path = value;
    if (key === 'size' && Number.isSafeInteger(Number(value))) into.size = Number(value);
    at += length;
  }
}

function pathOf(block: Uint8Array): string {
  const name = textAt(block, fields.name);
  const isUstar = textAt(block, fields.magic).startsWith('ustar');
  const prefix = isUstar ? textAt(block, fields.prefix) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

function textAt(block: Uint8Array, [start, length]: readonly [number, number]): string {
  return bytesToUtf8(block.subarray(start, start + length)).replace(/\0.*$/s, '');
}

/** Octal digits, or GNU's binary form: the highest bit set, then the number. */
function numberAt(block: Uint8Array, [start, length]: readonly [number, number]): number | undefined {
  const raw = block.subarray(start, start + length);
  if (((raw[0] ?? 0) & 0x80) !== 0) return raw.subarray(1).reduce((value, byte) => value * 256 + byte, 0);
  const text = bytesToByteString(raw)
    .replaceAll(/[\0 ]+/g, ' ')
    .trim();
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : undefined;
}
