import type { Command, ExitCode, Io } from './command.ts';
import { helpOf, readArguments, UsageError } from './command.ts';
import { chain } from './commands/chain.ts';
import { check } from './commands/check.ts';
import { exportCommand } from './commands/export.ts';
import { inspect } from './commands/inspect.ts';
import { test } from './commands/test.ts';

const commands: readonly Command[] = [chain, test, exportCommand, check, inspect];

function overview(): string {
  const rows = commands.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`);
  return ['filterloom: the filter chain Envoy will really run', '', ...rows, '', '`filterloom COMMAND --help` tells the options.', ''].join(
    '\n',
  );
}

const standardIo: Io = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

/** Runs one command line (without `node` and the script); resolves to the exit code and never throws for bad input. */
export async function main(argv: readonly string[], io: Io = standardIo): Promise<ExitCode> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    io.out(overview());
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((item) => item.name === name);
  if (command === undefined) {
    io.err(`There is no command "${name}". Commands: ${commands.map((item) => item.name).join(', ')}.\n`);
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    io.out(helpOf(command));
    return 0;
  }
  try {
    return await command.run(readArguments(command, rest), io);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.err(`${error.message}\n`);
    return 2;
  }
}
