import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { asString, isObject } from '#base/json.ts';
import type { JsonValue } from '#base/json.ts';
import { projectFile } from './assets.ts';
import type { Command, ExitCode } from './command.ts';
import { helpOf, readArguments, UsageError } from './command.ts';
import { bench } from './commands/bench.ts';
import { chain } from './commands/chain.ts';
import { check } from './commands/check.ts';
import { diff } from './commands/diff.ts';
import { exportCommand } from './commands/export.ts';
import { inspect } from './commands/inspect.ts';
import { matrix } from './commands/matrix.ts';
import { pack } from './commands/pack.ts';
import { test } from './commands/test.ts';
import type { Io } from './io.ts';
import { OutputClosed, standardIo } from './io.ts';

const commands: readonly Command[] = [chain, matrix, diff, test, exportCommand, check, inspect, pack, bench];

/** What Envoy's V8 and browsers accept of WebAssembly and Node 20 (V8 11) has behind switches. */
const wasmFeatures = ['extended-const', 'relaxed-simd', 'typed-funcref'];

/** Runs one command line (without `node` and the script); resolves to the exit code and never throws for bad input. */
export async function main(argv: readonly string[], io: Io = standardIo()): Promise<ExitCode> {
  if (process.versions.v8.startsWith('11.')) for (const feature of wasmFeatures) setFlagsFromString(`--experimental-wasm-${feature}`);
  try {
    return await dispatch(argv, io);
  } catch (error) {
    return explain(error, io);
  }
}

async function dispatch([name, ...rest]: readonly string[], io: Io): Promise<ExitCode> {
  if (name === undefined) {
    io.err(overview());
    return 2;
  }
  if (name === '--version' || name === '-V') {
    io.out(`${version()}\n`);
    return 0;
  }
  const asked = name === 'help' ? rest[0] : name;
  if (asked === undefined || asked === '--help' || asked === '-h') {
    io.out(overview());
    return 0;
  }
  const command = commands.find((item) => item.name === asked);
  if (command === undefined) {
    throw new UsageError(`There is no command "${asked}". Commands: ${commands.map((item) => item.name).join(', ')}.`);
  }
  const options = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
  if (name === 'help' || options.includes('--help') || options.includes('-h')) {
    io.out(helpOf(command));
    return 0;
  }
  return command.run(readArguments(command, rest), io);
}

function explain(error: unknown, io: Io): ExitCode {
  if (error instanceof OutputClosed) {
    if (error.message === '') return 0;
    io.err(`${error.message}\n`);
    return 2;
  }
  if (error instanceof UsageError) {
    io.err(`${error.message}\n`);
    return 2;
  }
  // Our own mistake: said in one line for those who only use the command, in full for those who look for it.
  const text = error instanceof Error ? error.message : String(error);
  io.err(`Filterloom failed: ${text}\nThis is a mistake of Filterloom, not yours. FILTERLOOM_DEBUG=1 shows where it happened.\n`);
  if (process.env['FILTERLOOM_DEBUG'] !== undefined && error instanceof Error) io.err(`${error.stack ?? ''}\n`);
  return 2;
}

function overview(): string {
  const rows = commands.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`);
  return [
    'filterloom: the filter chain Envoy will really run',
    '',
    ...rows,
    '',
    '`filterloom COMMAND --help` tells the options, `filterloom --version` the version.',
    'Results go to standard output, messages to standard error. Exit code 0: fine; 1: what was asked about is wrong; 2: bad command or unreadable file.',
    '',
  ].join('\n');
}

function version(): string {
  const data = JSON.parse(readFileSync(projectFile('package.json'), 'utf8')) as JsonValue;
  return (isObject(data) ? asString(data['version']) : undefined) ?? 'unknown';
}
