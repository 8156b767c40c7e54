import type { Listener } from '#envoy/listener.ts';
import type { Reason, ResourceRef } from '#envoy/provenance.ts';
import { sameRef } from '#envoy/provenance.ts';
import type { BuildContext } from './listeners/context.ts';
import type { Landing } from './mesh.ts';
import { attach } from './policy/attachment.ts';
import { matchesChain, namespaceReason, namespacesOf, pluginIndex } from './policy/plugins.ts';
import type { Plugin } from './extension-config/plugin.ts';
import { reason } from './reasons.ts';
import { refOf } from './registry/service.ts';

type Place = Landing['places'][number];

/** What became of every WasmPlugin and TrafficExtension on this proxy: its chains, or the first condition that failed. */
export function pluginLandings(context: BuildContext, listeners: readonly Listener[]): readonly Landing[] {
  const { snapshot } = context;
  const places = placesByName(listeners);
  const { byNamespace, discarded } = pluginIndex(snapshot);
  const out: Landing[] = discarded.map(({ resource, reason: why }) => miss(refOf(resource), [why]));
  for (const plugin of [...byNamespace.values()].flat())
    out.push(landingOf(plugin, context, places.get(plugin.filterName) ?? [], listeners));
  for (const { resource, error } of snapshot.unreadable) {
    if (resource.kind === 'WasmPlugin' || resource.kind === 'TrafficExtension')
      out.push(miss(refOf(resource), [reason('discarded', { why: error })]));
  }
  return out;
}

function miss(resource: ResourceRef, reasons: readonly Reason[]): Landing {
  return { resource, landed: false, places: [], reasons };
}

function landingOf(plugin: Plugin, context: BuildContext, places: readonly Place[], listeners: readonly Listener[]): Landing {
  const { proxy, snapshot } = context;
  const resource = refOf(plugin.resource);
  const { services } = context.waypoint;
  const { namespace } = plugin.resource;
  if (!namespacesOf(proxy, snapshot, services).includes(namespace)) {
    return miss(resource, [reason('namespace-miss', { namespace, proxy: proxy.namespace, root: snapshot.mesh.rootNamespace })]);
  }
  const reasons: Reason[] = [namespaceReason(plugin, proxy, snapshot, services)];
  const attachment = attach(plugin.resource, proxy, snapshot, { services });
  reasons.push(attachment.reason);
  if (!attachment.attached) return miss(resource, reasons);
  reasons.push(reason(plugin.layer === 'http' ? 'type-http' : 'type-network'));
  if (places.length > 0) {
    const placed = provenanceReasons(resource, listeners);
    return { resource, landed: true, places, reasons: placed.length > 0 ? placed : reasons };
  }
  const modes: readonly ('CLIENT' | 'SERVER')[] =
    proxy.type === 'router' ? ['CLIENT'] : proxy.type === 'waypoint' ? ['SERVER'] : ['SERVER', 'CLIENT'];
  const anyPort = modes.some(
    (mode) =>
      plugin.match.length === 0 ||
      plugin.match.some((entry) => matchesChain({ ...plugin, match: [{ ...entry, ports: [] }] }, { mode, port: 0 })),
  );
  reasons.push(
    plugin.match.length > 0
      ? reason('match-miss', { chains: anyPort ? 'the ports of its chains' : `${modes.join(' or ')} traffic` })
      : reason('no-chain', { type: plugin.layer === 'http' ? 'HTTP' : 'network' }),
  );
  return miss(resource, reasons);
}

/** The reasons of the first filter a plugin became. */
function provenanceReasons(resource: ResourceRef, listeners: readonly Listener[]): readonly Reason[] {
  for (const listener of listeners) {
    for (const chain of listener.filterChains) {
      for (const filter of chain.networkFilters) {
        for (const each of [filter, ...(filter.httpFilters ?? [])]) {
          if (sameRef(each.provenance.resource, resource)) return each.provenance.reasons;
        }
      }
    }
  }
  return [];
}

/** Filter name → the chains it is in. */
function placesByName(listeners: readonly Listener[]): ReadonlyMap<string, readonly Place[]> {
  const out = new Map<string, Place[]>();
  for (const listener of listeners) {
    for (const chain of [...listener.filterChains, ...(listener.defaultFilterChain === undefined ? [] : [listener.defaultFilterChain])]) {
      const names = new Set(
        chain.networkFilters.flatMap((filter) => [filter.name, ...(filter.httpFilters ?? []).map((http) => http.name)]),
      );
      for (const name of names) {
        const list = out.get(name) ?? [];
        list.push({ listener: listener.name, chain: chain.name });
        out.set(name, list);
      }
    }
  }
  return out;
}
