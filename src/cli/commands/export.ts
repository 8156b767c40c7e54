import { buildMesh } from '#istio/build-listeners.ts';
import type { ExportTarget } from '#istio/export/export.ts';
import { exportDesign, targetNames } from '#istio/export/export.ts';
import { findProxies } from '#istio/find-proxies.ts';
import { installedMeshConfig } from '#istio/installed-mesh.ts';
import { minorOf } from '#istio/minors.ts';
import { stringifyDocuments } from '#yaml/stringify.ts';
import { chooseProxy } from '../chain/choose-proxy.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../command.ts';
import { istioOf, istioOption } from '../istio-version.ts';
import { formatDiagnostic } from '../places.ts';
import { envoyTypes } from '../vocabulary.ts';
import { readWorkspace, reportErrors } from '../workspace.ts';

const targets = Object.keys(targetNames) as readonly ExportTarget[];

export const exportCommand: Command = {
  name: 'export',
  summary: 'The plugins of the files in another form: WasmPlugin, TrafficExtension, EnvoyFilter …',
  usage: [`export -f FILE... --to ${targets.join('|')} [--proxy NS/WORKLOAD] [--istio 1.31]`],
  options: {
    file: {
      type: 'string',
      short: 'f',
      multiple: true,
      value: 'FILE',
      about: 'Kubernetes and Istio YAML, or a folder; `-` is standard input',
    },
    to: { type: 'string', value: 'TARGET', about: targets.join(', ') },
    proxy: { type: 'string', value: 'NS/NAME', about: 'the workload the plugins were designed for' },
    istio: istioOption('the istiod that will read it'),
    'typed-struct': { type: 'boolean', about: 'envoyfilter: write Wasm filters as TypedStruct' },
  },
  run: async (args, io) => {
    const target = targets.find((name) => name === args.text('to'));
    if (target === undefined) throw new UsageError(`Say with --to what to export: ${targets.join(', ')}.`);
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
