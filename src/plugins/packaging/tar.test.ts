import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8Bytes } from '#base/bytes.ts';
import { isTar, readTar } from './read-tar.ts';
import type { TarEntry } from './tar-entry.ts';
import { fields, headerChecksum } from './tar-entry.ts';
import { writeTar } from './write-tar.ts';

const read = (bytes: Uint8Array): readonly TarEntry[] => {
  const result = readTar(bytes);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};
const file = (path: string, text = ''): TarEntry => ({ path, bytes: utf8Bytes(text) });

/** The first header with another text in a field, its checksum right again. */
function patched(archive: Uint8Array, changes: Partial<Record<keyof typeof fields, string | Uint8Array>>): Uint8Array {
  const out = archive.slice();
  for (const [name, value] of Object.entries(changes)) {
    const [start, length] = fields[name as keyof typeof fields];
    out.fill(0, start, start + length);
    out.set(typeof value === 'string' ? utf8Bytes(value) : value, start);
  }
  const sum = headerChecksum(out).toString(8).padStart(6, '0');
  out.set(utf8Bytes(`${sum}\0 `), fields.checksum[0]);
  return out;
}

describe('tar', () => {
  test('what is written is read again', () => {
    const part = fc.string({ unit: fc.constantFrom('a', 'b', '-', 'é', '🍌', ' '), minLength: 1, maxLength: 60 });
    const path = fc.array(part, { minLength: 1, maxLength: 8 }).map((parts) => parts.join('/'));
    const entry = fc.record({ path, bytes: fc.uint8Array({ maxLength: 1500 }), mode: fc.constantFrom(0o644, 0o755) });
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 4 }), (entries) => {
        const archive = writeTar(entries);
        expect(archive.length % 512).toBe(0);
        expect(read(archive)).toEqual(entries);
      }),
    );
  });

  test('long paths use the prefix field where they can, a pax header where they cannot', () => {
    const split = `${'d'.repeat(80)}/${'e'.repeat(60)}/f.wasm`;
    expect(writeTar([file(split)]).length).toBe(3 * 512);
    const long = `${'x'.repeat(120)}.wasm`;
    expect(writeTar([file(long)]).length).toBe(5 * 512);
    expect(read(writeTar([file(split), file(long), file('größe')])).map((entry) => entry.path)).toEqual([split, long, 'größe']);
  });

  test('equal contents, equal bytes; folders end with a slash', () => {
    const entries = [{ path: 'blobs/', bytes: new Uint8Array() }, file('blobs/a', 'A')];
    expect(writeTar(entries)).toEqual(writeTar(entries));
    expect(read(writeTar(entries)).map(({ path, mode }) => [path, mode])).toEqual([
      ['blobs/', 0o755],
      ['blobs/a', 0o644],
    ]);
  });

  test('GNU long names and binary sizes, links left out', () => {
    const name = `${'n'.repeat(150)}.wasm`;
    const longName = patched(writeTar([file('././@LongLink', `${name}\0`)]), { type: 'L', magic: 'ustar ', version: ' \0' }).subarray(
      0,
      1024,
    );
    const binarySize = Uint8Array.of(0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3);
    const body = patched(writeTar([file('short', 'abc')]), { size: binarySize }).subarray(0, 1024);
    const link = patched(writeTar([file('link')]), { type: '2' }).subarray(0, 512);
    const archive = new Uint8Array([...longName, ...body, ...link, ...new Uint8Array(1024)]);
    expect(read(archive).map(({ path, bytes }) => [path, bytes.length])).toEqual([[name, 3]]);
  });

  test('an archive of the old format has no prefix', () => {
    expect(read(patched(writeTar([file('old.wasm')]), { magic: '', version: '', prefix: 'junk' }))[0]?.path).toBe('old.wasm');
  });

  test('what is no archive, or half of one, is refused', () => {
    const archive = writeTar([file('a', 'x'.repeat(2000))]);
    const damaged = writeTar([file('a'), file('b')]);
    damaged[512] = 0xff;
    const codes = [new Uint8Array(), utf8Bytes('no tar'), new Uint8Array(1024), archive.subarray(0, 1024), damaged].map((bytes) => {
      const result = readTar(bytes);
      return result.ok ? 'ok' : result.error.code;
    });
    expect(codes).toEqual(['plugins/not-tar', 'plugins/not-tar', 'plugins/not-tar', 'plugins/broken-tar', 'plugins/broken-tar']);
    expect(isTar(archive)).toBe(true);
  });

  test('random bytes never make it throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.nat({ max: 1500 }), (noise, at) => {
        const archive = writeTar([file('a/b', 'x'.repeat(600)), file('é'.repeat(80), 'y')]);
        archive.set(noise.subarray(0, Math.max(0, archive.length - at)), at);
        readTar(archive);
      }),
    );
  });
});
