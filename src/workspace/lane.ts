import type { ExtensionConfig, FilterChain, HttpFilter, Listener, NetworkFilter } from '#envoy/listener.ts';
import { httpManagerOf } from '#envoy/listener.ts';
import { filterTitle } from '#envoy/filter-title.ts';
import { chainMatchInWords } from '#envoy/matcher-words.ts';
import { runsCode } from '#envoy/plugin-code.ts';
import type { Provenance } from '#envoy/provenance.ts';
import { sameRef } from '#envoy/provenance.ts';
import type { MeshOutput } from '#istio/mesh.ts';
import type { Diagnostic } from '#base/diagnostic.ts';
import { asNumber, getIn } from '#base/json.ts';
import type { Lane, LaneBand, LaneChain, LaneGap, LaneRow } from './design.ts';
import { laneRoute } from './lane-route.ts';

/** What the lane needs to know beyond the chain itself. */
export interface LaneContext {
  readonly listener: Listener;
  readonly chain: FilterChain;
  readonly chainIndex: number;
  readonly mesh: MeshOutput;
  readonly gaps: readonly LaneGap[];
  readonly isSimulated: (filter: HttpFilter | NetworkFilter, extension: ExtensionConfig | undefined) => boolean;
  /** Problems of a resource, worst first, for the badge on its card. */
  readonly problemsOf: (provenance: Provenance) => readonly Diagnostic[];
}

/** The connection through one chain, ready to draw. */
export function buildLane(context: LaneContext): Lane {
  const { listener, chain, chainIndex, gaps } = context;
  const filters = httpManagerOf(chain)?.httpFilters ?? [];
  return {
    listenerFilters: listener.listenerFilters,
    chains: laneChains(listener, chainIndex),
    networkFilters: rowsOf(chain.networkFilters, 'network', context),
    rows: rowsOf(filters, 'http', context),
    gaps,
    bands: bandsOf(gaps),
    route: laneRoute(chain, context.mesh.routes),
  };
}

export function laneChains(listener: Listener, selected: number): readonly LaneChain[] {
  const chains = listener.filterChains.map((chain, index) => laneChain(listener, chain, index, selected));
  return listener.defaultFilterChain === undefined ? chains : [...chains, laneChain(listener, listener.defaultFilterChain, -1, selected)];
}

function laneChain(listener: Listener, chain: FilterChain, index: number, selected: number): LaneChain {
  const http = httpManagerOf(chain) !== undefined;
  const kind = http ? 'HTTP' : 'TCP';
  const port = asNumber(getIn(chain.match, ['destinationPort']));
  const name = chain.name === '' ? (index === -1 ? 'default' : `chain ${index + 1}`) : chain.name;
  const title = port !== undefined ? `:${port} ${kind}` : `${name} ${kind}`;
  return {
    index,
    title,
    match: index === -1 ? 'everything else' : chainMatchInWords(listener, chain),
    http,
    port,
    selected: index === selected,
  };
}

function rowsOf(filters: readonly (HttpFilter | NetworkFilter)[], layer: string, context: LaneContext): readonly LaneRow[] {
  const seen = new Map<string, number>();
  return filters.map((filter, index) => {
    const count = seen.get(filter.name) ?? 0;
    seen.set(filter.name, count + 1);
    const { provenance } = filter;
    const problems = context.problemsOf(provenance);
    const extension = filter.configDiscovery === undefined ? undefined : context.mesh.extensions.find((item) => item.name === filter.name);
    const { resource } = provenance;
    const kind = kindOf(filter, extension);
    return {
      id: `${layer}:${filter.name}${count === 0 ? '' : `#${count + 1}`}`,
      index,
      filter,
      title:
        kind === 'built-in'
          ? filterTitle(filter.name, filter.typedConfig)
          : (resource?.name ?? filterTitle(filter.name, filter.typedConfig)),
      subtitle: subtitleOf(provenance),
      kind,
      simulated: context.isSimulated(filter, extension),
      provenance,
      resource,
      extension,
      landing: context.mesh.landings.find((landing) => landing.landed && sameRef(landing.resource, resource)),
      problems: problems.length,
      worst: problems[0]?.severity,
    };
  });
}

function kindOf(filter: HttpFilter | NetworkFilter, extension: ExtensionConfig | undefined): LaneRow['kind'] {
  const { provenance } = filter;
  // A configuration does not say who put a filter there; but code that somebody brought is a plugin.
  if (provenance.origin === 'config') return provenance.resource !== undefined || runsCode(filter, extension) ? 'plugin' : 'built-in';
  if (provenance.origin === 'wasm-plugin' || provenance.origin === 'traffic-extension') return 'plugin';
  return provenance.origin === 'envoy-filter' ? 'envoy-filter' : 'built-in';
}

function subtitleOf({ origin, priority, resource, contributors }: Provenance): string {
  if (origin === 'wasm-plugin' || origin === 'traffic-extension') return priority === undefined ? 'unset' : String(priority);
  if (origin === 'envoy-filter') return resource === undefined ? 'EnvoyFilter' : `EnvoyFilter ${resource.name}`;
  if (contributors !== undefined && contributors.length > 1) return `${contributors.length} ${contributors[0]?.kind ?? 'resource'}s`;
  return resource?.kind ?? contributors?.[0]?.kind ?? '';
}

const bandTitles: Readonly<Record<LaneBand['phase'], string>> = {
  AUTHN: 'AUTHN',
  AUTHZ: 'AUTHZ',
  STATS: 'STATS',
  UNSPECIFIED_PHASE: 'no phase',
};

/** Neighbouring gaps of one phase are one band. */
function bandsOf(gaps: readonly LaneGap[]): readonly LaneBand[] {
  const bands: LaneBand[] = [];
  for (const gap of gaps) {
    if (gap.band === undefined) continue;
    const last = bands.at(-1);
    if (last !== undefined && last.phase === gap.band && last.lastGap >= gap.index - 1)
      bands[bands.length - 1] = { ...last, lastGap: gap.index };
    else bands.push({ phase: gap.band, title: bandTitles[gap.band], firstGap: gap.index, lastGap: gap.index });
  }
  return bands;
}
