import { formatRef, type ResourceRef } from '#envoy/provenance.ts';
import { groupBy } from './collections.ts';
import type { Landing } from './mesh.ts';
import type { Resource } from './resource.ts';

/** What became of one plugin or EnvoyFilter on one proxy. */
export interface MatrixCell {
  /** Of an EnvoyFilter: at least one of its patches. */
  readonly landed: boolean;
  /** In how many filter chains. */
  readonly chains: number;
  /** Of an EnvoyFilter: patches that landed, and all that were asked about. */
  readonly patches?: { readonly landed: number; readonly all: number } | undefined;
  /** The conditions in istiod's order; of a miss the last one is the first that failed. */
  readonly reasons: readonly string[];
}

const kinds: ReadonlySet<string> = new Set(['WasmPlugin', 'TrafficExtension', 'EnvoyFilter']);

/** The columns of a matrix workload × plugin: everything that can land on a proxy, in the order of the texts. */
export function matrixColumns(resources: readonly Resource[]): readonly ResourceRef[] {
  const columns = new Map<string, ResourceRef>();
  for (const { kind, namespace, name } of resources) {
    if (kinds.has(kind) && name !== '') columns.set(formatRef({ kind, namespace, name }), { kind, namespace, name });
  }
  return [...columns.values()];
}

/** One row: what became of each column on the proxy whose landings these are; undefined where istiod was not asked. */
export function matrixRow(landings: readonly Landing[], columns: readonly ResourceRef[]): readonly (MatrixCell | undefined)[] {
  const byResource = groupBy(landings, ({ resource }) => formatRef(resource));
  return columns.map((column) => cellOf(byResource.get(formatRef(column)) ?? []));
}

function cellOf(landings: readonly Landing[]): MatrixCell | undefined {
  const best = landings.find(({ landed }) => landed) ?? landings[0];
  if (best === undefined) return undefined;
  const hits = landings.filter(({ landed }) => landed);
  const chains = new Set(hits.flatMap(({ places }) => places.map(({ listener, chain }) => JSON.stringify([listener, chain]))));
  return {
    landed: best.landed,
    chains: chains.size,
    patches: best.patch === undefined ? undefined : { landed: hits.length, all: landings.length },
    reasons: best.reasons.map(({ text }) => text),
  };
}
