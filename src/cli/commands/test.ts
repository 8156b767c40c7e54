import type { Arguments, Command, ExitCode } from '../command.ts';
import { UsageError } from '../command.ts';
import { expand } from '../files.ts';
import type { Io } from '../io.ts';
import type { CaseRunner } from '../test/case-runner.ts';
import { createCaseRunner } from '../test/case-runner.ts';
import { reportText } from '../test/report-text.ts';

const defaultLimit = '20';

export const test: Command = {
  name: 'test',
  summary: 'Runs test cases in the in-process host and compares with what a real Envoy did.',
  usage: ['test FILE... [--json] [--update]'],
  options: {
    json: { type: 'boolean', about: 'one line per case: file, name, pass, observed, differences' },
    update: { type: 'boolean', about: 'write what was observed into the files as `expect`' },
    limit: { type: 'string', value: 'SECONDS', about: `how long a case may take on the clock on the wall (default ${defaultLimit})` },
  },
  run: async (args, io) => {
    if (args.positionals.length === 0) throw new UsageError('Give one or more test case files, or folders of them.');
    const limit = Number(args.text('limit') ?? defaultLimit);
    if (!(limit > 0)) throw new UsageError('--limit takes a number of seconds.');
    const runner = createCaseRunner(limit);
    try {
      return await runAll(expand(args.positionals, ['.json']), runner, args, io);
    } finally {
      await runner.close();
    }
  },
};

async function runAll(files: readonly string[], runner: CaseRunner, args: Arguments, io: Io): Promise<ExitCode> {
  const asJson = args.flag('json');
  let passed = 0;
  let unreadable = 0;
  for (const file of files) {
    const outcome = await runner.run(file, args.flag('update'));
    const { result, state } = outcome;
    if (result.pass) passed++;
    if (state === 'unreadable') {
      unreadable++;
      io.err(`${result.error ?? ''}\n`);
    }
    io.out(asJson ? `${JSON.stringify(result)}\n` : reportText(outcome));
  }
  const failed = files.length - passed;
  if (!asJson) io.out(`${passed} passed, ${failed} failed\n`);
  if (unreadable > 0) return 2;
  return failed > 0 ? 1 : 0;
}
