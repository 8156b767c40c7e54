import type { HttpFilter, NetworkFilter } from '#envoy/listener.ts';
import type { Phase } from '#envoy/provenance.ts';
import type { Proxy } from '../../../resource.ts';
import type { SeenChain } from './chains.ts';

/** What istiod puts at each step of a chain, told by the names of its filters; `undefined` is a filter that istiod does not put there. */
export type Step = 'front' | 'custom' | 'jwt' | 'rules' | 'common' | 'late';

const httpSteps: Readonly<Record<string, Step>> = {
  'istio.metadata_exchange': 'front',
  'istio.waypoint.xfcc_client_identity': 'front',
  waypoint_downstream_peer_metadata: 'front',
  connect_authority: 'front',
  'envoy.filters.http.ext_authz': 'custom',
  'envoy.filters.http.jwt_authn': 'jwt',
  istio_authn: 'jwt',
  'envoy.filters.http.rbac': 'rules',
  'envoy.filters.http.ext_proc': 'common',
  'envoy.filters.http.stateful_session': 'common',
  'envoy.filters.http.grpc_web': 'common',
  'envoy.filters.http.grpc_stats': 'common',
  'envoy.filters.http.fault': 'common',
  'envoy.filters.http.cors': 'common',
  'envoy.filters.http.dynamic_forward_proxy': 'common',
  'istio.alpn': 'common',
  'istio.stats': 'late',
  'istio.access_log': 'late',
  'istio.stackdriver': 'late',
  waypoint_upstream_peer_metadata: 'late',
  'envoy.filters.http.router': 'late',
};

const networkSteps: Readonly<Record<string, Step>> = {
  istio_authn: 'front',
  'istio.metadata_exchange': 'front',
  connect_authority: 'front',
  'authority-filter-state': 'front',
  'envoy.filters.network.ext_authz': 'custom',
  'envoy.filters.network.rbac': 'rules',
};

const lateNetwork = new Set([
  'istio.stats',
  'istio.stackdriver',
  'istio.tcp_cluster_rewrite',
  'envoy.filters.network.http_connection_manager',
  'envoy.filters.network.tcp_proxy',
  'envoy.filters.network.sni_cluster',
  'envoy.filters.network.sni_dynamic_forward_proxy',
  'envoy.filters.network.mysql_proxy',
  'envoy.filters.network.redis_proxy',
  'envoy.filters.network.mongo_proxy',
]);

/** As istiod makes it; a filter of the same name by an EnvoyFilter is not told apart. */
export function stepOf({ layer, filters }: SeenChain, index: number): Step | undefined {
  const name = filters[index]?.name ?? '';
  const step = layer === 'http' ? httpSteps[name] : (networkSteps[name] ?? (lateNetwork.has(name) ? 'late' : undefined));
  // CUSTOM authorization is a shadow rbac followed by ext_authz (istio/istio pilot/pkg/security/authz/builder/builder.go).
  const isCustom = step === 'rules' && filters.slice(index + 1).some((filter) => filter.name.endsWith('.ext_authz'));
  return isCustom ? 'custom' : step;
}

type Rank = Step | Phase;

/** The order of the steps (istio/istio pilot/pkg/networking/core/listener_builder.go, listener_waypoint.go, networkfilter.go, 1.31). */
const orders: Readonly<Record<'proxy' | 'waypoint' | 'network', readonly Rank[]>> = {
  proxy: ['front', 'custom', 'AUTHN', 'jwt', 'AUTHZ', 'rules', 'STATS', 'UNSPECIFIED_PHASE', 'common', 'late'],
  waypoint: ['front', 'custom', 'AUTHN', 'jwt', 'AUTHZ', 'rules', 'common', 'STATS', 'UNSPECIFIED_PHASE', 'late'],
  network: ['front', 'custom', 'AUTHN', 'AUTHZ', 'rules', 'STATS', 'UNSPECIFIED_PHASE', 'late'],
};

const phases: readonly Phase[] = ['AUTHN', 'AUTHZ', 'STATS', 'UNSPECIFIED_PHASE'];

