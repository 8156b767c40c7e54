import { compareDiagnostics } from '#base/diagnostic.ts';
import type { Diagnostic } from '#base/diagnostic.ts';
import { keepIdentity, memoLast } from '#base/memo.ts';
import type { KeptDump } from '#envoy/config-dump/keep.ts';
import type { FilterChain, Listener } from '#envoy/listener.ts';
import { sameRef } from '#envoy/provenance.ts';
import { buildMesh } from '#istio/build-listeners.ts';
import { findProxies } from '#istio/find-proxies.ts';
import type { MeshOutput } from '#istio/mesh.ts';
import { readResources } from '#istio/read-resources.ts';
import type { Proxy, Resource } from '#istio/resource.ts';
import type { CatalogueEntry } from '#plugins/catalogue/entry.ts';
import { simulationOf } from '#simulator/filters/registry.ts';
import { isNetworkSimulated } from '#simulator/tcp/registry.ts';
import { chooseChain, chooseListener, chooseSource } from './choose.ts';
import type { Design, Lane } from './design.ts';
import type { DumpFile, WorkspaceDocument } from './document.ts';
import type { DumpReadings } from './dump-readings.ts';
import { laneGaps } from './gaps.ts';
import { buildLane } from './lane.ts';
import { installedMeshConfig } from '#istio/installed-mesh.ts';
import { pluginDiagnostics } from './plugin-diagnostics.ts';
import { dumpSource, resourceSource, type ProxySource } from './proxy-source.ts';
import { createFileReader } from './read-files.ts';
import type { FileReader, ReadFiles } from './read-files.ts';
import { sortTexts, textSources } from './text-sources.ts';
import type { ViewState } from './view.ts';
import type { Checks, Vocabulary } from './vocabulary.ts';

/** Text and view in, everything that is drawn out. Pure but for its memory: each stage recomputes only when its own inputs changed. */
export type Deriver = (
  document: WorkspaceDocument,
  view: ViewState,
  vocabulary: Pick<Vocabulary, 'types' | 'checks'>,
  readings?: DumpReadings,
) => Design;

const noReadings: DumpReadings = new Map();

export function createDeriver(catalogue: readonly CatalogueEntry[], reader: FileReader = createFileReader()): Deriver {
  const read = memoLast(reader.read);
  const sortedOf = memoLast(sortTexts);
  const resourcesOf = memoLast(readResources);
  const proxiesOf = memoLast(findProxies);
  const fromResources = memoLast((proxies: readonly Proxy[]) => proxies.map(resourceSource));
  const fromTexts = memoLast(textSources);
  const fromDumps = dumpSources();
  const sourcesOf = memoLast((...lists: readonly (readonly ProxySource[])[]) => lists.flat());
  const meshOf = memoLast(buildFor);
  const checksOf = memoLast(runChecks);
  const pluginChecksOf = memoLast(pluginDiagnostics);
  const mergedOf = memoLast(mergeDiagnostics);
  const laneOf = memoLast(makeLane);
  const designOf = memoLast(assemble);

  return (document, view, { types, checks }, readings = noReadings) => {
    const files = read(document.files);
    const texts = sortedOf(files.good);
    const { resources, unknown, diagnostics: readProblems } = resourcesOf(texts.resources);
    const proxies = proxiesOf(resources);
    const sources = sourcesOf(fromResources(proxies), fromTexts(texts, document.files, types), fromDumps(document.dumps, readings));
    const source = chooseSource(sources, view.proxy, resources);
    const mesh = source === undefined ? undefined : (source.output ?? meshOf(resources, source.proxy, view.istio, types));
    const listener = mesh === undefined || source === undefined ? undefined : chooseListener(mesh.listeners, view.listener, source.proxy);
    const chosen = listener === undefined ? undefined : chooseChain(listener, view.chain);
    const diagnostics = mergedOf(
      files,
      sources,
      readProblems,
      checksOf(checks, resources, view.istio, types),
      pluginChecksOf(resources, document.modules, catalogue),
      mesh?.diagnostics ?? [],
    );
    const lane = laneOf(mesh, listener, chosen?.chain, chosen?.index ?? 0, source, resources, diagnostics);
    return designOf(files, resources, unknown, proxies, sources, source, mesh, listener, chosen?.chain, lane, diagnostics);
  };
}

