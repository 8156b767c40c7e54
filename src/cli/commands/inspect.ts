import { inspectModule } from '#plugins/xray/inspect-module.ts';
import { reportText } from '#plugins/xray/report-text.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../command.ts';
import { readBytes } from '../files.ts';

export const inspect: Command = {
  name: 'inspect',
  summary: 'The X-ray of a module: ABI, SDK, imports, exports, sizes, what it will need from the proxy.',
  usage: ['inspect MODULE.wasm [--json]'],
  options: { json: { type: 'boolean', about: 'the whole report as JSON' } },
  run: async (args, io) => {
    const [path] = args.positionals;
    if (path === undefined) throw new UsageError('Give the module file.');
    const report = await inspectModule(readBytes(path));
    if (!report.ok) {
      io.err(`${path}: ${report.error.message}${report.error.help === undefined ? '' : `\n    ${report.error.help}`}\n`);
      return 1;
    }
    io.out(args.flag('json') ? `${JSON.stringify(report.value, undefined, 2)}\n` : reportText(report.value));
    return 0;
  },
};
