import { asArray, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import type { Phase } from '#envoy/provenance.ts';
import type { EnvoyTypes } from '#envoy/types.ts';
import type { Patch } from '../../envoyfilter/patch.ts';
import { readEnvoyFilter } from '../../envoyfilter/read.ts';
import type { TargetRef } from '../../extension-config/plugin.ts';
import type { Minor } from '../../minors.ts';
import { compareByCreation } from '../../resource-order.ts';
import type { Resource } from '../../resource.ts';
import { objectName, type ImportedPlugin, type Lost } from './imported.ts';
import { phaseAt, PhaseOrder, type FoundPhase, type WantedPlace } from './place.ts';
import { codeOfTyped, isCode } from './wasm-fields.ts';

export interface EnvoyFilterInput {
  readonly resources: readonly Resource[];
  readonly minor: Minor;
  readonly types: EnvoyTypes | undefined;
  readonly lostOf: (resource: Resource) => Lost;
}

/** One filter that an EnvoyFilter puts in, with every patch that does it. */
interface Found {
  readonly resource: Resource;
  readonly layer: ImportedPlugin['layer'];
  readonly filterName: string;
  readonly typed: JsonObject;
  readonly patches: Patch[];
}

/**
 * The Wasm and Lua filters that EnvoyFilters put in, as plugins. Their place becomes the phase that comes nearest, and their order
 * priorities; what a plugin cannot say is told.
 */
export function fromEnvoyFilters(input: EnvoyFilterInput): readonly ImportedPlugin[] {
  const readings = input.resources.map((resource) => readEnvoyFilter(resource, input.minor, input.types));
  const ordered = readings.toSorted((a, b) => a.priority - b.priority || compareByCreation(a.resource, b.resource));
  const found = ordered.flatMap(({ resource, patches, unreadable }) => {
    if (unreadable !== undefined) input.lostOf(resource)('anything', unreadable.text);
    return filtersOf(resource, patches, input.lostOf(resource));
  });
  const order = new PhaseOrder();
  const phases = new Map(found.map((filter) => [filter, placeOf(filter, order, input.lostOf(filter.resource))]));
  return found.flatMap((filter) => {
    const lost = input.lostOf(filter.resource);
    const code = codeOfTyped(filter.typed, input.types, lost);
    if (code === undefined) return [];
    const phase = phases.get(filter) ?? 'UNSPECIFIED_PHASE';
    const siblings = found.filter((other) => other.resource === filter.resource);
    const plain = filter.filterName.replace(`${filter.resource.namespace}.`, '');
    return [
      {
        name: siblings.length === 1 ? filter.resource.name : objectName(`${filter.resource.name}-${plain}`),
        from: filter.resource,
        layer: filter.layer,
        code,
        ...targetOf(filter.resource),
        phase,
        priority: order.priorityOf(filter.filterName, phase),
        match: matchOf(filter, lost),
      },
    ];
  });
}

function filtersOf(resource: Resource, patches: readonly Patch[], lost: Lost): readonly Found[] {
  const extensions = new Map<string, JsonObject>();
  for (const { applyTo, operation, value } of patches) {
    if (applyTo === 'EXTENSION_CONFIG' && operation === 'ADD') extensions.set(nameOf(value), asObject(value?.['typedConfig']));
  }
  const out = new Map<string, Found>();
  const used = new Set<string>();
  for (const patch of patches.filter(({ applyTo }) => applyTo !== 'EXTENSION_CONFIG')) {
    const filterName = nameOf(patch.value);
    const typed = insertedCode(patch, extensions);
    if (typed === undefined) {
      const what = `patch ${patch.index + 1} (${patch.operation} on ${patch.applyTo})`;
      lost(what, 'Only patches that put in a Wasm or Lua filter become plugins.');
      continue;
    }
    if (typed === extensions.get(filterName)) used.add(filterName);
    const layer = patch.applyTo === 'HTTP_FILTER' ? 'http' : 'network';
    const key = JSON.stringify([layer, filterName, typed]);
    const known = out.get(key);
    if (known === undefined) out.set(key, { resource, layer, filterName, typed, patches: [patch] });
    else known.patches.push(patch);
  }
  for (const name of extensions.keys()) {
    if (!used.has(name)) lost(`the configuration ${name}`, 'No filter of this EnvoyFilter asks for it.');
  }
  return [...out.values()];
}

function nameOf(value: JsonObject | undefined): string {
  return asString(value?.['name']) ?? '';
}

/** The configuration of the Wasm or Lua filter that the patch puts in, its own or one of `extensions`. */
function insertedCode({ applyTo, operation, value }: Patch, extensions: ReadonlyMap<string, JsonObject>): JsonObject | undefined {
  const isFilter = applyTo === 'HTTP_FILTER' || applyTo === 'NETWORK_FILTER';
  if (!isFilter || (operation !== 'ADD' && !operation.startsWith('INSERT_'))) return undefined;
  const own = value?.['typedConfig'];
  const typed = isObject(own) ? own : extensions.get(nameOf(value));
  return typed !== undefined && isCode(typed) ? typed : undefined;
}

function wantedPlace(patch: Patch): WantedPlace {
  const filter = patch.listener?.filterChain?.filter;
  return { operation: patch.operation, anchor: patch.applyTo === 'HTTP_FILTER' ? filter?.subFilter?.name : filter?.name };
}

/** Patches of one filter differ with the chains they are for; the one that says most decides. */
function placeOf(filter: Found, order: PhaseOrder, lost: Lost): Phase {
  const tried = filter.patches.map(wantedPlace).map((wanted) => ({ wanted, ...nearestPhase(wanted, filter.layer, order) }));
  const best = tried.find(({ phase, exact }) => exact && phase !== 'UNSPECIFIED_PHASE') ?? tried.find(({ exact }) => exact) ?? tried[0];
  if (best === undefined) return 'UNSPECIFIED_PHASE';
  const { wanted, phase, exact } = best;
  const where = wanted.anchor === undefined ? wanted.operation : `${wanted.operation} ${wanted.anchor}`;
  if (!exact) lost(`its place (${where})`, places[phase]);
  order.put(filter.filterName, phase, wanted);
  return phase;
}

function nearestPhase(wanted: WantedPlace, layer: Found['layer'], order: PhaseOrder): FoundPhase {
  const neighbour = wanted.anchor === undefined ? undefined : order.phaseOf(wanted.anchor);
  if (neighbour !== undefined) return { phase: neighbour, exact: true };
  return phaseAt(wanted, layer) ?? { phase: 'UNSPECIFIED_PHASE', exact: false };
}

const places: Readonly<Record<Phase, string>> = {
  AUTHN: 'The first place for plugins is phase AUTHN: behind istio.metadata_exchange and CUSTOM authorization.',
  AUTHZ: 'In phase AUTHZ plugins stand behind jwt_authn and before rbac.',
  STATS: 'In phase STATS plugins stand behind rbac.',
  UNSPECIFIED_PHASE: 'Plugins without a phase stand behind rbac and before grpc_stats, fault, cors and istio.stats.',
};

function targetOf(resource: Resource): Pick<ImportedPlugin, 'selector' | 'targetRefs'> {
  const targetRefs = asArray(resource.spec['targetRefs']).map((item): TargetRef => {
    const text = (key: string): string => asString(asObject(item)[key]) ?? '';
    return { group: text('group'), kind: text('kind'), name: text('name'), namespace: text('namespace') };
  });
  if (targetRefs.length > 0) return { targetRefs };
  const labels = asObject(asObject(resource.spec['workloadSelector'])['labels']);
  return Object.keys(labels).length === 0 ? {} : { selector: labels };
}

type Side = 'CLIENT' | 'SERVER';

/** Contexts and ports as `match`. */
function matchOf({ patches, layer, resource }: Found, lost: Lost): readonly JsonObject[] {
  const ports: Readonly<Record<Side, Set<number | undefined>>> = { CLIENT: new Set(), SERVER: new Set() };
  for (const patch of patches) {
    for (const side of sidesOf(patch)) ports[side].add(patch.listener?.portNumber);
    narrower(patch, layer, lost);
  }
  const { selector, targetRefs } = targetOf(resource);
  if (patches.every(({ context }) => context === 'GATEWAY') && selector === undefined && targetRefs === undefined)
    lost('the context GATEWAY', 'Mode CLIENT is for gateways and for outgoing traffic of sidecars alike; a selector narrows it.');
  const list = (side: Side): readonly (number | undefined)[] => (ports[side].has(undefined) ? [undefined] : [...ports[side]]);
  const both = list('CLIENT').filter((port) => list('SERVER').includes(port));
  if (both.includes(undefined)) return [];
  const entry = (mode: Side | undefined, own: readonly (number | undefined)[]): readonly JsonObject[] => {
    const numbers = own.flatMap((port) => (port === undefined ? [] : [{ number: port }]));
    if (own.length === 0) return [];
    return [{ ...(mode === undefined ? {} : { mode }), ...(numbers.length === 0 ? {} : { ports: numbers }) }];
  };
  const only = (side: Side): readonly (number | undefined)[] => list(side).filter((port) => !both.includes(port));
  return [...entry(undefined, both), ...entry('SERVER', only('SERVER')), ...entry('CLIENT', only('CLIENT'))];
}

function sidesOf({ context }: Patch): readonly Side[] {
  if (context === 'SIDECAR_INBOUND') return ['SERVER'];
  return context === 'ANY' ? ['SERVER', 'CLIENT'] : ['CLIENT'];
}

/** Conditions beyond side and port. */
function narrower({ listener, proxy, index }: Patch, layer: ImportedPlugin['layer'], lost: Lost): void {
  const chain = listener?.filterChain;
  const conditions = [
    [listener?.name, 'listener.name'],
    [chain?.name, 'filterChain.name'],
    [chain?.sni, 'filterChain.sni'],
    [chain?.transportProtocol, 'filterChain.transportProtocol'],
    [chain?.applicationProtocols, 'filterChain.applicationProtocols'],
    [chain?.destinationPort, 'filterChain.destinationPort'],
    [proxy.proxyVersion, 'proxy.proxyVersion'],
    [Object.keys(proxy.metadata).join(', ') || undefined, 'proxy.metadata'],
  ] as const;
  for (const [value, name] of conditions) {
    const detail =
      layer === 'http' ? 'A plugin is in every HTTP chain of its side and ports.' : 'A plugin is in every chain of its side and ports.';
    if (value !== undefined) lost(`match.${name} of patch ${index + 1}`, detail);
  }
}
