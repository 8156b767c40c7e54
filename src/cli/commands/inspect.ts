import { inspectModule } from '#plugins/xray/inspect-module.ts';
import { reportText } from '#plugins/xray/report-text.ts';
import type { Command } from '../command.ts';
import { readModuleArgument, withHelp } from '../module-file.ts';

export const inspect: Command = {
  name: 'inspect',
  summary: 'The X-ray of a module: ABI, SDK, imports, exports, sizes, what it will need from the proxy.',
  usage: ['inspect MODULE.wasm [--json]'],
  options: { json: { type: 'boolean', about: 'the whole report as JSON' } },
  run: async (args, io) => {
    const module = await readModuleArgument(args, io);
    if (module === undefined) return 1;
    const report = inspectModule(module.bytes);
    if (!report.ok) {
      io.err(withHelp(`${module.path}: ${report.error.message}`, report.error.help));
      return 1;
    }
    io.out(args.flag('json') ? `${JSON.stringify(report.value, undefined, 2)}\n` : reportText(report.value));
    return report.value.findings.some((finding) => finding.severity === 'error') ? 1 : 0; // Envoy would refuse it
  },
};
