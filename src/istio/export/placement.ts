import { asArray, asNumber, asObject, asString, type JsonObject } from '#base/json.ts';
import { HCM_NAME, type FilterChain, type Listener } from '#envoy/listener.ts';
import type { PatchContext } from '../envoyfilter/patch.ts';
import type { Plugin } from '../extension-config/plugin.ts';
import type { Proxy } from '../resource.ts';
import { exportedName } from './wasm-value.ts';

/** Where one patch of an EnvoyFilter puts a plugin. */
export interface Placement {
  readonly context: PatchContext;
  readonly scope: Scope;
  readonly operation: 'INSERT_BEFORE' | 'INSERT_AFTER' | 'INSERT_FIRST' | 'ADD';
  readonly anchor?: string | undefined;
}

/** What narrows a patch to some chains of its context. */
export interface Scope {
  readonly listener?: string | undefined;
  /** What `portNumber` is compared with. */
  readonly port?: number | undefined;
  readonly chain?: string | undefined;
  readonly sni?: string | undefined;
  readonly transport?: string | undefined;
}

export interface Placements {
  readonly placements: readonly Placement[];
  /** Chains the plugin is in that no match can name alone. */
  readonly unreachable: readonly string[];
}

interface Item {
  /** In the chain as istiod built it. */
  readonly name: string;
  /** In the chain that the export makes: plugins go by another name there. */
  readonly exported: string;
  readonly plugin: boolean;
}

/** One list of filters that patches of a context reach, as it is while plugins are put back one by one. */
interface Lane {
  readonly context: PatchContext;
  readonly listener: string;
  readonly chain: string;
  /** What a match can say about it. */
  readonly scope: Scope;
  /** As istiod built it, plugins included. */
  readonly final: readonly Item[];
  now: Item[];
}

/**
 * Finds, for each plugin in the order of the chains, patches that put it exactly where it stands, and nowhere else. Patches of earlier
 * plugins count as applied.
 */
export function placePlugins(plugins: readonly Plugin[], listeners: readonly Listener[], proxy: Proxy): ReadonlyMap<Plugin, Placements> {
  const byName = new Map(plugins.map((plugin) => [plugin.filterName, plugin]));
  const out = new Map<Plugin, Placements>();
  for (const layer of ['http', 'network'] as const) {
    const lanes = listeners.flatMap((listener) => lanesOf(listener, layer, proxy, byName));
    for (const plugin of inOrder(lanes, byName)) if (plugin.layer === layer) out.set(plugin, place(plugin, lanes));
  }
  return out;
}

/** Plugins in the order of the chains; chains agree on it. */
export function inOrder(lanes: readonly Pick<Lane, 'final'>[], byName: ReadonlyMap<string, Plugin>): readonly Plugin[] {
  const names = new Set(lanes.toSorted((a, b) => b.final.length - a.final.length).flatMap((lane) => lane.final.map((item) => item.name)));
  return [...names].flatMap((name) => byName.get(name) ?? []);
}

function lanesOf(listener: Listener, layer: Plugin['layer'], proxy: Proxy, byName: ReadonlyMap<string, Plugin>): readonly Lane[] {
  const context = contextOf(listener, proxy);
  const chains = [...listener.filterChains, ...(listener.defaultFilterChain === undefined ? [] : [listener.defaultFilterChain])];
  return chains.flatMap((chain) => {
    const filters =
      layer === 'network' ? chain.networkFilters : chain.networkFilters.find((filter) => filter.name === HCM_NAME)?.httpFilters;
    if (filters === undefined) return [];
    const final = filters.map(({ name }): Item => {
      const plugin = byName.get(name);
      return { name, exported: plugin === undefined ? name : exportedName(plugin), plugin: plugin !== undefined };
    });
    return [
      {
        context,
        listener: listener.name,
        chain: chain.name,
        scope: scopeOf(listener, chain),
        final,
        now: final.filter((item) => !item.plugin),
      },
    ];
  });
}

export function contextOf(listener: Pick<Listener, 'direction'>, proxy: Pick<Proxy, 'type'>): PatchContext {
  if (proxy.type === 'router') return 'GATEWAY';
  return proxy.type === 'waypoint' || listener.direction === 'INBOUND' ? 'SIDECAR_INBOUND' : 'SIDECAR_OUTBOUND';
}

function scopeOf(listener: Listener, chain: FilterChain): Scope {
  const match = asObject(chain.match);
  return {
    listener: listener.name,
    port: portOf(listener, chain),
    chain: chain.name === '' ? undefined : chain.name,
    sni: asString(asArray(match['serverNames'])[0]),
    transport: asString(match['transportProtocol']),
  };
}

function portOf(listener: Listener, chain: FilterChain): number | undefined {
  if (listener.name === 'virtualInbound' || listener.name === 'virtualOutbound') return asNumber(asObject(chain.match)['destinationPort']);
  const port = /:(\d+)$/.exec(listener.address)?.[1];
  return port === undefined ? undefined : Number(port);
}

