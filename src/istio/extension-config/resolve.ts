import type { ExtensionConfig, TypedConfig } from '#envoy/listener.ts';
import type { Provenance, Reason } from '#envoy/provenance.ts';
import type { Minor } from '../minors.ts';
import type { Proxy, Resource } from '../resource.ts';
import { isPlugin, readPlugin, type Plugin } from './plugin.ts';
import { dockerConfig } from './pull-secret.ts';
import { wasmTypedConfig } from './wasm-config.ts';

export interface ExtensionContext {
  readonly proxy: Proxy;
  readonly resources: readonly Resource[];
  readonly minor: Minor;
  readonly rootNamespace: string;
  /** Namespaces of the services behind a waypoint. */
  readonly serviceNamespaces?: readonly string[] | undefined;
  /** Does the plugin apply to this proxy at all? Only then istiod looks up its pull secret. Absent: it does. */
  readonly attached?: ((plugin: Plugin) => boolean) | undefined;
  /** What EnvoyFilters add with applyTo EXTENSION_CONFIG (`insertedExtensionConfigs`). */
  readonly inserted?: readonly ExtensionConfig[] | undefined;
}

/**
 * The ECDS answer for the names that the chains of a proxy refer to, sorted by name; a name that nothing answers comes back as
 * `missing` (istio/istio pilot/pkg/networking/core/extension_config_builder.go BuildExtensionConfiguration).
 */
export function resolveExtensions(names: Iterable<string>, context: ExtensionContext): readonly ExtensionConfig[] {
  const plugins = pluginsByFilterName(context);
  const out: ExtensionConfig[] = [];
  for (const name of [...new Set(names)].sort()) {
    const answers = (context.inserted ?? []).filter((config) => config.name === name);
    const plugin = plugins.get(name);
    const own = plugin === undefined ? undefined : extensionConfigOf(plugin, context);
    if (own !== undefined) answers.push(own);
    out.push(...(answers.length > 0 ? answers : [{ name, missing: true }]));
  }
  return out;
}

/** What a Wasm plugin resolves to; `undefined` for Lua, which stands in the chain itself. */
export function extensionConfigOf(
  plugin: Plugin,
  context: Pick<ExtensionContext, 'minor' | 'resources' | 'attached'>,
): ExtensionConfig | undefined {
  const attached = context.attached?.(plugin) ?? true;
  const typedConfig = wasmTypedConfig(plugin, context.minor, (secret) => (attached ? dockerConfig(secret, context.resources) : undefined));
  return typedConfig === undefined ? undefined : { name: plugin.filterName, typedConfig, provenance: provenanceOf(plugin, typedConfig) };
}

/** Plugins a proxy may ask for: of its own namespace, the root namespace and, from 1.30 on, those of a waypoint's services. */
function pluginsByFilterName(context: ExtensionContext): ReadonlyMap<string, Plugin> {
  const allowed = new Set([context.proxy.namespace, context.rootNamespace]);
  // istio/istio PR 60639: before, a waypoint could not ask for a plugin of a service's namespace.
  if (context.minor.trafficExtensions) for (const namespace of context.serviceNamespaces ?? []) allowed.add(namespace);
  const out = new Map<string, Plugin>();
  for (const resource of context.resources) {
    if (!isPlugin(resource) || !allowed.has(resource.namespace)) continue;
    const { plugin } = readPlugin(resource, context.minor);
    if (plugin !== undefined && !out.has(plugin.filterName)) out.set(plugin.filterName, plugin);
  }
  return out;
}

function provenanceOf(plugin: Plugin, typedConfig: TypedConfig): Provenance {
  const { resource } = plugin;
  const reasons: Reason[] = [
    {
      code: 'ecds',
      text: `istiod answers "${plugin.filterName}" with a ${typedConfig['@type'].split('.').at(-3) ?? ''} Wasm configuration made from ${resource.kind} ${resource.namespace}/${resource.name}.`,
      source: 'istio/istio pilot/pkg/networking/core/extension/extensionfilter.go InsertedTrafficExtensionConfigurations',
    },
  ];
  return {
    origin: resource.kind === 'WasmPlugin' ? 'wasm-plugin' : 'traffic-extension',
    resource: { kind: resource.kind, namespace: resource.namespace, name: resource.name },
    phase: plugin.phase,
    priority: plugin.priority,
    reasons,
  };
}
