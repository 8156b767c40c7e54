import { aboutFilter } from './filter-about.ts';
import type { FilterAbout } from './filters/about.ts';
import type { TypedConfig } from './listener.ts';
import { parsePluginName } from './plugin-name.ts';

/** A filter in a word or two: `tls_inspector`, `HTTP connection manager`, `demo/regex-replace`. */
export function filterTitle(name: string, config?: TypedConfig, layer?: FilterAbout['layer']): string {
  const plugin = parsePluginName(name);
  if (plugin !== undefined) return `${plugin.namespace}/${plugin.name}`;
  const about = aboutFilter(name, config, layer);
  if (about !== undefined && (about.name === name || name === '' || isUsualName(name))) return about.title;
  return isUsualName(name) ? name.slice(name.lastIndexOf('.') + 1) : name;
}

/** Of the kind that tells no more than the type. */
function isUsualName(name: string): boolean {
  return /^envoy\.(filters\.)?(http|network|listener)\.|^envoy\.\w+$/.test(name);
}
