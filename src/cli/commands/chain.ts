import type { JsonValue } from '#base/json.ts';
import { isObject } from '#base/json.ts';
import { httpManagerOf } from '#envoy/listener.ts';
import type { FilterChain, Listener } from '#envoy/listener.ts';
import { matchInWords } from '#envoy/match-words.ts';
import type { Provenance } from '#envoy/provenance.ts';
import { formatRef } from '#envoy/provenance.ts';
import { listenerToProto } from '#envoy/to-proto.ts';
import { buildMesh } from '#istio/build-listeners.ts';
import { readCaseInput, runCase } from '#istio/case.ts';
import { findProxies } from '#istio/find-proxies.ts';
import { installedMeshConfig } from '#istio/installed-mesh.ts';
import type { Proxy } from '#istio/resource.ts';
import { parseYaml } from '#yaml/parse.ts';
import type { Arguments, Command, ExitCode, Io } from '../command.ts';
import { UsageError } from '../command.ts';
import { expand, readText } from '../files.ts';
import { readWorkspace } from '../workspace.ts';
import { envoyTypes } from '../vocabulary.ts';

export const defaultIstio = '1.31';

export const chain: Command = {
  name: 'chain',
  summary: 'The filter chain of a workload, with the reason for every filter.',
  usage: ['chain -f FILE... --proxy NS/WORKLOAD [--istio 1.31] [--listener NAME] [-o text|json]', 'chain --case FILE... [--istio 1.31]'],
  options: {
    file: { type: 'string', short: 'f', multiple: true, value: 'FILE', about: 'Kubernetes and Istio YAML; `-` is standard input' },
    proxy: { type: 'string', value: 'NS/NAME', about: 'the workload; with one workload in the files it may be left out' },
    istio: { type: 'string', value: 'MINOR', about: `the istiod that builds (${defaultIstio})` },
    listener: { type: 'string', value: 'NAME', about: 'only this listener' },
    output: { type: 'string', short: 'o', value: 'text|json', about: 'text (default) or json' },
    case: { type: 'string', multiple: true, value: 'FILE', about: 'recorded cases: prints one JSON document a line' },
  },
  run: async (args, io) => (args.list('case').length > 0 ? runCases(args, io) : showChain(args, io)),
};

/** One line per case; a case that fails is a line with `error`, and the others go on. */
function runCases(args: Arguments, io: Io): ExitCode {
  const istio = args.text('istio') ?? defaultIstio;
  let failed = false;
  for (const file of expand([...args.list('case'), ...args.positionals], ['.json', '.yaml', '.yml'])) {
    const result = runOne(file, istio);
    failed ||= 'error' in result;
    io.out(`${JSON.stringify({ file, ...result })}\n`);
  }
  return failed ? 1 : 0;
}

function runOne(file: string, istio: string): { name?: string; output?: unknown; error?: string } {
  const { text } = readText(file);
  const read = readData(text, file);
  if (typeof read === 'string') return { error: read };
  const input = readCaseInput(read);
  const name = isObject(read) && typeof read['name'] === 'string' ? read['name'] : file;
  if (input === undefined) return { name, error: 'This is not a case: it has no "input".' };
  try {
    return { name, output: runCase(input, istio, envoyTypes()) };
  } catch (error) {
    return { name, error: error instanceof Error ? error.message : String(error) }; // our own bug in one case must not hide the others
  }
}

/** JSON, or YAML; a text is the reason why not. */
function readData(text: string, file: string): JsonValue | string {
  if (text.trimStart().startsWith('{')) {
    try {
      return JSON.parse(text) as JsonValue;
    } catch (error) {
      return `${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  const stream = parseYaml(text, file);
  const problem = stream.diagnostics.find((item) => item.severity === 'error');
  return problem === undefined ? (stream.documents[0]?.value ?? `${file} is empty.`) : `${file}: ${problem.message}`;
}

function showChain(args: Arguments, io: Io): ExitCode {
  const files = [...args.list('file'), ...args.positionals];
  if (files.length === 0) throw new UsageError('Give the files with -f, or recorded cases with --case.');
  const format = args.text('output') ?? 'text';
  if (format !== 'text' && format !== 'json') throw new UsageError(`There is no output "${format}": text or json.`);
  const workspace = readWorkspace(files, io);
  const proxy = chooseProxy(findProxies(workspace.resources), args.text('proxy'));
  const istio = args.text('istio') ?? defaultIstio;
  const mesh = buildMesh({
    resources: workspace.resources,
    proxy,
    istio,
    meshConfig: installedMeshConfig(workspace.resources),
    types: envoyTypes(),
  });
  const wanted = args.text('listener');
  const listeners = wanted === undefined ? mesh.listeners : mesh.listeners.filter((listener) => listener.name === wanted);
  if (wanted !== undefined && listeners.length === 0) {
    throw new UsageError(`There is no listener "${wanted}". Listeners: ${mesh.listeners.map((listener) => listener.name).join(', ')}.`);
  }
  if (format === 'json') {
    io.out(
      `${JSON.stringify({ proxy: `${proxy.namespace}/${proxy.name}`, listeners: listeners.map(listenerToProto), extensions: mesh.extensions, landings: mesh.landings }, undefined, 2)}\n`,
    );
  } else {
    io.out(`${proxy.type} ${proxy.namespace}/${proxy.name}, Istio ${istio}\n${listeners.map(listenerText).join('')}`);
  }
  return workspace.hasErrors ? 1 : 0;
}

export function chooseProxy(proxies: readonly Proxy[], wanted: string | undefined): Proxy {
  const names = proxies.map((proxy) => `${proxy.namespace}/${proxy.name}`);
  const found =
    wanted === undefined
      ? proxies.length === 1
        ? proxies
        : []
      : proxies.filter((proxy) => `${proxy.namespace}/${proxy.name}` === wanted || proxy.name === wanted);
  const [proxy] = found;
  if (proxy !== undefined) return proxy;
  if (proxies.length === 0) throw new UsageError('The files hold no workload: no Deployment, StatefulSet, DaemonSet, Pod or Gateway.');
  throw new UsageError(
    `${wanted === undefined ? 'Say which workload with --proxy' : `There is no workload "${wanted}"`}. Workloads: ${names.join(', ')}.`,
  );
}

function listenerText(listener: Listener): string {
  const filters = listener.listenerFilters.map((filter) => `  listener filter  ${filter.name}\n`).join('');
  const chains = [
    ...listener.filterChains.map((item) => chainText(item, false)),
    ...(listener.defaultFilterChain === undefined ? [] : [chainText(listener.defaultFilterChain, true)]),
  ];
  return `\n${listener.name}  ${listener.address}  ${listener.direction}\n${filters}${chains.join('')}`;
}

function chainText(item: FilterChain, isDefault: boolean): string {
  const head = `  chain ${item.name === '' ? '(unnamed)' : item.name}: ${isDefault ? 'everything else' : matchInWords(item.match)}\n`;
  const network = item.networkFilters.map((filter) => row('    ', filter.name, filter.provenance)).join('');
  const http = (httpManagerOf(item)?.httpFilters ?? []).map((filter) => row('      ', filter.name, filter.provenance)).join('');
  return head + network + http;
}

function row(indent: string, name: string, { resource, reasons }: Provenance): string {
  const why = reasons.map((reason) => reason.text).join(' ');
  return `${indent}${name}${resource === undefined ? '' : `  [${formatRef(resource)}]`}\n${why === '' ? '' : `${indent}    ${why}\n`}`;
}
