import type { Diagnostic } from '#base/diagnostic.ts';
import { compareDiagnostics } from '#base/diagnostic.ts';
import { lineStarts, positionAt } from '#base/text-range.ts';
import type { SourceFile } from '#base/source-file.ts';
import { buildMesh } from '#istio/build-listeners.ts';
import { findProxies } from '#istio/find-proxies.ts';
import { installedMeshConfig } from '#istio/installed-mesh.ts';
import { validateResources } from '#istio/validation/validate.ts';
import type { Arguments, Command, ExitCode, Io } from '../command.ts';
import { UsageError } from '../command.ts';
import { envoyTypes } from '../vocabulary.ts';
import { formatDiagnostic, readWorkspace } from '../workspace.ts';
import { defaultIstio } from './chain.ts';
import { toSarif } from './sarif.ts';

const formats = ['text', 'json', 'sarif'] as const;

export const check: Command = {
  name: 'check',
  summary: 'Every diagnostic of the files: syntax, schemas, webhook rules, analyzers and advice.',
  usage: ['check -f FILE... [--istio 1.31] [--format text|json|sarif]'],
  options: {
    file: { type: 'string', short: 'f', multiple: true, value: 'FILE', about: 'Kubernetes and Istio YAML; `-` is standard input' },
    istio: { type: 'string', value: 'MINOR', about: `the Istio that will read them (${defaultIstio})` },
    format: { type: 'string', value: formats.join('|'), about: 'text (default), json or sarif' },
  },
  run: async (args, io) => run(args, io),
};

function run(args: Arguments, io: Io): ExitCode {
  const paths = [...args.list('file'), ...args.positionals];
  if (paths.length === 0) throw new UsageError('Give the files with -f.');
  const format = formats.find((name) => name === (args.text('format') ?? 'text'));
  if (format === undefined) throw new UsageError(`There is no format "${args.text('format') ?? ''}": ${formats.join(', ')}.`);
  const { files, resources, diagnostics: read } = readWorkspace(paths, { out: io.out, err: () => undefined });
  const istio = args.text('istio') ?? defaultIstio;
  const types = envoyTypes();
  const meshConfig = installedMeshConfig(resources);
  const built = findProxies(resources).flatMap((proxy) => buildMesh({ resources, proxy, istio, meshConfig, types }).diagnostics);
  const all = unique([...read, ...validateResources(resources, { istio, types }), ...built]).sort(compareDiagnostics);
  if (format === 'sarif') io.out(`${JSON.stringify(toSarif(all, files), undefined, 2)}\n`);
  else if (format === 'json')
    io.out(
      `${JSON.stringify(
        all.map((item) => asJson(item, files)),
        undefined,
        2,
      )}\n`,
    );
  else for (const item of all) io.out(`${formatDiagnostic(item, files)}\n`);
  if (format === 'text') io.err(summary(all));
  return all.some((item) => item.severity === 'error') ? 1 : 0;
}

/** Several proxies say the same of one patch: once is enough. */
function unique(list: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return list.filter(({ code, message, at }) => {
    const key = `${code} ${at?.file ?? ''} ${at?.range.start ?? ''} ${message}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}

function asJson({ code, severity, message, help, at }: Diagnostic, files: readonly SourceFile[]): object {
  const text = files.find((file) => file.name === at?.file)?.text;
  const place = at === undefined || text === undefined ? {} : { file: at.file, ...positionAt(lineStarts(text), at.range.start) };
  return { code, severity, message, ...(help === undefined ? {} : { help }), ...place };
}

function summary(list: readonly Diagnostic[]): string {
  const count = (severity: Diagnostic['severity']): number => list.filter((item) => item.severity === severity).length;
  return `${count('error')} errors, ${count('warning')} warnings, ${count('info') + count('hint')} notes\n`;
}
