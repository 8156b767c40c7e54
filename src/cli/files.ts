import { closeSync, mkdirSync, openSync, readdirSync, readSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SourceFile } from '#base/source-file.ts';
import { UsageError } from './command.ts';

/** More than any text or module there is; devices and pipes without an end stop here. */
const maxBytes = 256 << 20;

/** Reads a text file; `-` is standard input. Fails with a UsageError for what cannot be read or is not text. */
export function readText(path: string): SourceFile {
  return { name: path === '-' ? '<stdin>' : path, text: decode(readBytes(path), path) };
}

/** Reads a file; `-` is standard input. Fails with a UsageError for what cannot be read. */
export function readBytes(path: string): Uint8Array<ArrayBuffer> {
  try {
    return readAll(path);
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${reason(error)}.`, { cause: error });
  }
}

/** Writes a file. Fails with a UsageError where that is not possible. */
export function writeFile(path: string, content: string | Uint8Array): void {
  try {
    writeFileSync(path, content);
  } catch (error) {
    throw new UsageError(`${path} cannot be written: ${reason(error)}.`, { cause: error });
  }
}

/** Writes a file of a folder, with the folders on the way to it. Fails with a UsageError where that is not possible. */
export function writeBelow(folder: string, path: string, content: string | Uint8Array): void {
  const file = join(folder, path);
  try {
    mkdirSync(dirname(file), { recursive: true });
  } catch (error) {
    throw new UsageError(`${dirname(file)} cannot be made: ${reason(error)}`, { cause: error });
  }
  writeFile(file, content);
}

/**
 * The files meant by `paths`, each once: a folder stands for the files in it (not below) whose name ends with one of `endings`.
 * A path that is not there stays in the list: reading it tells why it cannot be read.
 */
export function expand(paths: readonly string[], endings: readonly string[]): readonly string[] {
  return [...new Set(paths.flatMap((path) => (isFolder(path) ? filesOf(path, endings) : [path])))];
}

export function isFolder(path: string): boolean {
  try {
    return path !== '-' && statSync(path).isDirectory();
  } catch {
    return false; // what is wrong with it shows when it is read
  }
}

function filesOf(folder: string, endings: readonly string[]): readonly string[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    throw new UsageError(`${folder} cannot be read: ${reason(error)}.`, { cause: error });
  }
  const files = names.filter((name) => endings.some((ending) => name.endsWith(ending))).sort();
  if (files.length === 0) throw new UsageError(`${folder} holds no file that ends with ${endings.join(' or ')}.`);
  return files.map((name) => join(folder, name));
}

function readAll(path: string): Uint8Array<ArrayBuffer> {
  const handle = path === '-' ? 0 : openSync(path, 'r');
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const part = new Uint8Array(1 << 20);
      const length = readSync(handle, part);
      if (length === 0) break;
      parts.push(part.subarray(0, length));
      size += length;
      if (size > maxBytes) throw new Error(`it has more than ${maxBytes >> 20} MiB`);
    }
  } finally {
    if (handle !== 0) closeSync(handle);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** UTF-8, or UTF-16 with the byte order mark that PowerShell writes before what it redirects. */
function decode(bytes: Uint8Array, path: string): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch (error) {
    throw new UsageError(`${path} is not text: it has bytes that are not ${encoding.toUpperCase()}.`, { cause: error });
  }
  throw new UsageError(`${path} is not text: it has NUL bytes.`);
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const texts: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    ENOTDIR: 'there is no such file',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EISDIR: 'it is a folder',
    ENAMETOOLONG: 'the name is too long',
    EAGAIN: 'nothing is being sent to standard input',
    ENOSPC: 'the disk is full',
    EROFS: 'the disk is read-only',
  };
  return texts[code] ?? (error instanceof Error ? error.message : String(error));
}
