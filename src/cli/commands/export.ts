import { buildMesh } from '#istio/build-listeners.ts';
import type { ExportTarget } from '#istio/export/export.ts';
import { exportDesign, targetNames } from '#istio/export/export.ts';
import { findProxies } from '#istio/find-proxies.ts';
import { installedMeshConfig } from '#istio/installed-mesh.ts';
import { minorOf } from '#istio/minors.ts';
import { stringifyDocuments } from '#yaml/stringify.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../command.ts';
import { envoyTypes } from '../vocabulary.ts';
import { formatDiagnostic, readWorkspace } from '../workspace.ts';
import { chooseProxy, defaultIstio } from './chain.ts';

const targets = Object.keys(targetNames) as readonly ExportTarget[];

export const exportCommand: Command = {
  name: 'export',
  summary: 'The plugins of the files in another form: WasmPlugin, TrafficExtension, EnvoyFilter …',
  usage: [`export -f FILE... --to ${targets.join('|')} [--proxy NS/WORKLOAD] [--istio 1.31]`],
  options: {
    file: { type: 'string', short: 'f', multiple: true, value: 'FILE', about: 'Kubernetes and Istio YAML; `-` is standard input' },
    to: { type: 'string', value: 'TARGET', about: targets.join(', ') },
    proxy: { type: 'string', value: 'NS/NAME', about: 'the workload the plugins were designed for' },
    istio: { type: 'string', value: 'MINOR', about: `the istiod that will read it (${defaultIstio})` },
    'typed-struct': { type: 'boolean', about: 'EnvoyFilter: write Wasm filters as TypedStruct' },
  },
  run: async (args, io) => {
    const files = [...args.list('file'), ...args.positionals];
    if (files.length === 0) throw new UsageError('Give the files with -f.');
    const target = targets.find((name) => name === args.text('to'));
    if (target === undefined) throw new UsageError(`Say with --to what to export: ${targets.join(', ')}.`);
    const workspace = readWorkspace(files, io);
    const istio = args.text('istio') ?? defaultIstio;
    const minor = minorOf(istio);
    const proxies = findProxies(workspace.resources);
    const wanted = args.text('proxy');
    const proxy = wanted === undefined && proxies.length !== 1 ? undefined : chooseProxy(proxies, wanted);
    const meshConfig = installedMeshConfig(workspace.resources);
    const mesh =
      proxy === undefined ? undefined : buildMesh({ resources: workspace.resources, proxy, istio, meshConfig, types: envoyTypes() });
    const { documents, diagnostics } = exportDesign(target, {
      resources: workspace.resources,
      minor,
      proxy,
      listeners: mesh?.listeners,
      extensions: mesh?.extensions,
      types: envoyTypes(),
      options: { form: args.flag('typed-struct') ? 'typed-struct' : 'typed-config' },
    });
    for (const item of diagnostics) io.err(`${formatDiagnostic(item, workspace.files)}\n`);
    io.out(stringifyDocuments(documents));
    return workspace.hasErrors || diagnostics.some((item) => item.severity === 'error') ? 1 : 0;
  },
};
