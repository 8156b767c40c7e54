import { listenerToProto } from '#envoy/to-proto.ts';
import { buildMesh } from '#istio/build-listeners.ts';
import { findProxies } from '#istio/find-proxies.ts';
import { installedMeshConfig } from '#istio/installed-mesh.ts';
import { chainText } from '../chain/chain-text.ts';
import { chooseProxy } from '../chain/choose-proxy.ts';
import { provenanceRows } from '../chain/provenance-rows.ts';
import { runCases } from '../chain/run-cases.ts';
import type { Arguments, Command, ExitCode } from '../command.ts';
import { choice, UsageError } from '../command.ts';
import type { Io } from '../io.ts';
import { istioOf, istioOption } from '../istio-version.ts';
import { envoyTypes } from '../vocabulary.ts';
import { readWorkspace, reportErrors } from '../workspace.ts';

export const chain: Command = {
  name: 'chain',
  summary: 'The filter chain of a workload, with the reason for every filter.',
  usage: [
    'chain -f FILE... --proxy NS/WORKLOAD [--istio 1.31] [--listener NAME] [-o text|json]',
    'chain --case FILE [--case FILE ...] [--istio 1.31]',
  ],
  options: {
    file: {
      type: 'string',
      short: 'f',
      multiple: true,
      value: 'FILE',
      about: 'Kubernetes and Istio YAML, or a folder; `-` is standard input',
    },
    proxy: { type: 'string', value: 'NS/NAME', about: 'the workload; with one workload in the files it may be left out' },
    istio: istioOption('the istiod that builds'),
    listener: { type: 'string', value: 'NAME', about: 'only this listener' },
    output: { type: 'string', short: 'o', value: 'text|json', about: 'text (default) or json' },
    case: { type: 'string', multiple: true, value: 'FILE', about: 'recorded cases, or folders: prints one JSON document a line' },
  },
  run: async (args, io) => (args.list('case').length > 0 ? runCases(args, io) : showChain(args, io)),
};

function showChain(args: Arguments, io: Io): ExitCode {
  const format = choice(args, 'output', ['text', 'json']);
  const istio = istioOf(args, io);
  const workspace = readWorkspace(args);
  const hasErrors = reportErrors(workspace, io);
  const { resources } = workspace;
  const proxy = chooseProxy(findProxies(resources), args.text('proxy'));
  const mesh = buildMesh({ resources, proxy, istio, meshConfig: installedMeshConfig(resources), types: envoyTypes() });
  const wanted = args.text('listener');
  const listeners = wanted === undefined ? mesh.listeners : mesh.listeners.filter((listener) => listener.name === wanted);
  if (wanted !== undefined && listeners.length === 0) {
    throw new UsageError(`There is no listener "${wanted}". Listeners: ${mesh.listeners.map((listener) => listener.name).join(', ')}.`);
  }
  if (format === 'json') {
    const document = {
      proxy: `${proxy.namespace}/${proxy.name}`,
      istio,
      listeners: listeners.map(listenerToProto),
      extensions: mesh.extensions,
      provenance: listeners.flatMap(provenanceRows),
      landings: mesh.landings,
    };
    io.out(`${JSON.stringify(document, undefined, 2)}\n`);
  } else {
    io.out(`${proxy.type} ${proxy.namespace}/${proxy.name}, Istio ${istio}\n${listeners.map(chainText).join('')}`);
  }
  return hasErrors ? 1 : 0;
}
