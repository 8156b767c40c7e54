import { basename } from 'node:path';
import { readModuleFile } from '#plugins/packaging/read-module-file.ts';
import type { Arguments } from './command.ts';
import { UsageError } from './command.ts';
import { readBytes } from './files.ts';
import type { Io } from './io.ts';

export interface ModuleArgument {
  readonly path: string;
  /** `regex-replace.wasm`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * The module a command is given: a `.wasm`, or whatever holds one (gzip, tar, image layout, output of `docker save`). Undefined where
 * the file holds none, which is said.
 */
export async function readModuleArgument(args: Arguments, io: Io): Promise<ModuleArgument | undefined> {
  const [path, ...others] = args.positionals;
  if (path === undefined) throw new UsageError('Give the module file.');
  if (others.length > 0) throw new UsageError('Give one module file.');
  const archive = await readModuleFile(basename(path), readBytes(path));
  if (!archive.ok) {
    io.err(withHelp(`${path}: ${archive.error.message}`, archive.error.help));
    return undefined;
  }
  for (const { severity, message, help } of archive.value.findings) io.err(withHelp(`${path}: ${severity}: ${message}`, help));
  const [module] = archive.value.modules;
  return module === undefined ? undefined : { path, ...module };
}

/** A message and the advice below it. */
export function withHelp(message: string, help: string | undefined): string {
  return help === undefined ? `${message}\n` : `${message}\n    ${help}\n`;
}
