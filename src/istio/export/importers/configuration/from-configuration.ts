import type { Diagnostic } from '#base/diagnostic.ts';
import type { JsonObject } from '#base/json.ts';
import type { ExtensionConfig, HttpFilter, Listener, NetworkFilter } from '#envoy/listener.ts';
import { parsePluginName, parseUnmarkedPluginName } from '#envoy/plugin-name.ts';
import { formatRef, type ResourceRef } from '#envoy/provenance.ts';
import type { EnvoyTypes } from '#envoy/types.ts';
import type { Proxy, Resource } from '../../../resource.ts';
import { finding } from '../../../validation/rules.ts';
import { compact, documentOf } from '../../document.ts';
import type { Exported } from '../../export.ts';
import { documentOfImported, objectName, type Lost } from '../imported.ts';
import { codeOfTyped } from '../wasm-fields.ts';
import { configOf, seenChains, spreadOf, type SeenChain } from './chains.ts';
import { configPatches, listenerFilterPatches, type ForeignFilter } from './patches.ts';
import { placePlugins, stepOf, type PlacedPlugin } from './steps.ts';
import { targetOf } from './target.ts';

/** What a proxy runs, and who it is as far as that is known. */
export interface ConfigurationInput {
  readonly listeners: readonly Listener[];
  readonly extensions: readonly ExtensionConfig[];
  readonly proxy: Pick<Proxy, 'type' | 'name' | 'namespace' | 'labels'>;
  readonly types?: EnvoyTypes | undefined;
}

interface FoundPlugin extends PlacedPlugin {
  readonly ref: ResourceRef;
  readonly layer: SeenChain['layer'];
  readonly filter: HttpFilter | NetworkFilter;
}

/**
 * Resources that give the plugins and inserted filters of a running proxy: WasmPlugins and TrafficExtensions by the names istiod gives to
 * their filters, with phase, priority and match that put them where they stand; and one EnvoyFilter for filters that istiod does not make.
 * What a configuration does not tell is a diagnostic.
 */
export function resourcesOfConfiguration({ listeners, extensions, proxy, types }: ConfigurationInput): Exported {
  const diagnostics: Diagnostic[] = [];
  const chains = seenChains(listeners, proxy.type);
  const answers = new Map(extensions.map((extension) => [extension.name, extension]));
  const target = targetOf(proxy, diagnostics);
  const plugins = pluginsOf(chains);
  const documents: JsonObject[] = [];
  const placements = new Map(
    (['http', 'network'] as const).flatMap((layer) => {
      const own = plugins.filter((plugin) => plugin.layer === layer);
      return [...placePlugins(own, (filter) => keyOf(filter, layer), proxy.type)];
    }),
  );
  for (const { key, ref, layer, filter, places } of plugins) {
    const lost: Lost = (what, why) => diagnostics.push(finding('istio/import-loss', { resource: formatRef(ref), what, why }));
    const typed = configOf(filter, answers);
    const code = typed === undefined ? undefined : codeOfTyped(typed, types, lost);
    if (code === undefined) {
      diagnostics.push(finding('istio/import-no-module', { resource: formatRef(ref) }));
      continue;
    }
    sayModule(code, lost);
    const placement = placements.get(key);
    if (placement?.conflict === true) lost('its place', 'It stands between filters of istiod where no phase leads.');
    const spread = spreadOf(chains, layer, (chain) => places.some((place) => place.chain === chain));
    const match = spread?.map(({ mode, ports }) => ({
      mode,
      ...(ports.length === 0 ? {} : { ports: ports.map((number) => ({ number })) }),
    }));
    documents.push(
      documentOfImported(
        {
          name: ref.name,
          from: madeUp(ref),
          layer,
          code,
          ...target,
          phase: placement?.phase ?? 'UNSPECIFIED_PHASE',
          priority: placement?.priority,
          match,
        },
        ref.kind === 'TrafficExtension' ? 'TrafficExtension' : 'WasmPlugin',
      ),
    );
  }
  const foreign = foreignOf(chains);
  const patches = [...listenerFilterPatches(listeners, proxy.type), ...configPatches(foreign, chains, answers, proxy.type)];
  if (patches.length > 0) documents.push(envoyFilterOf(patches, proxy, target));
  diagnostics.push(...untold(chains));
  return { documents, diagnostics };
}