/** Every dump that is read as a source. Progress elsewhere changes nothing here. */
function dumpSources(): (dumps: readonly DumpFile[], readings: DumpReadings) => readonly ProxySource[] {
  const made = new WeakMap<KeptDump, { readonly file: DumpFile; readonly source: ProxySource }>();
  const keep = keepIdentity<ProxySource>();
  return (dumps, readings) =>
    keep(
      dumps.flatMap((file): readonly ProxySource[] => {
        const reading = readings.get(file.key);
        if (reading?.kind !== 'read') return [];
        const known = made.get(reading.dump);
        if (known?.file === file) return [known.source];
        const source = dumpSource(file, reading.dump);
        made.set(reading.dump, { file, source });
        return [source];
      }),
    );
}

function runChecks(
  checks: Checks | undefined,
  resources: readonly Resource[],
  istio: string,
  types: Vocabulary['types'],
): readonly Diagnostic[] {
  return checks === undefined ? [] : checks(resources, { istio, types });
}

/** What istiod would send to a proxy of these resources. */
export function buildFor(resources: readonly Resource[], proxy: Proxy, istio: string, types: Vocabulary['types']): MeshOutput {
  return buildMesh({ resources, proxy, istio, meshConfig: installedMeshConfig(resources), types });
}

/** One sorted list. What is said about a document whose text is broken now would point at the wrong place, so only its syntax errors count. */
function mergeDiagnostics(
  files: ReadFiles,
  sources: readonly ProxySource[],
  ...lists: readonly (readonly Diagnostic[])[]
): readonly Diagnostic[] {
  const staleFiles = new Set([...files.streams].filter((stream, i) => stream !== files.good[i]).map((stream) => stream.file));
  const syntax = files.streams.flatMap((stream) => stream.diagnostics);
  const rest = [...lists.flat(), ...sources.flatMap((source) => source.diagnostics)].filter(
    (item) => item.at === undefined || !staleFiles.has(item.at.file),
  );
  return [...syntax, ...rest].sort(compareDiagnostics);
}

function makeLane(
  mesh: MeshOutput | undefined,
  listener: Listener | undefined,
  chain: FilterChain | undefined,
  chainIndex: number,
  source: ProxySource | undefined,
  resources: readonly Resource[],
  diagnostics: readonly Diagnostic[],
): Lane | undefined {
  if (mesh === undefined || listener === undefined || chain === undefined || source === undefined) return undefined;
  const placeOf = (resource: Resource): readonly Diagnostic[] => {
    const origin = resource.origin;
    if (origin === undefined) return [];
    const { start, end } = origin.document.range;
    return diagnostics.filter(
      ({ at, severity }) =>
        at?.file === origin.file && (severity === 'error' || severity === 'warning') && at.range.start >= start && at.range.start <= end,
    );
  };
  return buildLane({
    listener,
    chain,
    chainIndex,
    mesh,
    // What a proxy runs or a file says is looked at: there is no resource to put in between.
    gaps: source.kind === 'resources' ? laneGaps(chain, source.proxy.type) : [],
    isSimulated: (filter, extension) => {
      const config = extension?.typedConfig ?? filter.typedConfig;
      return simulationOf(config) !== 'pass-through' || isNetworkSimulated(config);
    },
    problemsOf: ({ resource }) => {
      const found = resources.find((item) => sameRef(item, resource));
      return found === undefined ? [] : placeOf(found);
    },
  });
}

function assemble(
  files: ReadFiles,
  resources: readonly Resource[],
  unknown: readonly Resource[],
  proxies: readonly Proxy[],
  sources: readonly ProxySource[],
  source: ProxySource | undefined,
  mesh: MeshOutput | undefined,
  listener: Listener | undefined,
  chain: FilterChain | undefined,
  lane: Lane | undefined,
  diagnostics: readonly Diagnostic[],
): Design {
  return {
    streams: files.streams,
    staleDocuments: files.stale,
    resources,
    unknown,
    proxies,
    proxy: source?.proxy,
    sources,
    source,
    mesh,
    listener,
    chain,
    lane,
    diagnostics,
    stale: files.stale.size > 0,
  };
}
