import { parseArgs } from 'node:util';
import type { Io } from './io.ts';

/** Exit codes: 0 fine, 1 the thing asked about is wrong, 2 the command cannot be understood or a file cannot be read. */
export type ExitCode = 0 | 1 | 2;

export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: boolean;
  readonly value?: string;
  readonly about: string;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly usage: readonly string[];
  readonly options: Readonly<Record<string, OptionSpec>>;
  run(args: Arguments, io: Io): Promise<ExitCode>;
}

/** Parsed arguments: every option as a list of texts, flags as `true`. */
export interface Arguments {
  readonly positionals: readonly string[];
  text(name: string): string | undefined;
  list(name: string): readonly string[];
  flag(name: string): boolean;
}

/** A mistake in the command line or a file that cannot be read: printed without a stack trace, exit code 2. */
export class UsageError extends Error {}

export function readArguments(command: Command, argv: readonly string[]): Arguments {
  const options = { ...command.options, help: { type: 'boolean', short: 'h', about: 'this text' } as OptionSpec };
  const config = Object.fromEntries(
    Object.entries(options).map(([name, { type, short, multiple }]) => [
      name,
      { type, ...(short === undefined ? {} : { short }), ...(multiple === true ? { multiple } : {}) },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: spread(argv, options), options: config, allowPositionals: true });
    const list = (name: string): readonly string[] => [values[name] ?? []].flat().filter((value) => typeof value === 'string');
    return { positionals, list, text: (name) => list(name).at(-1), flag: (name) => values[name] === true };
  } catch (error) {
    throw new UsageError(`${parseProblem(error)}\n\`filterloom ${command.name} --help\` tells the options.`, { cause: error });
  }
}

/** What Node's parser says, without its advice about shells. */
function parseProblem(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .replace(/\. To specify.*$/s, '.')
    .split('\n', 1)
    .join('');
}

/** A word out of a fixed list; the first one when the option is not given. Fails with a UsageError that names them all. */
export function choice<const T extends string>(args: Arguments, option: string, values: readonly [T, ...T[]]): T {
  const given = args.text(option) ?? values[0];
  const found = values.find((value) => value === given);
  if (found === undefined) throw new UsageError(`There is no --${option} "${given}": ${values.join(', ')}.`);
  return found;
}

/** `-f a.yaml b.yaml` means `-f a.yaml -f b.yaml`: a list option takes every word up to the next option, as shells expand globs. */
function spread(argv: readonly string[], options: Readonly<Record<string, OptionSpec>>): string[] {
  const out: string[] = [];
  let current: string | undefined;
  for (const word of argv) {
    if (word.startsWith('-') && word.length > 1) {
      const name = Object.keys(options).find((key) => word === `--${key}` || word === `-${options[key]?.short ?? ''}`);
      current = name !== undefined && options[name]?.multiple === true ? word : undefined;
      out.push(word);
    } else if (current !== undefined && out.at(-1) !== current) {
      out.push(current, word);
    } else {
      out.push(word);
    }
  }
  return out;
}

export function helpOf(command: Command): string {
  const rows = Object.entries(command.options).map(([name, { short, value, about }]) => {
    const left = `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
    return `  ${left.padEnd(28)} ${about}`;
  });
  return [
    `${command.summary}\n`,
    ...command.usage.map((line) => `  filterloom ${line}`),
    '',
    ...rows,
    `  ${'-h, --help'.padEnd(28)} this text`,
    '',
  ].join('\n');
}
