import type { JsonObject } from '#base/json.ts';
import { HTTP_WASM_TYPE, NETWORK_WASM_TYPE } from '#envoy/listener.ts';
import type { PatchContext } from '../envoyfilter/patch.ts';
import type { Plugin } from '../extension-config/plugin.ts';
import { HTTP_RBAC_TYPE, NETWORK_RBAC_TYPE } from '../extension-config/placeholder.ts';
import { documentOf } from './document.ts';
import type { Exported, ExportedPlugin, ExportInput } from './export.ts';
import { matchOf, placePlugins, type Placement } from './placement.ts';
import { codeOf, exportedName, filterConfig } from './wasm-value.ts';

/**
 * EnvoyFilter: one for each plugin. A module in a file of the proxy becomes one patch with the whole filter; a module to be fetched becomes
 * two, for only an ECDS resource passes through the agent that fetches it (istio/istio pkg/wasm/convert.go). With the listeners of a
 * proxy the filter stands exactly where the plugin stood; without, right before the router.
 */
export function toEnvoyFilter(plugins: readonly ExportedPlugin[], input: ExportInput): Pick<Exported, 'documents'> {
  const exact =
    input.listeners === undefined || input.proxy === undefined
      ? undefined
      : placePlugins(
          plugins.map(({ plugin }) => plugin),
          input.listeners,
          input.proxy,
        );
  const ordered = exact === undefined ? plugins : plugins.toSorted((a, b) => orderIn(exact, a.plugin) - orderIn(exact, b.plugin));
  const documents = ordered.flatMap((exported, index) => {
    const found = exact?.get(exported.plugin);
    if (found !== undefined && found.unreachable.length > 0) {
      exported.lost(
        `its place in ${found.unreachable.join(', ')}`,
        'No match of an EnvoyFilter names this chain alone, or no filter next to it has a name of its own.',
      );
    }
    const placements = found !== undefined && found.placements.length > 0 ? found.placements : beforeRouter(exported);
    return [document(exported, placements, input, (index + 1) * 10)];
  });
  return { documents };
}

function orderIn(exact: ReadonlyMap<Plugin, unknown>, plugin: Plugin): number {
  const at = [...exact.keys()].indexOf(plugin);
  return at < 0 ? exact.size : at;
}

/** EnvoyFilters run lower priority first; steps of ten keep the plugins in order and leave room. */
function document(exported: ExportedPlugin, placements: readonly Placement[], input: ExportInput, priority: number): JsonObject {
  const { plugin } = exported;
  const { resource } = plugin;
  const code = moduleOf(exported, input);
  const name = exportedName(plugin);
  const config = filterConfig(plugin, input.minor, code, input.options?.form);
  const isRemote = code['remote'] !== undefined;
  const value = isRemote ? { name, config_discovery: discovery(plugin) } : { name, typed_config: config };
  const applyTo = plugin.layer === 'network' ? 'NETWORK_FILTER' : 'HTTP_FILTER';
  const patches = placements.map((placement) => ({
    applyTo,
    match: matchOf(plugin.layer, placement),
    patch: { operation: placement.operation, value },
  }));
  const extension = isRemote ? [{ applyTo: 'EXTENSION_CONFIG', patch: { operation: 'ADD', value: { name, typed_config: config } } }] : [];
  const spec = { ...target(exported, input), priority, configPatches: [...extension, ...patches] };
  return documentOf('networking.istio.io/v1alpha3', 'EnvoyFilter', resource, spec);
}

function moduleOf(exported: ExportedPlugin, input: ExportInput): JsonObject {
  const { plugin, lost } = exported;
  if (plugin.code.kind !== 'wasm') return {};
  if (plugin.code.config['imagePullSecret'] !== undefined)
    lost('imagePullSecret', 'An EnvoyFilter cannot refer to a Secret; the docker configuration itself would have to stand in it.');
  if (plugin.code.config['verificationKey'] !== undefined) lost('verificationKey', 'It has no effect.');
  const file = input.options?.localFile?.(plugin);
  return file === undefined ? codeOf(plugin) : { local: { filename: file } };
}

function discovery(plugin: Plugin): JsonObject {
  const types = plugin.layer === 'network' ? [NETWORK_WASM_TYPE, NETWORK_RBAC_TYPE] : [HTTP_WASM_TYPE, HTTP_RBAC_TYPE];
  return { config_source: { ads: {}, initial_fetch_timeout: '0s', resource_api_version: 'V3' }, type_urls: types };
}

function target({ plugin, lost }: ExportedPlugin, input: ExportInput): JsonObject {
  const { selector, targetRefs } = plugin;
  const kept = targetRefs.filter((ref) => ref.kind === 'Gateway' || ref.kind === 'GatewayClass');
  const gone = targetRefs.filter((ref) => !kept.includes(ref));
  if (gone.length > 0)
    lost(
      `targetRefs to ${gone.map((ref) => `${ref.kind} ${ref.name}`).join(', ')}`,
      'An EnvoyFilter attached to a service does nothing to listeners.',
    );
  if (kept.length > 0) {
    if (input.minor.envoyFiltersOnWaypointsBySelector)
      lost('targetRefs', `Istio ${input.minor.name} does not look at targetRefs of EnvoyFilters; it selects by workloadSelector only.`);
    return { targetRefs: kept.map(({ group, kind, name }) => ({ group, kind, name })) };
  }
  if (selector === undefined || Object.keys(selector).length === 0) return {};
  return { workloadSelector: { labels: selector } };
}

/** Without a chain to look at: right before the router, on the sides and ports that `match` names. */
function beforeRouter({ plugin, lost }: ExportedPlugin): readonly Placement[] {
  if (plugin.phase !== 'UNSPECIFIED_PHASE')
    lost(`phase ${plugin.phase}`, 'Without the chain of a proxy the filter is put right before the router (or the last network filter).');
  if (plugin.priority !== undefined) lost('priority', 'The order of EnvoyFilters follows their own priority, lower first.');
  const entries = plugin.match.length === 0 ? [{ mode: 'UNDEFINED', ports: [] as readonly number[] } as const] : plugin.match;
  return entries.flatMap(({ mode, ports }) => {
    const scopes = ports.length === 0 ? [{}] : ports.map((port) => ({ port }));
    const anchors =
      plugin.layer === 'http'
        ? ['envoy.filters.http.router']
        : ['envoy.filters.network.http_connection_manager', 'envoy.filters.network.tcp_proxy'];
    return contextsOf(mode, ports.length > 0).flatMap((context) =>
      scopes.flatMap((scope) => anchors.map((anchor): Placement => ({ context, scope, operation: 'INSERT_BEFORE', anchor }))),
    );
  });
}

function contextsOf(mode: Plugin['match'][number]['mode'], hasPorts: boolean): readonly PatchContext[] {
  if (mode === 'SERVER') return ['SIDECAR_INBOUND'];
  if (mode === 'CLIENT') return ['SIDECAR_OUTBOUND', 'GATEWAY'];
  return hasPorts ? ['SIDECAR_INBOUND', 'SIDECAR_OUTBOUND', 'GATEWAY'] : ['ANY'];
}
