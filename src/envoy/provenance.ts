/** Who put a filter, a chain or a listener where it stands, and why there. Travels beside Envoy's own configuration. */
export interface Provenance {
  readonly origin: Origin;
  /** The Kubernetes resource behind it, when there is one. */
  readonly resource?: ResourceRef | undefined;
  /** Every resource that contributes, for filters that several policies make together (rbac, jwt_authn). */
  readonly contributors?: readonly ResourceRef[] | undefined;
  readonly phase?: Phase | undefined;
  /** As written; `undefined` when the resource gives none. */
  readonly priority?: number | undefined;
  /** In the order in which the rules apply; each a sentence with the source of its rule. */
  readonly reasons: readonly Reason[];
}

export type Origin =
  | 'istio' // a rule of istiod itself
  | 'wasm-plugin'
  | 'traffic-extension'
  | 'envoy-filter'
  | 'security' // RequestAuthentication, AuthorizationPolicy, PeerAuthentication
  | 'telemetry'
  | 'service' // Service, ServiceEntry, Gateway, VirtualService …
  | 'config' // read from a config_dump or a static bootstrap
  | 'scenario';

export type Phase = 'AUTHN' | 'AUTHZ' | 'STATS' | 'UNSPECIFIED_PHASE';

export interface ResourceRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface Reason {
  /** Stable, for tests and translation: `phase`, `priority-tie-age`, `insert-before` … */
  readonly code: string;
  readonly text: string;
  /** The rule's source: repository, file, symbol. */
  readonly source?: string | undefined;
}

/** `WasmPlugin demo/regex-replace`: how a resource is named in messages and ids. */
export function formatRef(ref: ResourceRef): string {
  return `${ref.kind} ${ref.namespace}/${ref.name}`;
}

export function sameRef(a: ResourceRef | undefined, b: ResourceRef | undefined): boolean {
  return a !== undefined && b !== undefined && a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
}
