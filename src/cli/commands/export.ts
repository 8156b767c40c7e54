import { basename } from 'node:path';
import { buildMesh } from '#istio/build-listeners.ts';
import type { ExportTarget } from '#istio/export/export.ts';
import { exportDesign, targetNames } from '#istio/export/export.ts';
import { kustomizeFolder } from '#istio/export/kustomize/folder.ts';
import { findProxies } from '#istio/find-proxies.ts';
import { installedMeshConfig } from '#istio/installed-mesh.ts';
import { minorOf } from '#istio/minors.ts';
import { stringifyDocuments } from '#yaml/stringify.ts';
import { chooseProxy } from '../chain/choose-proxy.ts';
import type { Arguments, Command, ExitCode } from '../command.ts';
import { UsageError } from '../command.ts';
import { writeBelow } from '../files.ts';
import type { Io } from '../io.ts';
import { istioOf, istioOption } from '../istio-version.ts';
import { formatDiagnostic } from '../places.ts';
import { envoyTypes } from '../vocabulary.ts';
import { readWorkspace, reportErrors } from '../workspace.ts';

const targets = Object.keys(targetNames) as readonly ExportTarget[];

export const exportCommand: Command = {
  name: 'export',
  summary: 'The plugins of the files in another form: WasmPlugin, TrafficExtension, EnvoyFilter …',
  usage: [`export -f FILE... --to ${targets.join('|')} [--proxy NS/WORKLOAD] [--istio 1.31]`, 'export -f FILE... --to kustomize -o FOLDER'],
  options: {
    file: {
      type: 'string',
      short: 'f',
      multiple: true,
      value: 'FILE',
      about: 'Kubernetes and Istio YAML, or a folder; `-` is standard input',
    },
    to: { type: 'string', value: 'TARGET', about: `${targets.join(', ')}, or kustomize: the texts as a folder for kubectl apply -k` },
    output: { type: 'string', short: 'o', value: 'FOLDER', about: 'kustomize: where the folder is made' },
    proxy: { type: 'string', value: 'NS/NAME', about: 'the workload the plugins were designed for' },
    istio: istioOption('the istiod that will read it'),
    'typed-struct': { type: 'boolean', about: 'envoyfilter: write Wasm filters as TypedStruct' },
  },
  run: async (args, io) => {
    if (args.text('to') === 'kustomize') return exportFolder(args, io);
    const target = targets.find((name) => name === args.text('to'));
    if (target === undefined) throw new UsageError(`Say with --to what to export: ${[...targets, 'kustomize'].join(', ')}.`);
    const istio = istioOf(args, io);
    const workspace = readWorkspace(args);
    const hasErrors = reportErrors(workspace, io);
    const { resources, places } = workspace;
    const types = envoyTypes();
    const proxies = findProxies(resources);
    const wanted = args.text('proxy');
    const proxy = wanted === undefined && proxies.length !== 1 ? undefined : chooseProxy(proxies, wanted);
    const mesh =
      proxy === undefined ? undefined : buildMesh({ resources, proxy, istio, meshConfig: installedMeshConfig(resources), types });
    const { documents, diagnostics } = exportDesign(target, {
      resources,
      minor: minorOf(istio),
      proxy,
      listeners: mesh?.listeners,
      extensions: mesh?.extensions,
      types,
      options: { form: args.flag('typed-struct') ? 'typed-struct' : 'typed-config' },
    });
    for (const item of diagnostics) io.err(formatDiagnostic(item, places));
    if (documents.length === 0) io.err('The files hold no plugin that this target can say.\n');
    else io.out(stringifyDocuments(documents));
    return hasErrors || diagnostics.some((item) => item.severity === 'error') ? 1 : 0;
  },
};

/** The texts themselves as a folder. Nothing is written when kustomize would refuse it. */
function exportFolder(args: Arguments, io: Io): ExitCode {
  const output = args.text('output');
  if (output === undefined || output === '-') throw new UsageError('Say with -o which folder to make.');
  const workspace = readWorkspace(args);
  const { files, diagnostics } = kustomizeFolder(workspace.sources.map(({ name, text }) => ({ name: basename(name), text })));
  for (const item of diagnostics) io.err(formatDiagnostic(item, workspace.places));
  if (diagnostics.some((item) => item.severity === 'error')) return 1;
  for (const { path, text } of files) writeBelow(output, path, text);
  io.out(files.map(({ path }) => `${path}\n`).join(''));
  return 0;
}
