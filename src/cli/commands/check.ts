import type { Diagnostic } from '#base/diagnostic.ts';
import { collectDiagnostics } from '../check/collect.ts';
import { toSarif } from '../check/sarif.ts';
import type { Command } from '../command.ts';
import { choice } from '../command.ts';
import { istioOf, istioOption } from '../istio-version.ts';
import type { Places } from '../places.ts';
import { formatDiagnostic } from '../places.ts';
import { readWorkspace } from '../workspace.ts';

export const check: Command = {
  name: 'check',
  summary: 'Every diagnostic of the files: syntax, schemas, webhook rules, analyzers and advice.',
  usage: ['check -f FILE... [--istio 1.31] [--format text|json|sarif]'],
  options: {
    file: {
      type: 'string',
      short: 'f',
      multiple: true,
      value: 'FILE',
      about: 'Kubernetes and Istio YAML, or a folder; `-` is standard input',
    },
    istio: istioOption('the Istio that will read them'),
    format: { type: 'string', value: 'FORMAT', about: 'text (default), json or sarif' },
  },
  run: async (args, io) => {
    const format = choice(args, 'format', ['text', 'json', 'sarif']);
    const istio = istioOf(args, io);
    const workspace = readWorkspace(args);
    const all = collectDiagnostics(workspace, istio);
    const { places } = workspace;
    if (format === 'sarif') io.out(pretty(toSarif(all, places)));
    else if (format === 'json') io.out(pretty(all.map((item) => asJson(item, places))));
    else {
      io.out(all.map((item) => formatDiagnostic(item, places)).join(''));
      io.err(summary(all));
    }
    return all.some((item) => item.severity === 'error') ? 1 : 0;
  },
};

function pretty(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function asJson({ code, severity, message, help, at }: Diagnostic, places: Places): object {
  const place = places.of(at);
  return {
    code,
    severity,
    message,
    ...(help === undefined ? {} : { help }),
    ...(place === undefined ? {} : { file: place.file, ...place.start }),
  };
}

function summary(list: readonly Diagnostic[]): string {
  const count = (severities: readonly Diagnostic['severity'][]): number => list.filter((item) => severities.includes(item.severity)).length;
  return `${count(['error'])} errors, ${count(['warning'])} warnings, ${count(['info', 'hint'])} notes\n`;
}
