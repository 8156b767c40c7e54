import { concatBytes, utf8Bytes } from '#base/bytes.ts';
import type { TarEntry } from './tar-entry.ts';
import { blockSize, fields, headerChecksum } from './tar-entry.ts';

/**
 * A tar archive: ustar, with a pax header where a path is too long or not ASCII. Equal entries give equal bytes: all times are
 * 0 and everything belongs to root, so an image's digest depends on its contents alone.
 */
export function writeTar(entries: readonly TarEntry[]): Uint8Array<ArrayBuffer> {
  const parts = entries.flatMap((entry) => {
    const short = splitPath(entry.path);
    const file = [header(short ?? ['pax', ''], entry), padded(entry.bytes)];
    return short === undefined ? [...paxHeader(entry.path), ...file] : file;
  });
  return concatBytes([...parts, new Uint8Array(2 * blockSize)]);
}

/** Name and prefix of a path that fits the ustar fields: 100 bytes, or a prefix of 155 cut off at a slash. */
function splitPath(path: string): readonly [name: string, prefix: string] | undefined {
  // eslint-disable-next-line no-control-regex -- the test is exactly "is this ASCII"
  if (!/^[\x01-\x7f]+$/.test(path)) return undefined;
  if (path.length <= fields.name[1]) return [path, ''];
  for (let at = path.indexOf('/'); at >= 0 && at <= fields.prefix[1]; at = path.indexOf('/', at + 1)) {
    const name = path.slice(at + 1);
    if (at > 0 && name.length > 0 && name.length <= fields.name[1]) return [name, path.slice(0, at)];
  }
  return undefined;
}

/** An extra entry that gives the next one its path (POSIX pax, `path` record). */
function paxHeader(path: string): readonly Uint8Array[] {
  const bytes = paxRecord('path', path);
  return [header(['PaxHeaders/path', ''], { path: '', bytes }, 'x'), padded(bytes)];
}

/** `length key=value\n`, where the length counts its own digits. */
function paxRecord(key: string, value: string): Uint8Array<ArrayBuffer> {
  const rest = utf8Bytes(` ${key}=${value}\n`).length;
  let length = rest;
  while (length !== rest + String(length).length) length = rest + String(length).length;
  return utf8Bytes(`${length} ${key}=${value}\n`);
}

function header([name, prefix]: readonly [string, string], entry: TarEntry, type?: string): Uint8Array {
  const isFolder = entry.path.endsWith('/');
  const block = new Uint8Array(blockSize);
  const put = ([start]: readonly [number, number], text: string): void => block.set(utf8Bytes(text), start);
  const octal = (field: readonly [number, number], value: number): void => put(field, value.toString(8).padStart(field[1] - 1, '0'));
  put(fields.name, name);
  octal(fields.mode, entry.mode ?? (isFolder ? 0o755 : 0o644));
  octal(fields.uid, 0);
  octal(fields.gid, 0);
  octal(fields.size, entry.bytes.length);
  octal(fields.mtime, 0);
  put(fields.type, type ?? (isFolder ? '5' : '0'));
  put(fields.magic, 'ustar\0');
  put(fields.version, '00');
  put(fields.prefix, prefix);
  put(fields.checksum, `${headerChecksum(block).toString(8).padStart(6, '0')}\0 `);
  return block;
}

function padded(bytes: Uint8Array): Uint8Array {
  const rest = bytes.length % blockSize;
  return rest === 0 ? bytes : concatBytes([bytes, new Uint8Array(blockSize - rest)]);
}
