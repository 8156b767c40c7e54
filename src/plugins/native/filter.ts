import type { JsonObject } from '#base/json.ts';
import httpFilters from './http-filters.json';
import networkFilters from './network-filters.json';

/**
 * One of Envoy's own filters as the catalogue offers it. What it does and where its documentation is, `envoy/filter-about.ts` knows;
 * a real Envoy has taken every configuration (`conformance/envoy/native/default-filters.scenarios.mjs`).
 */
export interface NativeFilter {
  /** Unique in the catalogue and a legal Kubernetes name: becomes `metadata.name` of a fresh EnvoyFilter. */
  readonly name: string;
  /** Its usual name in Envoy. */
  readonly filter: string;
  readonly layer: 'http' | 'network';
  /** Ends the chain: it can only take the place of the filter that does so now. */
  readonly terminal: boolean;
  /** `typed_config` of a fresh one; `{cluster}` stands for the cluster that the replaced filter sends to. */
  readonly config: JsonObject;
  /** Only this build of Envoy has it; absent: every one. */
  readonly build?: 'istio' | 'contrib' | undefined;
  /** What the filter needs from the routes to do anything: `typed_per_filter_config` for every virtual host. */
  readonly route?: JsonObject | undefined;
}

interface Row {
  readonly name: string;
  readonly filter: string;
  readonly terminal?: boolean;
  readonly config: JsonObject;
  readonly route?: JsonObject;
  readonly build?: string;
}

const rowsOf = (layer: NativeFilter['layer'], rows: readonly Row[]): readonly NativeFilter[] =>
  rows.map(({ terminal = false, build, ...row }) => ({
    ...row,
    layer,
    terminal,
    build: build === 'istio' || build === 'contrib' ? build : undefined,
  }));

/** Envoy's filters one can insert. To add one: a row in the JSON of its layer, and its scenario recorded. */
export const nativeFilters: readonly NativeFilter[] = [
  ...rowsOf('http', httpFilters),
  ...rowsOf('network', networkFilters),
];

/** The `typed_config` of a fresh filter that takes over from one which sends to `cluster`. */
export function freshConfig({ config }: Pick<NativeFilter, 'config'>, cluster: string): JsonObject {
  return JSON.parse(JSON.stringify(config).replaceAll('"{cluster}"', () => JSON.stringify(cluster))) as JsonObject;
}
