import type { Diagnostic } from '#base/diagnostic.ts';
import type { JsonObject } from '#base/json.ts';
import type { TextRange } from '#base/text-range.ts';
import type { ExtensionConfig, Listener } from '../listener.ts';

/** What a proxy runs, as far as the text says it. All messages are canonical proto JSON. */
export interface ConfigDump {
  readonly listeners: readonly DumpedListener[];
  /** `RouteConfiguration`s. */
  readonly routes: readonly JsonObject[];
  readonly clusters: readonly JsonObject[];
  /** `ClusterLoadAssignment`s; only with `include_eds`. */
  readonly endpoints: readonly JsonObject[];
  /** What filters with `configDiscovery` got; `missing` where the dump has extension configurations but not that one. */
  readonly extensions: readonly ExtensionConfig[];
  readonly bootstrap?: JsonObject | undefined;
  readonly node?: DumpNode | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export interface DumpedListener {
  readonly listener: Listener;
  /** `error`: never accepted, this is the refused configuration. */
  readonly state: 'static' | 'active' | 'warming' | 'draining' | 'error';
  /** What Envoy says about the version it refused, also when an older one is active. */
  readonly refused?: string | undefined;
  /** The message in the text, when it was read from one. */
  readonly range?: TextRange | undefined;
}

/** Who the proxy is, from its bootstrap. */
export interface DumpNode {
  readonly id: string;
  readonly cluster: string;
  /** `sidecar`, `router`, `waypoint`: the first part of an Istio id. */
  readonly type?: string | undefined;
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
  readonly istioVersion?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly metadata: JsonObject;
}
