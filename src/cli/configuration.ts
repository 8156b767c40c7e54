import type { Diagnostic } from '#base/diagnostic.ts';
import type { SourceFile } from '#base/source-file.ts';
import type { ConfigDump, DumpNode } from '#envoy/config-dump/dump.ts';
import { keepOfDump } from '#envoy/config-dump/keep.ts';
import { nodeOf } from '#envoy/config-dump/node.ts';
import { readDumpTextSteps } from '#envoy/config-dump/read-text.ts';
import { runSteps } from '#envoy/config-dump/steps.ts';
import { detectFormat } from '#envoy/detect-format.ts';
import type { ProxyConfiguration } from '#envoy/diff/diff-listeners.ts';
import { formatRef } from '#envoy/provenance.ts';
import { readStaticBootstrap } from '#envoy/static-bootstrap.ts';
import { buildMesh } from '#istio/build-listeners.ts';
import { findProxies } from '#istio/find-proxies.ts';
import { installedMeshConfig } from '#istio/installed-mesh.ts';
import type { Landing } from '#istio/mesh.ts';
import type { Proxy, Resource } from '#istio/resource.ts';
import { parseYaml } from '#yaml/parse.ts';
import { rangeAt } from '#yaml/tree.ts';
import { chooseProxy } from './chain/choose-proxy.ts';
import { UsageError } from './command.ts';
import type { Io } from './io.ts';
import { formatDiagnostic, Places } from './places.ts';
import { envoyTypes } from './vocabulary.ts';
import type { CliWorkspace } from './workspace.ts';

/** The listeners of one proxy, from whatever kind of file. */
export interface CliConfiguration extends ProxyConfiguration {
  /** `sidecar demo/httpbin, Istio 1.31`, `envoy.yaml`. */
  readonly title: string;
  /** The proxy, where it is known: of the resources or of the dump. */
  readonly proxy?: { readonly namespace: string; readonly name: string } | undefined;
  readonly node?: DumpNode | undefined;
  readonly landings?: readonly Landing[] | undefined;
  /** The resources and the istiod it was built by. */
  readonly built?: { readonly resources: readonly Resource[]; readonly istio: string } | undefined;
  readonly dump?: ConfigDump | undefined;
}

/** Envoy's own configuration in a file: a dump of a running proxy or a static bootstrap. Undefined for everything else. */
export function readEnvoyConfiguration(file: SourceFile, io: Io): CliConfiguration | undefined {
  const format = detectFormat(file.text);
  if (format !== 'config-dump' && format !== 'bootstrap') return undefined;
  const read = format === 'config-dump' ? dumpOf(file) : bootstrapOf(file);
  const places = new Places([file]);
  for (const item of read.diagnostics) io.err(formatDiagnostic(item, places));
  return read.configuration;
}

interface Read {
  readonly configuration: CliConfiguration;
  readonly diagnostics: readonly Diagnostic[];
}

function dumpOf(file: SourceFile): Read {
  const dump = runSteps(readDumpTextSteps(file, envoyTypes()));
  // What Envoy refused or still prepares is told by diagnostics; a chain or a difference is of what it runs.
  const running = dump.listeners.filter(({ state }) => state === 'static' || state === 'active');
  const { node } = dump;
  const known = node?.namespace !== undefined && node.name !== undefined ? { namespace: node.namespace, name: node.name } : undefined;
  const who = known === undefined ? file.name : `${node?.type ?? 'proxy'} ${known.namespace}/${known.name}`;
  return {
    configuration: {
      title: node?.istioVersion === undefined ? who : `${who}, Istio ${node.istioVersion}`,
      listeners: running.map(({ listener }) => listener),
      extensions: dump.extensions,
      routes: dump.routes,
      proxy: known,
      node,
      dump,
    },
    diagnostics: dump.diagnostics,
  };
}

function bootstrapOf(file: SourceFile): Read {
  const stream = parseYaml(file.text, file.name);
  const [document] = stream.documents;
  const { listeners, bootstrap, problems } = readStaticBootstrap(document?.value ?? null, envoyTypes());
  const told = problems.map(({ path, ...problem }): Diagnostic => ({
    ...problem,
    at: { file: file.name, range: rangeAt(document?.root, path) ?? { start: 0, end: 0 } },
  }));
  return {
    configuration: { title: file.name, listeners, extensions: [], routes: [], node: nodeOf(bootstrap) },
    diagnostics: [...stream.diagnostics, ...told],
  };
}

/** What istiod would send to a workload of the files; `like` chooses one that has the labels of a dump's pod, when none is named. */
export function buildConfiguration(
  { resources }: CliWorkspace,
  { proxy: wanted, istio, like }: { readonly proxy: string | undefined; readonly istio: string; readonly like?: DumpNode | undefined },
): CliConfiguration {
  const proxies = findProxies(resources);
  const same = wanted === undefined && like !== undefined ? proxies.filter((proxy) => isLike(proxy, like)) : [];
  const proxy = same.length === 1 && same[0] !== undefined ? same[0] : chooseProxy(proxies, wanted);
  const { listeners, extensions, routes, landings } = buildMesh({
    resources,
    proxy,
    istio,
    meshConfig: installedMeshConfig(resources),
    types: envoyTypes(),
  });
  return {
    title: `${proxy.type} ${proxy.namespace}/${proxy.name}, Istio ${istio}`,
    listeners,
    extensions,
    routes,
    landings,
    proxy,
    built: { resources, istio },
  };
}

function isLike({ namespace, labels }: Proxy, node: DumpNode): boolean {
  return namespace === node.namespace && Object.entries(labels).every(([key, value]) => node.labels[key] === value);
}

/** Only the listener that is asked for. Fails with a UsageError that names those there are. */
export function onlyListener(configuration: CliConfiguration, wanted: string | undefined): CliConfiguration {
  if (wanted === undefined) return configuration;
  const listeners = configuration.listeners.filter((listener) => listener.name === wanted);
  if (listeners.length > 0) return { ...configuration, listeners };
  throw new UsageError(`There is no listener "${wanted}". Listeners: ${configuration.listeners.map(({ name }) => name).join(', ')}.`);
}

/** What a configuration holds, in numbers and names. */
export interface Contents {
  readonly title: string;
  readonly counts: Readonly<Record<string, number>>;
  /** Known by the names istiod gives to filters. */
  readonly plugins: readonly { readonly resource: string; readonly chains: number }[];
}

export function contentsOf({ title, listeners, routes, extensions, dump }: CliConfiguration): Contents {
  const plugins = dump === undefined ? [] : keepOfDump(dump).plugins;
  return {
    title,
    counts: {
      listeners: dump?.listeners.length ?? listeners.length,
      routes: routes.length,
      extensions: extensions.length,
      clusters: dump?.clusters.length ?? 0,
      endpoints: dump?.endpoints.length ?? 0,
    },
    plugins: plugins.map(({ resource, places }) => ({ resource: formatRef(resource), chains: places.length })),
  };
}

export function contentsText({ title, counts, plugins }: Contents): string {
  const rows = Object.entries(counts).map(([name, count]) => `  ${name.padEnd(12)} ${count}\n`);
  const own = plugins.map(({ resource, chains }) => `  ${resource}  in ${chains} filter chains\n`);
  return `${title}\n${rows.join('')}${own.length === 0 ? '' : `plugins\n${own.join('')}`}`;
}
