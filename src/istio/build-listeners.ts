import { completeCluster } from './complete-cluster.ts';
import type { ExtensionConfig, Listener } from '#envoy/listener.ts';
import { applyEnvoyFilters } from './envoyfilter/apply.ts';
import { resolveExtensions } from './extension-config/resolve.ts';
import { pluginLandings } from './landings.ts';
import { buildContextOf, buildListeners, unpatchedListeners } from './listeners/build-listeners.ts';
import type { BuildContext } from './listeners/context.ts';
import { httpProxyListenerName } from './listeners/http-proxy.ts';
import type { MeshInput, MeshOutput } from './mesh.ts';
import { attach } from './policy/attachment.ts';
import { attachedPlugins } from './policy/plugins.ts';
import { buildRoutes } from './routes/build-routes.ts';
import { snapshotOf } from './snapshot.ts';

/**
 * What istiod sends to a proxy: listeners with EnvoyFilters applied, the answers to their extension names, the routes they ask for;
 * and what became of every plugin and patch. Never throws for what users write.
 */
export function buildMesh(input: MeshInput): MeshOutput {
  const resources = input.cluster === 'as-given' ? input.resources : completeCluster(input.resources);
  const snapshot = snapshotOf({ ...input, resources });
  const context = buildContextOf(input.proxy, snapshot);
  const { rootNamespace } = snapshot.mesh;
  const patched = applyEnvoyFilters(buildListeners(context), {
    proxy: input.proxy,
    resources: snapshot.list('networking.istio.io', 'EnvoyFilter'),
    minor: snapshot.minor,
    rootNamespace,
    types: input.types,
    attach: (resource) => attach(resource, context.proxy, snapshot),
    httpProxyListener: httpProxyListenerName(context),
  });
  const listeners = [...patched.listeners, ...unpatchedListeners(context)];
  return {
    listeners,
    extensions: extensionsOf(input, context, listeners),
    routes: buildRoutes(context, listeners, input.types),
    landings: [...pluginLandings(context, listeners), ...patched.landings],
    diagnostics: patched.diagnostics,
  };
}

function extensionsOf(input: MeshInput, context: BuildContext, listeners: readonly Listener[]): readonly ExtensionConfig[] {
  const { snapshot, proxy } = context;
  const services = proxy.type === 'waypoint' ? context.waypointServices : [];
  const attached = new Set(attachedPlugins(proxy, snapshot, services));
  return resolveExtensions(discoveredNames(listeners), {
    proxy: input.proxy,
    resources: snapshot.readable,
    minor: snapshot.minor,
    rootNamespace: snapshot.mesh.rootNamespace,
    serviceNamespaces: services.map((service) => service.namespace),
    attached: (plugin) => attached.has(plugin),
  });
}

/** Every name that a filter of the listeners leaves to ECDS. */
export function discoveredNames(listeners: readonly Listener[]): ReadonlySet<string> {
  const out = new Set<string>();
  const note = (filter: { readonly name: string; readonly configDiscovery?: unknown }): void => {
    if (filter.configDiscovery !== undefined) out.add(filter.name);
  };
  for (const listener of listeners) {
    listener.listenerFilters.forEach(note);
    for (const chain of [...listener.filterChains, ...(listener.defaultFilterChain === undefined ? [] : [listener.defaultFilterChain])]) {
      for (const filter of chain.networkFilters) {
        note(filter);
        filter.httpFilters?.forEach(note);
      }
    }
  }
  return out;
}
