import type { Phase } from '#envoy/provenance.ts';
import type { Operation } from '../../envoyfilter/patch.ts';
import type { Plugin } from '../../extension-config/plugin.ts';

/** Where a patch puts its filter. */
export interface WantedPlace {
  readonly operation: Operation;
  readonly anchor: string | undefined;
}

/** The phase that comes nearest, and whether a plugin of that phase stands in just that place. */
export interface FoundPhase {
  readonly phase: Phase;
  readonly exact: boolean;
}

/** Phases on either side of the filters istiod generates (istio/istio pilot/pkg/networking/core/listener_builder.go buildHTTPConnectionManager). */
const before: Readonly<Record<Plugin['layer'], Readonly<Record<string, Phase>>>> = {
  http: {
    'envoy.filters.http.jwt_authn': 'AUTHN',
    'envoy.filters.http.rbac': 'AUTHZ',
    'envoy.filters.http.ext_proc': 'UNSPECIFIED_PHASE',
    'envoy.filters.http.grpc_web': 'UNSPECIFIED_PHASE',
    'envoy.filters.http.grpc_stats': 'UNSPECIFIED_PHASE',
  },
  network: {
    'envoy.filters.network.rbac': 'AUTHZ',
    'envoy.filters.network.http_connection_manager': 'UNSPECIFIED_PHASE',
    'istio.stats': 'UNSPECIFIED_PHASE',
    'envoy.filters.network.tcp_proxy': 'UNSPECIFIED_PHASE',
  },
};

const after: typeof before = {
  http: {
    'istio.metadata_exchange': 'AUTHN',
    'envoy.filters.http.ext_authz': 'AUTHN',
    'envoy.filters.http.jwt_authn': 'AUTHZ',
    'envoy.filters.http.rbac': 'STATS',
  },
  network: { 'istio.metadata_exchange': 'AUTHN', 'envoy.filters.network.ext_authz': 'AUTHN', 'envoy.filters.network.rbac': 'STATS' },
};

/** The phase for a place next to a filter of istiod's; `undefined` when the anchor is another filter. */
export function phaseAt({ operation, anchor }: WantedPlace, layer: Plugin['layer']): FoundPhase | undefined {
  const isFirst = operation === 'INSERT_FIRST' || (operation === 'INSERT_BEFORE' && anchor === undefined);
  if (isFirst || (operation === 'INSERT_BEFORE' && anchor === 'istio.metadata_exchange')) return { phase: 'AUTHN', exact: false };
  if (anchor === undefined) return { phase: 'UNSPECIFIED_PHASE', exact: false };
  const table = operation === 'INSERT_BEFORE' ? before[layer] : after[layer];
  const phase = Object.hasOwn(table, anchor) ? table[anchor] : undefined;
  if (phase !== undefined) return { phase, exact: true };
  const isBuiltin = anchor.startsWith('envoy.filters.') || anchor.startsWith('istio.');
  return isBuiltin ? { phase: 'UNSPECIFIED_PHASE', exact: false } : undefined;
}

/** The filters of each phase in the order in which patches put them. */
export class PhaseOrder {
  readonly #lists = new Map<Phase, string[]>();

  /** The phase of a filter that stands already. */
  phaseOf(name: string): Phase | undefined {
    return [...this.#lists].find(([, list]) => list.includes(name))?.[0];
  }

  put(name: string, phase: Phase, { operation, anchor }: WantedPlace): void {
    const list = this.#lists.get(phase) ?? [];
    this.#lists.set(phase, list);
    if (list.includes(name)) return;
    const at = anchor === undefined ? -1 : list.indexOf(anchor);
    if (at >= 0) list.splice(operation === 'INSERT_AFTER' ? at + 1 : at, 0, name);
    else if (operation === 'INSERT_BEFORE' && anchor !== undefined) list.push(name);
    else list.unshift(name);
  }

  /** Higher runs first; with one plugin in a phase there is nothing to order. */
  priorityOf(name: string, phase: Phase): number | undefined {
    const list = this.#lists.get(phase) ?? [];
    return list.length < 2 ? undefined : (list.length - list.indexOf(name)) * 10;
  }
}
