import type { Diagnostic, Severity } from '#base/diagnostic.ts';
import type { ExtensionConfig, FilterChain, HttpFilter, Listener, ListenerFilter, NetworkFilter } from '#envoy/listener.ts';
import type { Phase, Provenance, ResourceRef } from '#envoy/provenance.ts';
import type { Landing, MeshOutput } from '#istio/mesh.ts';
import type { Layer } from '#istio/placement/slots.ts';
import type { Proxy, Resource } from '#istio/resource.ts';
import type { YamlDocument, YamlStream } from '#yaml/tree.ts';
import type { LaneRoute } from './lane-route.ts';
import type { ProxySource } from './proxy-source.ts';

/** Everything derived from the text and the view: what canvas, lists, inspector and preview draw. Pure data, recomputed by `derive`. */
export interface Design {
  readonly streams: readonly YamlStream[];
  /** Last good readings that stand for documents whose text does not parse now: nothing may be edited through them. */
  readonly staleDocuments: ReadonlySet<YamlDocument>;
  readonly resources: readonly Resource[];
  /** Objects of kinds the twin does not read: kept and listed. */
  readonly unknown: readonly Resource[];
  /** Those that resources tell of. */
  readonly proxies: readonly Proxy[];
  readonly proxy: Proxy | undefined;
  /** These, and what the files of Envoy's own configuration have. */
  readonly sources: readonly ProxySource[];
  readonly source: ProxySource | undefined;
  readonly mesh: MeshOutput | undefined;
  readonly listener: Listener | undefined;
  readonly chain: FilterChain | undefined;
  readonly lane: Lane | undefined;
  /** Merged: YAML, resources, istiod's checks, plugin configurations, modules. Sorted. */
  readonly diagnostics: readonly Diagnostic[];
  /** Some text does not parse: `mesh` and `lane` show the last text that did. */
  readonly stale: boolean;
}

/** The connection through one chain, as the canvas draws it. */
export interface Lane {
  readonly listenerFilters: readonly ListenerFilter[];
  readonly chains: readonly LaneChain[];
  readonly networkFilters: readonly LaneRow[];
  /** HTTP filters in request order; empty when the chain has no connection manager. */
  readonly rows: readonly LaneRow[];
  readonly gaps: readonly LaneGap[];
  readonly bands: readonly LaneBand[];
  readonly route: LaneRoute;
}

export interface LaneChain {
  /** As in `ViewState.chain`. */
  readonly index: number;
  readonly title: string;
  /** The match in words. */
  readonly match: string;
  /** It has a connection manager. */
  readonly http: boolean;
  /** The destination port it is for. */
  readonly port: number | undefined;
  readonly selected: boolean;
}

/** One filter of the lane. `id` is unique in the lane and stable while the filter stays: names repeat in Envoy. */
export interface LaneRow {
  readonly id: string;
  readonly index: number;
  readonly filter: HttpFilter | NetworkFilter;
  /** Short title: the resource's name, or the filter's without its common prefix. */
  readonly title: string;
  /** `AUTHN 10`, `RequestAuthentication`, `EnvoyFilter` … */
  readonly subtitle: string;
  readonly kind: 'built-in' | 'plugin' | 'envoy-filter';
  readonly simulated: boolean;
  readonly provenance: Provenance;
  readonly resource: ResourceRef | undefined;
  /** What the filter gets from ECDS, if it has `configDiscovery`. */
  readonly extension: ExtensionConfig | undefined;
  readonly landing: Landing | undefined;
  readonly problems: number;
  /** Of its problems. */
  readonly worst: Severity | undefined;
}

/** A place between two filters: `index` filters stand before it. */
export interface LaneGap {
  /** Between HTTP filters or between network filters. */
  readonly layer: Layer;
  readonly index: number;
  readonly band: Phase | undefined;
  /** What dropping here means: "AUTHN, after basic-auth", or "needs an EnvoyFilter: …". */
  readonly text: string;
  readonly needsEnvoyFilter: boolean;
}

/** A phase as a band of the lane: covers the gaps from `firstGap` to `lastGap`, with the plugins between. */
export interface LaneBand {
  readonly phase: Phase;
  readonly title: string;
  readonly firstGap: number;
  readonly lastGap: number;
}
