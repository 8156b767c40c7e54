import { completeCluster } from './complete-cluster.ts';
import type { ExtensionConfig, Listener } from '#envoy/listener.ts';
import { proxyClusters } from './clusters/proxy-clusters.ts';
import { installedSwitches } from './installed-switches.ts';
import { applyEnvoyFilters } from './envoyfilter/apply.ts';
import { clusterLandings } from './envoyfilter/clusters.ts';
import { extensionConfigLandings, insertedExtensionConfigs } from './envoyfilter/extension-configs.ts';
import { createRoutePatcher } from './envoyfilter/routes.ts';
import { selectPatches } from './envoyfilter/select.ts';
import { proxyViewOf } from './registry/proxy-view.ts';
import { readFeatures } from './features.ts';
import { readsInferencePools } from './gateway-api/inference-pools.ts';
import { minorOf } from './minors.ts';
import type { Resource } from './resource.ts';
import { newestGatewayApi } from './gateway-api/crds.ts';
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
export function buildMesh(asked: MeshInput): MeshOutput {
  const isGiven = asked.cluster === 'as-given';
  const input = isGiven || asked.env !== undefined ? asked : { ...asked, env: installedSwitches(asked.resources) };
  const resources = isGiven ? input.resources : completeCluster(input.resources, hasInferencePools(input));
  const gatewayApi = input.gatewayApi ?? (isGiven ? undefined : newestGatewayApi);
  const snapshot = snapshotOf({ ...input, resources, gatewayApi });
  const view = proxyViewOf(input.proxy, snapshot);
  const selecting = {
    proxy: { ...input.proxy, istioVersion: view.istioVersion },
    resources: snapshot.list('networking.istio.io', 'EnvoyFilter'),
    minor: snapshot.minor,
    rootNamespace: snapshot.mesh.rootNamespace,
    types: input.types,
    attach: (resource: Resource) => attach(resource, view, snapshot),
  };
  const selection = selectPatches(selecting);
  const patcher = createRoutePatcher(selection, selecting);
  const context = buildContextOf(input.proxy, view, snapshot, (config) => patcher.patch('SIDECAR_INBOUND', config));
  const patched = applyEnvoyFilters(buildListeners(context), {
    ...selecting,
    selection,
    httpProxyListener: httpProxyListenerName(context),
  });
  const listeners = [...patched.listeners, ...unpatchedListeners(context)];
  const names = discoveredNames(listeners);
  const routes = buildRoutes(context, listeners, patcher);
  return {
    listeners,
    extensions: extensionsOf(input, context, names, insertedExtensionConfigs(selection)),
    routes,
    landings: [
      ...pluginLandings(context, listeners),
      ...patched.landings,
      ...patcher.landings(),
      ...clusterLandings((annotated) => proxyClusters(context, annotated), selection),
      ...extensionConfigLandings(selection, names),
    ],
    diagnostics: [...patched.diagnostics, ...patcher.diagnostics()],
  };
}

function extensionsOf(
  input: MeshInput,
  context: BuildContext,
  names: ReadonlySet<string>,
  inserted: readonly ExtensionConfig[],
): readonly ExtensionConfig[] {
  const { snapshot, proxy } = context;
  const { services } = context.waypoint;
  const attached = new Set(attachedPlugins(proxy, snapshot, services));
  return resolveExtensions(names, {
    proxy: input.proxy,
    resources: snapshot.readable,
    minor: snapshot.minor,
    rootNamespace: snapshot.mesh.rootNamespace,
    serviceNamespaces: services.map((service) => service.namespace),
    attached: (plugin) => attached.has(plugin),
    inserted,
  });
}

function hasInferencePools(input: MeshInput): boolean {
  const minor = minorOf(input.istio);
  return readsInferencePools({ minor, features: readFeatures(input.env, minor.minor) });
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
