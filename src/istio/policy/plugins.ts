import type { Phase, Reason } from '#envoy/provenance.ts';
import { groupBy } from '../collections.ts';
import { readPlugin, type Plugin } from '../extension-config/plugin.ts';
import { reason } from '../reasons.ts';
import type { ProxyView } from '../registry/proxy-view.ts';
import type { Service } from '../registry/service.ts';
import { compareText, creationTime } from '../resource-order.ts';
import type { Resource } from '../resource.ts';
import { perSnapshot, type Snapshot } from '../snapshot.ts';
import { attach } from './attachment.ts';

/** A plugin istiod drops before it looks at any proxy. */
export interface DiscardedPlugin {
  readonly resource: Resource;
  readonly reason: Reason;
}

export interface PluginIndex {
  readonly byNamespace: ReadonlyMap<string, readonly Plugin[]>;
  readonly discarded: readonly DiscardedPlugin[];
}

/** Every plugin by namespace in istiod's order: older first, then name, then namespace (`push_context.go initTrafficExtensions`). */
export const pluginIndex = perSnapshot((snapshot: Snapshot): PluginIndex => {
  const plugins: Plugin[] = [];
  const discarded: DiscardedPlugin[] = [];
  const kinds = ['WasmPlugin', 'TrafficExtension'];
  for (const resource of kinds.flatMap((kind) => snapshot.list('extensions.istio.io', kind))) {
    const { plugin, dropped } = readPlugin(resource, snapshot.minor);
    if (plugin !== undefined) plugins.push(plugin);
    else if (dropped !== undefined) discarded.push({ resource, reason: dropped });
  }
  plugins.sort(
    (a, b) =>
      creationTime(a.resource) - creationTime(b.resource) ||
      compareText(a.name, b.name) ||
      compareText(a.resource.namespace, b.resource.namespace),
  );
  return { byNamespace: groupBy(plugins, (plugin) => plugin.resource.namespace), discarded };
});

/** The listener chain that plugins are asked for. */
export interface ChainInfo {
  /** `SERVER` for inbound and waypoints, `CLIENT` for outbound and gateways. */
  readonly mode: 'CLIENT' | 'SERVER';
  /** The port that `match.ports` is compared with; 0 for none. */
  readonly port: number;
  readonly services?: readonly Service[] | undefined;
}

/** The plugins of one chain by phase, each list in the order of the chain. */
export type PluginsByPhase = ReadonlyMap<Phase, readonly Plugin[]>;

/**
 * The plugins of one layer for a chain: namespace of the proxy, root namespace, namespaces of the services; then by priority, higher
 * first, ties staying in that order (istio/istio `pilot/pkg/model/push_context.go TrafficExtensionsByListenerInfo`).
 */
export function pluginsFor(proxy: ProxyView, snapshot: Snapshot, layer: Plugin['layer'], chain: ChainInfo): PluginsByPhase {
  const attached = attachedPlugins(proxy, snapshot, chain.services);
  const byPhase = groupBy(
    attached.filter((plugin) => plugin.layer === layer && matchesChain(plugin, chain)),
    (plugin) => plugin.phase,
  );
  for (const list of byPhase.values()) list.sort((a, b) => rank(b) - rank(a));
  return byPhase;
}

const attachments = new WeakMap<ProxyView, Map<string, readonly Plugin[]>>();

/** The plugins that are for the proxy at all, with the given services; the same question is answered once. */
export function attachedPlugins(proxy: ProxyView, snapshot: Snapshot, services: readonly Service[] = []): readonly Plugin[] {
  let known = attachments.get(proxy);
  if (known === undefined) attachments.set(proxy, (known = new Map()));
  const key = services.map((service) => `${service.registry}/${service.namespace}/${service.name}`).join();
  let found = known.get(key);
  if (found === undefined) {
    const { byNamespace } = pluginIndex(snapshot);
    found = namespacesOf(proxy, snapshot, services)
      .flatMap((namespace) => byNamespace.get(namespace) ?? [])
      .filter((plugin) => attach(plugin.resource, proxy, snapshot, { services }).attached);
    known.set(key, found);
  }
  return found;
}

/** Absent priority is the smallest number. */
function rank(plugin: Plugin): number {
  return plugin.priority ?? -2_147_483_648;
}

/** The namespaces whose plugins are looked at, in order, none twice. */
export function namespacesOf(proxy: ProxyView, snapshot: Snapshot, services: readonly Service[] = []): readonly string[] {
  return [...new Set([proxy.namespace, snapshot.mesh.rootNamespace, ...services.map((service) => service.namespace)])];
}

/** `match` is an OR of entries; in one entry mode and ports must both fit (`pilot/pkg/model/extensions.go matchTrafficExtensionSelectors`). */
export function matchesChain(plugin: Plugin, chain: ChainInfo): boolean {
  if (plugin.match.length === 0) return true;
  return plugin.match.some(({ mode, ports }) => {
    if ((mode === 'CLIENT' || mode === 'SERVER') && mode !== chain.mode) return false;
    return ports.length === 0 || ports.some((port) => port !== 0 && port === chain.port);
  });
}

/** Why a plugin of that namespace is looked at for the proxy. */
export function namespaceReason(plugin: Plugin, proxy: ProxyView, snapshot: Snapshot, services: readonly Service[] = []): Reason {
  const { namespace } = plugin.resource;
  if (namespace === proxy.namespace) return reason('namespace');
  if (namespace === snapshot.mesh.rootNamespace) return reason('root-namespace', { namespace });
  return reason('service-namespace', { name: services.find((service) => service.namespace === namespace)?.hostname ?? '' });
}
