import type { Diagnostic } from '#base/diagnostic.ts';
import type { JsonObject } from '#base/json.ts';
import type { ExtensionConfig, Listener } from '#envoy/listener.ts';
import type { Reason, ResourceRef } from '#envoy/provenance.ts';
import type { EnvoyTypes } from '#envoy/types.ts';
import type { Proxy, Resource } from './resource.ts';

/** Everything istiod looks at when it builds the listeners of one proxy. */
export interface MeshInput {
  readonly resources: readonly Resource[];
  readonly proxy: Proxy;
  /** The istiod that builds: `1.31`, `1.29.1` … */
  readonly istio: string;
  /** Laid over istiod's defaults; undefined = the bare default. */
  readonly meshConfig?: JsonObject | undefined;
  /** Feature switches of istiod (`PILOT_…`); absent: those of the istiod among the resources. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly types?: EnvoyTypes | undefined;
  /**
   * `completed` (the default) adds what a cluster adds to what is applied: defaults and addresses of Services, the Services of managed
   * gateways. `as-given` takes the resources as the API server would hand them to istiod.
   */
  readonly cluster?: 'completed' | 'as-given' | undefined;
  /** The release of the Gateway API whose CRDs the cluster has; the newest in a completed cluster, unknown in a given one. */
  readonly gatewayApi?: string | undefined;
}

/** What istiod sends to that proxy, with the reason for everything that landed and everything that did not. */
export interface MeshOutput {
  readonly listeners: readonly Listener[];
  /** Answers to every `configDiscovery` name, before the agent fetches modules. */
  readonly extensions: readonly ExtensionConfig[];
  /** `RouteConfiguration`s as proto JSON. */
  readonly routes: readonly JsonObject[];
  readonly landings: readonly Landing[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What became of one WasmPlugin, TrafficExtension or EnvoyFilter (patch) on this proxy. */
export interface Landing {
  readonly resource: ResourceRef;
  /** Index of the configPatch, for EnvoyFilters. */
  readonly patch?: number | undefined;
  readonly landed: boolean;
  /** The chains it is in: listener name and chain name. */
  readonly places: readonly { readonly listener: string; readonly chain: string }[];
  /** The conditions in the order istiod asks them; for a miss the last one is the one that failed. */
  readonly reasons: readonly Reason[];
}
