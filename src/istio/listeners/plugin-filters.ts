import type { HttpFilter, NetworkFilter } from '#envoy/listener.ts';
import { formatRef, type Phase, type Provenance, type Reason } from '#envoy/provenance.ts';
import { httpPlaceholder, networkPlaceholder } from '../extension-config/placeholder.ts';
import type { Plugin } from '../extension-config/plugin.ts';
import { attach } from '../policy/attachment.ts';
import { namespaceReason, pluginsFor, type ChainInfo, type PluginsByPhase } from '../policy/plugins.ts';
import { reason, type RuleCode } from '../reasons.ts';
import type { ProxyView } from '../registry/proxy-view.ts';
import { refOf } from '../registry/service.ts';
import { creationTime } from '../resource-order.ts';
import type { Snapshot } from '../snapshot.ts';

/** The plugins of one chain as filters, by phase. */
export type PhaseFilters<T> = (phase: Phase) => readonly T[];

export function httpPlugins(proxy: ProxyView, snapshot: Snapshot, chain: ChainInfo): PhaseFilters<HttpFilter> {
  const byPhase = pluginsFor(proxy, snapshot, 'http', chain);
  return (phase) =>
    placed(byPhase, phase).map(([plugin, before]) => httpPlaceholder(plugin, provenanceOf(plugin, before, proxy, snapshot, chain)));
}

export function networkPlugins(proxy: ProxyView, snapshot: Snapshot, chain: ChainInfo): PhaseFilters<NetworkFilter> {
  const byPhase = pluginsFor(proxy, snapshot, 'network', chain);
  return (phase) =>
    placed(byPhase, phase)
      .map(([plugin, before]) => networkPlaceholder(plugin, provenanceOf(plugin, before, proxy, snapshot, chain)))
      .filter((filter) => filter !== undefined);
}

/** Each plugin of a phase with the one in front of it. */
function placed(byPhase: PluginsByPhase, phase: Phase): readonly (readonly [Plugin, Plugin | undefined])[] {
  const list = byPhase.get(phase) ?? [];
  return list.map((plugin, i) => [plugin, list[i - 1]]);
}

const phaseRules: Readonly<Record<Phase, RuleCode>> = {
  AUTHN: 'phase-authn',
  AUTHZ: 'phase-authz',
  STATS: 'phase-stats',
  UNSPECIFIED_PHASE: 'phase-unspecified',
};

function provenanceOf(plugin: Plugin, before: Plugin | undefined, proxy: ProxyView, snapshot: Snapshot, chain: ChainInfo): Provenance {
  const late = plugin.phase === 'STATS' || plugin.phase === 'UNSPECIFIED_PHASE';
  const onWaypoint = proxy.type === 'waypoint' && plugin.layer === 'http' && late;
  const reasons: Reason[] = [
    namespaceReason(plugin, proxy, snapshot, chain.services),
    attach(plugin.resource, proxy, snapshot, { services: chain.services }).reason,
    plugin.match.length === 0 ? reason('match-all') : reason('match', { mode: chain.mode, port: chain.port }),
    reason(plugin.layer === 'network' ? 'phase-network' : onWaypoint ? 'phase-waypoint' : phaseRules[plugin.phase]),
    plugin.priority === undefined ? reason('priority-absent') : reason('priority', { priority: plugin.priority }),
  ];
  if (before !== undefined && before.priority === plugin.priority) reasons.push(tieReason(before, plugin));
  return {
    origin: plugin.resource.kind === 'WasmPlugin' ? 'wasm-plugin' : 'traffic-extension',
    resource: refOf(plugin.resource),
    phase: plugin.phase,
    priority: plugin.priority,
    reasons,
  };
}

function tieReason(before: Plugin, plugin: Plugin): Reason {
  const other = formatRef(refOf(before.resource));
  if (before.resource.namespace !== plugin.resource.namespace) return reason('priority-tie-namespace', { other });
  if (creationTime(before.resource) !== creationTime(plugin.resource)) return reason('priority-tie-age', { other });
  return reason('priority-tie-name', { other });
}
