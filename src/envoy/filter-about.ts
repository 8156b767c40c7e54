import type { FilterAbout, FilterRow } from './filters/about.ts';
import { listenerFilters, networkFilters } from './filters/connection.ts';
import { httpFilters } from './filters/http.ts';
import { istioFilters } from './filters/istio.ts';
import { messageName, type TypedConfig } from './listener.ts';

const titles: Readonly<Record<string, string>> = {
  http_connection_manager: 'HTTP connection manager',
  tcp_proxy: 'TCP proxy',
  wasm: 'Wasm',
  lua: 'Lua',
};

function abouts(layer: FilterAbout['layer'], docs: string, rows: readonly FilterRow[]): readonly FilterAbout[] {
  return rows.map(([name, type, about, page]) => ({
    layer,
    name: `envoy.filters.${layer}.${name}`,
    type: `envoy.extensions.filters.${layer}.${type}`,
    title: titles[name] ?? name,
    about,
    docs: page?.startsWith('../') === true ? page.slice(3) : `${docs}/${page ?? ''}`,
  }));
}

/** Every filter we can say something about. */
export const knownFilters: readonly FilterAbout[] = [
  ...istioFilters,
  ...abouts('listener', 'listeners/listener_filters', listenerFilters),
  ...abouts('network', 'listeners/network_filters', networkFilters),
  ...abouts('http', 'http/http_filters', httpFilters),
];

const typedStructs = new Set(['udpa.type.v1.TypedStruct', 'xds.type.v3.TypedStruct']);

/** The message that configures a filter, also when it comes as a `TypedStruct`. */
export function configMessage(config: TypedConfig | undefined): string | undefined {
  if (config === undefined) return undefined;
  const name = messageName(config['@type']);
  const inner = config['typeUrl'] ?? config['type_url'];
  return typedStructs.has(name) && typeof inner === 'string' ? messageName(inner) : name;
}

/**
 * What this filter is. A name that istiod gives tells more than the type; otherwise the type decides, as it does for Envoy; the
 * usual name is for filters whose configuration comes by discovery. `layer` tells apart names that two layers share.
 */
export function aboutFilter(name: string, config?: TypedConfig, layer?: FilterAbout['layer']): FilterAbout | undefined {
  const type = configMessage(config);
  const inLayer = (about: FilterAbout): boolean => layer === undefined || about.layer === layer;
  const byName = knownFilters.find((about) => about.name === name && inLayer(about) && (type === undefined || about.type === type));
  const byType = type === undefined ? undefined : knownFilters.find((about) => about.type === type && about.name.startsWith('envoy.'));
  return byName ?? byType ?? (type === undefined ? undefined : knownFilters.find((about) => about.type === type));
}
