import { inspectModule } from '#plugins/xray/inspect-module.ts';
import { reportText } from '#plugins/xray/report-text.ts';
import { decodeText } from '#base/decode-text.ts';
import type { Command } from '../command.ts';
import { contentsOf, contentsText, readEnvoyConfiguration, type CliConfiguration } from '../configuration.ts';
import { readBytes } from '../files.ts';
import type { Io } from '../io.ts';
import { readModuleArgument, withHelp } from '../module-file.ts';

export const inspect: Command = {
  name: 'inspect',
  summary: 'The X-ray of a module (ABI, SDK, imports, exports, sizes, needs), or what a config_dump or an envoy.yaml holds.',
  usage: ['inspect MODULE.wasm [--json]', 'inspect config_dump.json|envoy.yaml [--json]'],
  options: { json: { type: 'boolean', about: 'the whole report as JSON' } },
  run: async (args, io) => {
    const configuration = configurationIn(args.positionals, io);
    if (configuration !== undefined) {
      const found = contentsOf(configuration);
      io.out(args.flag('json') ? `${JSON.stringify(found, undefined, 2)}\n` : contentsText(found));
      return 0;
    }
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

/** Envoy's own configuration in the file, if that is what it is. */
function configurationIn([path, ...others]: readonly string[], io: Io): CliConfiguration | undefined {
  if (path === undefined || others.length > 0 || path === '-') return undefined;
  const text = decodeText(readBytes(path));
  return text === undefined ? undefined : readEnvoyConfiguration({ name: path, text }, io);
}
