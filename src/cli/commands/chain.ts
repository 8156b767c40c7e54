import { listenerToProto } from '#envoy/to-proto.ts';
import { chainText } from '../chain/chain-text.ts';
import { provenanceRows } from '../chain/provenance-rows.ts';
import { runCases } from '../chain/run-cases.ts';
import type { Arguments, Command, ExitCode } from '../command.ts';
import { choice } from '../command.ts';
import type { CliConfiguration } from '../configuration.ts';
import { buildConfiguration, onlyListener, readEnvoyConfiguration } from '../configuration.ts';
import type { Io } from '../io.ts';
import { istioOf, istioOption } from '../istio-version.ts';
import { readFiles, reportErrors, workspaceOf } from '../workspace.ts';

export const chain: Command = {
  name: 'chain',
  summary: 'The filter chain of a workload, with the reason for every filter.',
  usage: [
    'chain -f FILE... --proxy NS/WORKLOAD [--istio 1.31] [--listener NAME] [-o text|json]',
    'chain -f config_dump.json|envoy.yaml [--listener NAME] [-o text|json]',
    'chain --case FILE [--case FILE ...] [--istio 1.31]',
  ],
  options: {
    file: {
      type: 'string',
      short: 'f',
      multiple: true,
      value: 'FILE',
      about: 'Kubernetes and Istio YAML, a config_dump or an envoy.yaml, or a folder; `-` is standard input',
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
  const { configuration: all, hasErrors } = configurationOf(args, istio, io);
  const configuration = onlyListener(all, args.text('listener'));
  const { title, proxy, listeners, extensions, landings } = configuration;
  if (format === 'json') {
    const document = {
      ...(proxy === undefined ? {} : { proxy: `${proxy.namespace}/${proxy.name}` }),
      istio: landings === undefined ? configuration.node?.istioVersion : istio,
      listeners: listeners.map(listenerToProto),
      extensions,
      provenance: listeners.flatMap(provenanceRows),
      ...(landings === undefined ? {} : { landings }),
    };
    io.out(`${JSON.stringify(document, undefined, 2)}\n`);
  } else {
    io.out(`${title}\n${listeners.map(chainText).join('')}`);
  }
  return hasErrors ? 1 : 0;
}

/** Of a saved or static configuration when that is the file given, otherwise what istiod builds from the files. */
function configurationOf(
  args: Arguments,
  istio: string,
  io: Io,
): { readonly configuration: CliConfiguration; readonly hasErrors: boolean } {
  const files = readFiles([...args.list('file'), ...args.positionals]);
  const [only, ...others] = files;
  const own = only === undefined || others.length > 0 ? undefined : readEnvoyConfiguration(only, io);
  if (own !== undefined) return { configuration: own, hasErrors: false };
  const workspace = workspaceOf(files);
  const hasErrors = reportErrors(workspace, io);
  return { configuration: buildConfiguration(workspace, { proxy: args.text('proxy'), istio }), hasErrors };
}