/** The phases a plugin may have that stands at this place between what istiod put there. */
export function possiblePhases(chain: SeenChain, index: number, proxyType: Proxy['type']): readonly Phase[] {
  const order = orders[chain.layer === 'network' ? 'network' : proxyType === 'waypoint' ? 'waypoint' : 'proxy'];
  const ranks = chain.filters.map((_, i) => {
    const step = stepOf(chain, i);
    return step === undefined ? undefined : order.indexOf(step);
  });
  const known = (list: readonly (number | undefined)[]): number[] => list.filter((rank) => rank !== undefined);
  const low = Math.max(-1, ...known(ranks.slice(0, index)));
  const high = Math.min(order.length, ...known(ranks.slice(index + 1)));
  return phases.filter((phase) => order.indexOf(phase) > low && order.indexOf(phase) < high);
}

export interface Placement {
  readonly phase: Phase;
  /** Only where order within the phase has to be said. */
  readonly priority: number | undefined;
  /** No phase fits everywhere it stands. */
  readonly conflict: boolean;
}

/** A plugin by its key, with every place where it stands. */
export interface PlacedPlugin {
  readonly key: string;
  readonly places: readonly { readonly chain: SeenChain; readonly index: number }[];
}

/**
 * Phases and priorities that put plugins where they stand. Where several phases would, the last one: it is what plugins have that say
 * none. `keyOf` tells which plugin a filter is.
 */
export function placePlugins(
  plugins: readonly PlacedPlugin[],
  keyOf: (filter: HttpFilter | NetworkFilter) => string | undefined,
  proxyType: Proxy['type'],
): ReadonlyMap<string, Placement> {
  const followers = followersOf(plugins, keyOf);
  const possible = new Map(plugins.map(({ key, places }) => [key, phasesOf(places, proxyType)]));
  const phaseOf = new Map<string, Phase>();
  const order = inOrder(plugins, followers);
  for (const { key } of order.toReversed()) {
    const limit = Math.min(
      ...[...(followers.get(key) ?? [])].map((next) => phases.indexOf(phaseOf.get(next) ?? 'UNSPECIFIED_PHASE')),
      phases.length,
    );
    const choices = possible.get(key) ?? [];
    phaseOf.set(key, choices.findLast((phase) => phases.indexOf(phase) <= limit) ?? choices[0] ?? 'UNSPECIFIED_PHASE');
  }
  return new Map(
    order.map(({ key }) => {
      const phase = phaseOf.get(key) ?? 'UNSPECIFIED_PHASE';
      const peers = order.filter((other) => phaseOf.get(other.key) === phase);
      const place = peers.findIndex((other) => other.key === key);
      return [
        key,
        { phase, priority: peers.length < 2 ? undefined : (peers.length - place) * 10, conflict: possible.get(key)?.length === 0 },
      ];
    }),
  );
}

function phasesOf(places: PlacedPlugin['places'], proxyType: Proxy['type']): readonly Phase[] {
  return places
    .map(({ chain, index }) => possiblePhases(chain, index, proxyType))
    .reduce((both, own) => both.filter((phase) => own.includes(phase)), phases);
}

/** Which plugins stand behind each one in some chain. */
function followersOf(
  plugins: readonly PlacedPlugin[],
  keyOf: (filter: HttpFilter | NetworkFilter) => string | undefined,
): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    plugins.map(({ key, places }) => {
      const behind = places.flatMap(({ chain, index }) => chain.filters.slice(index + 1).flatMap((filter) => keyOf(filter) ?? []));
      return [key, new Set(behind.filter((other) => other !== key))];
    }),
  );
}

function inOrder(plugins: readonly PlacedPlugin[], followers: ReadonlyMap<string, ReadonlySet<string>>): readonly PlacedPlugin[] {
  return orderedBy(plugins, (one, other) => followers.get(one.key)?.has(other.key) === true);
}

/** An order that agrees with all chains; where chains contradict each other, the first one counts. */
export function orderedBy<T>(items: readonly T[], standsBefore: (one: T, other: T) => boolean): readonly T[] {
  const left = [...items];
  const out: T[] = [];
  while (left.length > 0) {
    const free = left.findIndex((item) => !left.some((other) => other !== item && standsBefore(other, item)));
    out.push(...left.splice(Math.max(0, free), 1));
  }
  return out;
}
