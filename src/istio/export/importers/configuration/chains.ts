import { asNumber, asObject, getIn } from '#base/json.ts';
import { httpManagerOf, type ExtensionConfig, type HttpFilter, type Listener, type NetworkFilter } from '#envoy/listener.ts';
import type { Proxy } from '../../../resource.ts';

export type Layer = 'http' | 'network';
export type Mode = 'SERVER' | 'CLIENT';

/** The filters of one layer of one chain, as far as plugins and patches are told by them. */
export interface SeenChain {
  readonly layer: Layer;
  readonly mode: Mode;
  /** The port that `match` of plugins and patches compares with; absent for chains of all other traffic. */
  readonly port: number | undefined;
  readonly filters: readonly (HttpFilter | NetworkFilter)[];
}

/** Chains that end unknown or forbidden traffic: istiod puts no plugin there, so its absence means nothing. */
const dead = /blackhole|^PassthroughFilterChain$|catchall-tcp$/;

/** Every layer of every chain that istiod made. Listeners of the bootstrap (metrics, readiness) have no direction and are left out. */
export function seenChains(listeners: readonly Listener[], proxyType: Proxy['type']): readonly SeenChain[] {
  return listeners.flatMap((listener) => {
    if (listener.direction === 'UNSPECIFIED') return [];
    const mode: Mode = proxyType === 'waypoint' || (proxyType === 'sidecar' && listener.direction === 'INBOUND') ? 'SERVER' : 'CLIENT';
    const bound = portOf(listener);
    const chains = [...listener.filterChains, ...(listener.defaultFilterChain === undefined ? [] : [listener.defaultFilterChain])];
    return chains.flatMap((chain): readonly SeenChain[] => {
      const own = asNumber(getIn(chain.match, ['destinationPort']));
      const port = proxyType === 'waypoint' ? undefined : mode === 'SERVER' ? own : bound;
      const manager = httpManagerOf(chain);
      const network: SeenChain = { layer: 'network', mode, port, filters: chain.networkFilters };
      const http: readonly SeenChain[] = manager === undefined ? [] : [{ layer: 'http', mode, port, filters: manager.httpFilters ?? [] }];
      return dead.test(chain.name) ? http : [network, ...http];
    });
  });
}

/** The virtual outbound listener is for every port that has none of its own. */
function portOf({ name, rest }: Listener): number | undefined {
  if (name.startsWith('virtual')) return undefined;
  return asNumber(asObject(asObject(rest['address'])['socketAddress'])['portValue']);
}

/** On which sides and ports something stands, of all there are. */
export interface Spread {
  readonly mode: Mode;
  /** Empty: on all. */
  readonly ports: readonly number[];
}

/**
 * Where filters of this kind stand, as `match` of a plugin says it: a side with all its ports, or the ports. Undefined when it is every
 * chain of the proxy.
 */
export function spreadOf(chains: readonly SeenChain[], layer: Layer, stands: (chain: SeenChain) => boolean): readonly Spread[] | undefined {
  const sides = (['SERVER', 'CLIENT'] as const).map((mode) =>
    sideOf(
      chains.filter((chain) => chain.layer === layer && chain.mode === mode),
      stands,
    ),
  );
  if (sides.every((side) => side === 'all' || side === 'nothing there')) return undefined;
  return (['SERVER', 'CLIENT'] as const).flatMap((mode, i): readonly Spread[] => {
    const side = sides[i];
    if (side === undefined || side === 'nothing there' || side === 'none') return [];
    return [{ mode, ports: side === 'all' ? [] : side }];
  });
}

function sideOf(chains: readonly SeenChain[], stands: (chain: SeenChain) => boolean): 'nothing there' | 'none' | 'all' | readonly number[] {
  if (chains.length === 0) return 'nothing there';
  const numbered = chains.flatMap(({ port }) => (port === undefined ? [] : [port]));
  const own = new Set(chains.flatMap((chain) => (chain.port !== undefined && stands(chain) ? [chain.port] : [])));
  const others = chains.filter(({ port }) => port === undefined);
  const inOthers = others.some(stands);
  if (inOthers) return 'all';
  if (own.size === 0) return 'none';
  return others.length === 0 && numbered.every((port) => own.has(port)) ? 'all' : [...own].toSorted((a, b) => a - b);
}

/** What a filter gets: its own configuration or the answer of ECDS. */
export function configOf(filter: HttpFilter | NetworkFilter, extensions: ReadonlyMap<string, ExtensionConfig>): HttpFilter['typedConfig'] {
  return filter.typedConfig ?? extensions.get(filter.name)?.typedConfig;
}
