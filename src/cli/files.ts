import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceFile } from '#base/source-file.ts';
import { UsageError } from './command.ts';

/** Reads a text file; `-` is standard input. */
export function readText(path: string): SourceFile {
  try {
    return { name: path === '-' ? '<stdin>' : path, text: readFileSync(path === '-' ? 0 : path, 'utf8') };
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${reason(error)}`, { cause: error });
  }
}

export function readBytes(path: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${reason(error)}`, { cause: error });
  }
}

/** The files meant by `paths`: a folder stands for the files in it (not below) whose name ends with one of `endings`. */
export function expand(paths: readonly string[], endings: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    try {
      if (path === '-' || !statSync(path).isDirectory()) return [path];
      return readdirSync(path)
        .filter((name) => endings.some((ending) => name.endsWith(ending)))
        .sort()
        .map((name) => join(path, name));
    } catch (error) {
      throw new UsageError(`${path} cannot be read: ${reason(error)}`, { cause: error });
    }
  });
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const texts: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    EACCES: 'permission denied',
    EISDIR: 'it is a folder',
  };
  return texts[code] ?? (error instanceof Error ? error.message : String(error));
}
