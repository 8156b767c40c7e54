import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { UsageError } from './command.ts';
import { expand, readText } from './files.ts';
import { scratchFolder } from './testing.ts';

const folder = scratchFolder();

test('a folder stands for its files with the wanted endings, each path counts once', () => {
  const b = folder.write('b.yaml', '');
  const a = folder.write('a.yml', '');
  folder.write('c.txt', '');
  expect(expand([b, folder.path, b], ['.yaml', '.yml'])).toEqual([b, a]);
  const empty = join(folder.path, 'empty');
  mkdirSync(empty);
  expect(() => expand([empty], ['.yaml'])).toThrow(`${empty} holds no file that ends with .yaml.`);
});

test('text is UTF-8, or UTF-16 with the mark PowerShell writes', () => {
  expect(readText(folder.write('utf8', '\uFEFFgrün')).text).toBe('grün');
  expect(readText(folder.write('utf16', Buffer.from('\uFEFFgrün', 'utf16le'))).text).toBe('grün');
});

test.each([
  ['bytes that are no text', Uint8Array.of(0xc3, 0x28), 'is not text: it has bytes that are not UTF-8.'],
  ['NUL bytes', Uint8Array.of(0x61, 0), 'is not text: it has NUL bytes.'],
])('%s are refused', (_, bytes, message) => {
  expect(() => readText(folder.write('binary', bytes))).toThrow(message);
});

test('what cannot be read says why', () => {
  expect(() => readText(folder.path)).toThrow(`${folder.path} cannot be read: it is a folder.`);
  expect(() => readText(join(folder.path, 'none'))).toThrow(UsageError);
});
