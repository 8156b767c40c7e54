import type { JsonObject } from '#base/json.ts';
import type { Reason } from '#envoy/provenance.ts';
import type { Resource } from '../resource.ts';

/** The side of traffic a listener, route or cluster is made for; `ANY` only in a match. */
export type PatchContext = 'ANY' | 'SIDECAR_INBOUND' | 'SIDECAR_OUTBOUND' | 'GATEWAY' | 'WAYPOINT';

export type ApplyTo = keyof typeof patchedMessages;

/** What each `applyTo` patches: the Envoy message of its value (istio/istio pkg/config/xds/xds.go BuildXDSObjectFromStruct). */
export const patchedMessages = {
  LISTENER: 'envoy.config.listener.v3.Listener',
  LISTENER_FILTER: 'envoy.config.listener.v3.ListenerFilter',
  FILTER_CHAIN: 'envoy.config.listener.v3.FilterChain',
  NETWORK_FILTER: 'envoy.config.listener.v3.Filter',
  HTTP_FILTER: 'envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter',
  ROUTE_CONFIGURATION: 'envoy.config.route.v3.RouteConfiguration',
  VIRTUAL_HOST: 'envoy.config.route.v3.VirtualHost',
  HTTP_ROUTE: 'envoy.config.route.v3.Route',
  CLUSTER: 'envoy.config.cluster.v3.Cluster',
  EXTENSION_CONFIG: 'envoy.config.core.v3.TypedExtensionConfig',
  BOOTSTRAP: 'envoy.config.bootstrap.v3.Bootstrap',
} as const;

export function isApplyTo(text: string): text is ApplyTo {
  return Object.hasOwn(patchedMessages, text);
}

export type Operation =
  | 'INVALID'
  | 'MERGE'
  | 'MERGE_AND_REPLACE_LIST'
  | 'ADD'
  | 'REMOVE'
  | 'INSERT_BEFORE'
  | 'INSERT_AFTER'
  | 'INSERT_FIRST'
  | 'REPLACE';

/** One `configPatches` entry, ready to be applied. */
export interface Patch {
  readonly resource: Resource;
  readonly index: number;
  readonly applyTo: ApplyTo;
  /** As istiod runs it: INSERT_* on kinds that have no order count as ADD. */
  readonly operation: Operation;
  readonly context: PatchContext;
  readonly proxy: ProxyMatch;
  readonly listener?: ListenerMatch | undefined;
  readonly route?: RouteMatch | undefined;
  readonly cluster?: ClusterMatch | undefined;
  /** Canonical proto JSON; absent only when the user gave none, which a REMOVE alone survives. */
  readonly value?: JsonObject | undefined;
}

export interface ProxyMatch {
  /** As written. */
  readonly proxyVersion?: string | undefined;
  /** Does the pattern hit a version? Absent: every version does. */
  readonly matchesVersion?: ((version: string) => boolean) | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface ListenerMatch {
  readonly name?: string | undefined;
  readonly portNumber?: number | undefined;
  readonly listenerFilter?: string | undefined;
  readonly filterChain?: FilterChainMatch | undefined;
}

export interface FilterChainMatch {
  readonly name?: string | undefined;
  readonly sni?: string | undefined;
  readonly transportProtocol?: string | undefined;
  readonly applicationProtocols?: string | undefined;
  readonly destinationPort?: number | undefined;
  readonly filter?: FilterMatch | undefined;
}

export interface FilterMatch {
  readonly name: string;
  readonly subFilter?: { readonly name: string } | undefined;
}

export interface RouteMatch {
  readonly name?: string | undefined;
  readonly portNumber?: number | undefined;
  readonly portName?: string | undefined;
  readonly gateway?: string | undefined;
  readonly vhost?: VirtualHostMatch | undefined;
}

export interface VirtualHostMatch {
  readonly name?: string | undefined;
  readonly domainName?: string | undefined;
  readonly route?: { readonly name?: string | undefined; readonly action?: string | undefined } | undefined;
}

export interface ClusterMatch {
  readonly name?: string | undefined;
  readonly portNumber?: number | undefined;
  readonly service?: string | undefined;
  readonly subset?: string | undefined;
}

/** An EnvoyFilter as istiod keeps it. */
export interface EnvoyFilterReading {
  readonly resource: Resource;
  readonly priority: number;
  readonly patches: readonly Patch[];
  /** Patches that istiod throws away while reading, and why. */
  readonly dropped: readonly { readonly index: number; readonly reason: Reason }[];
  /** Set when the spec as a whole cannot be read; then there are no patches. */
  readonly unreadable?: Reason | undefined;
}

export const MERGES: ReadonlySet<Operation> = new Set(['MERGE', 'MERGE_AND_REPLACE_LIST']);