function place(plugin: Plugin, lanes: readonly Lane[]): Placements {
  const placements: Placement[] = [];
  const unreachable: string[] = [];
  const wanted = (lane: Lane): boolean => lane.final.some((item) => item.name === plugin.filterName);
  for (const context of ['SIDECAR_INBOUND', 'SIDECAR_OUTBOUND', 'GATEWAY'] as const) {
    const own = lanes.filter((lane) => lane.context === context);
    let open = own.filter(wanted);
    for (const scope of scopesOf(open)) {
      if (open.length === 0) break;
      const fitting = own.filter((lane) => fits(scope, lane));
      const found = anchorFor(plugin, fitting, open);
      if (found === undefined) continue;
      for (const lane of found.lanes) insert(lane, plugin, found.anchor);
      placements.push({ context, scope, ...found.anchor });
      open = open.filter((lane) => !found.lanes.includes(lane));
    }
    unreachable.push(...open.map((lane) => `${lane.listener} ${lane.chain}`.trim()));
  }
  return { placements, unreachable };
}

/** Matches that hit some of these lanes, from wide to narrow. */
function scopesOf(lanes: readonly Lane[]): readonly Scope[] {
  const keys = [
    [],
    ['port'],
    ['listener'],
    ['listener', 'port'],
    ['listener', 'chain'],
    ['listener', 'chain', 'port'],
    ['listener', 'sni'],
    ['listener', 'chain', 'port', 'transport', 'sni'],
  ] as const;
  const scopes = keys.flatMap((fields) => lanes.map((lane) => Object.fromEntries(fields.map((field) => [field, lane.scope[field]]))));
  const unique = new Map(scopes.map((scope) => [JSON.stringify(scope), scope]));
  return [...unique.values()];
}

/** An absent field of a scope fits every lane. */
function fits(scope: Scope, lane: Lane): boolean {
  return (['listener', 'port', 'chain', 'sni', 'transport'] as const).every(
    (field) => scope[field] === undefined || scope[field] === lane.scope[field],
  );
}

type Anchor = Pick<Placement, 'operation' | 'anchor'>;

/**
 * One operation that puts the plugin to its place in some open lanes, and does nothing in all other lanes the match reaches: a filter in
 * the match that a lane does not have keeps the patch away from it.
 */
function anchorFor(
  plugin: Plugin,
  reached: readonly Lane[],
  open: readonly Lane[],
): { readonly anchor: Anchor; readonly lanes: readonly Lane[] } | undefined {
  const first = reached.find((lane) => open.includes(lane));
  if (first === undefined) return undefined;
  const { before, after } = neighbours(plugin, first);
  const candidates: Anchor[] = [
    ...(after === undefined ? [] : [{ operation: 'INSERT_BEFORE', anchor: after.exported } as const]),
    ...(before === undefined
      ? [{ operation: 'INSERT_FIRST' } as const]
      : [{ operation: 'INSERT_AFTER', anchor: before.exported } as const]),
    ...(after === undefined ? [{ operation: 'ADD' } as const] : []),
  ];
  for (const anchor of candidates) {
    const lanes = reached.filter((lane) => target(lane, anchor) !== undefined);
    if (lanes.every((lane) => open.includes(lane) && target(lane, anchor) === position(plugin, lane))) return { anchor, lanes };
  }
  return undefined;
}

/** The filters now next to the plugin's place. */
function neighbours(plugin: Plugin, lane: Lane): { readonly before: Item | undefined; readonly after: Item | undefined } {
  const at = position(plugin, lane);
  return { before: lane.now[at - 1], after: lane.now[at] };
}

/** The index in the present list where the plugin belongs. */
function position(plugin: Plugin, lane: Lane): number {
  const end = lane.final.findIndex((item) => item.name === plugin.filterName);
  return lane.final.slice(0, end).filter((item) => lane.now.includes(item)).length;
}

/** The index at which istiod would insert. */
function target(lane: Lane, { operation, anchor }: Anchor): number | undefined {
  if (operation === 'INSERT_FIRST') return 0;
  if (operation === 'ADD') return lane.now.length;
  const hit = lane.now.findIndex((item) => item.exported === anchor);
  if (hit < 0) return undefined;
  return operation === 'INSERT_BEFORE' ? hit : hit + 1;
}

function insert(lane: Lane, plugin: Plugin, anchor: Anchor): void {
  const at = target(lane, anchor);
  const item = lane.final.find(({ name }) => name === plugin.filterName);
  if (at !== undefined && item !== undefined) lane.now = lane.now.toSpliced(at, 0, item);
}

/** The `match` of a patch for a placement. */
export function matchOf(layer: Plugin['layer'], placement: Placement): JsonObject {
  const { scope, anchor } = placement;
  const filter =
    layer === 'http'
      ? { name: HCM_NAME, ...(anchor === undefined ? {} : { subFilter: { name: anchor } }) }
      : anchor === undefined
        ? undefined
        : { name: anchor };
  const filterChain = {
    ...(scope.chain === undefined ? {} : { name: scope.chain }),
    ...(scope.sni === undefined ? {} : { sni: scope.sni }),
    ...(scope.transport === undefined ? {} : { transportProtocol: scope.transport }),
    ...(filter === undefined ? {} : { filter }),
  };
  const listener = {
    ...(scope.listener === undefined ? {} : { name: scope.listener }),
    ...(scope.port === undefined ? {} : { portNumber: scope.port }),
    ...(Object.keys(filterChain).length === 0 ? {} : { filterChain }),
  };
  return { context: placement.context, ...(Object.keys(listener).length === 0 ? {} : { listener }) };
}