/** Which plugin a filter is, if it is one: asks for Wasm, or has a name that only istiod gives. */
function refOf(filter: HttpFilter | NetworkFilter): ResourceRef | undefined {
  const wantsWasm = JSON.stringify(filter.configDiscovery?.['typeUrls'] ?? '').includes('.wasm.v3.Wasm');
  const name = wantsWasm ? parseUnmarkedPluginName(filter.name) : parsePluginName(filter.name);
  return name === undefined ? undefined : { kind: name.kind, namespace: name.namespace, name: name.name };
}

function keyOf(filter: HttpFilter | NetworkFilter, layer: SeenChain['layer']): string | undefined {
  const ref = refOf(filter);
  return ref === undefined ? undefined : `${layer} ${formatRef(ref)}`;
}

function pluginsOf(chains: readonly SeenChain[]): readonly FoundPlugin[] {
  const found = new Map<string, FoundPlugin & { readonly places: { chain: SeenChain; index: number }[] }>();
  for (const chain of chains) {
    for (const [index, filter] of chain.filters.entries()) {
      const ref = refOf(filter);
      const key = keyOf(filter, chain.layer);
      if (ref === undefined || key === undefined) continue;
      const plugin = found.get(key) ?? { key, ref, layer: chain.layer, filter, places: [] };
      found.set(key, plugin);
      plugin.places.push({ chain, index });
    }
  }
  return [...found.values()];
}

function foreignOf(chains: readonly SeenChain[]): readonly ForeignFilter[] {
  return chains.flatMap((chain) =>
    chain.filters.flatMap((filter, index) => (stepOf(chain, index) === undefined && refOf(filter) === undefined ? [{ chain, index }] : [])),
  );
}

function envoyFilterOf(
  configPatchList: readonly JsonObject[],
  proxy: ConfigurationInput['proxy'],
  { selector, targetRefs }: ReturnType<typeof targetOf>,
): JsonObject {
  const spec = compact({
    workloadSelector: selector === undefined ? undefined : { labels: selector },
    targetRefs: targetRefs?.map(({ group, kind, name }) => ({ group, kind, name })),
    configPatches: configPatchList,
  });
  const named = { name: objectName(`${proxy.name}-filters`), namespace: proxy.namespace || 'default', labels: {}, annotations: {} };
  return documentOf('networking.istio.io/v1alpha3', 'EnvoyFilter', named, spec);
}

/** The agent puts a file in place of what istiod named (istio/istio pkg/wasm/convert.go). */
function sayModule(code: { readonly wasm?: JsonObject; readonly lua?: string }, lost: Lost): void {
  const url = code.wasm?.['url'];
  if (typeof url === 'string' && url.startsWith('file:///var/lib/istio/'))
    lost('the url of its module', 'The agent put a file in its place before Envoy saw it. Write the url that the plugin had.');
}

/** What is made of resources of other kinds, from which it cannot be told how they said it. */
function untold(chains: readonly SeenChain[]): readonly Diagnostic[] {
  const names = new Set(
    chains.flatMap((chain) => chain.filters.flatMap((filter, i) => (policies[stepOf(chain, i) ?? ''] === undefined ? [] : [filter.name]))),
  );
  const kinds = new Set(chains.flatMap((chain) => chain.filters.flatMap((_, i) => policies[stepOf(chain, i) ?? ''] ?? [])));
  const policy =
    names.size === 0 ? [] : [finding('istio/import-policies', { filters: [...names].join(', '), kinds: [...kinds].join(' and ') })];
  return [...policy, finding('istio/import-only-filters')];
}

const policies: Readonly<Record<string, string>> = {
  custom: 'AuthorizationPolicy',
  jwt: 'RequestAuthentication',
  rules: 'AuthorizationPolicy',
};

/** A resource that there is only by its name. */
function madeUp(ref: ResourceRef): Resource {
  return {
    ...ref,
    apiVersion: 'extensions.istio.io/v1alpha1',
    group: 'extensions.istio.io',
    labels: {},
    annotations: {},
    resourceVersion: '',
    spec: {},
    raw: {},
  };
}
