import type { Diagnostic } from '#base/diagnostic.ts';
import { formatRef } from '#envoy/provenance.ts';
import type { EnvoyTypes } from '#envoy/types.ts';
import { isEnvoyFilter } from '../../envoyfilter/read.ts';
import type { Minor } from '../../minors.ts';
import type { Resource } from '../../resource.ts';
import { locate } from '../../validation/context.ts';
import { finding } from '../../validation/rules.ts';
import type { Exported } from '../export.ts';
import { fromEnvoyFilters } from './from-envoy-filter.ts';
import { fromExtensionPolicy, isExtensionPolicy } from './from-extension-policy.ts';
import { fromHigress, isHigressPlugin } from './from-higress.ts';
import { documentOfImported, type ImportedPlugin, type Lost } from './imported.ts';

export interface ImportInput {
  readonly resources: readonly Resource[];
  readonly minor: Minor;
  readonly types?: EnvoyTypes | undefined;
}

/** Is this a resource that `importPlugins` reads? */
export function isImportable(resource: Resource): boolean {
  return isEnvoyFilter(resource) || isHigressPlugin(resource) || isExtensionPolicy(resource);
}

/**
 * Plugins (WasmPlugins, and TrafficExtensions for Lua) that do what EnvoyFilters, Higress WasmPlugins and EnvoyExtensionPolicies among the
 * resources do. The other resources are left alone. Nothing is dropped without a diagnostic.
 */
export function importPlugins({ resources, minor, types }: ImportInput): Exported {
  const diagnostics: Diagnostic[] = [];
  const told = new Set<string>();
  const lostOf = (resource: Resource): Lost => {
    const at = locate(resource, ['metadata', 'name']);
    return (what, why) => {
      const key = JSON.stringify([formatRef(resource), what]);
      if (!told.has(key)) diagnostics.push(finding('istio/import-loss', { resource: formatRef(resource), what, why }, at));
      told.add(key);
    };
  };
  const plugins: ImportedPlugin[] = [
    ...fromEnvoyFilters({ resources: resources.filter(isEnvoyFilter), minor, types, lostOf }),
    ...resources.filter(isHigressPlugin).flatMap((resource) => fromHigress(resource, lostOf(resource)) ?? []),
    ...resources.filter(isExtensionPolicy).flatMap((resource) => fromExtensionPolicy(resource, lostOf(resource))),
  ];
  for (const resource of resources.filter(isImportable)) {
    if (!plugins.some((plugin) => plugin.from === resource))
      diagnostics.push(finding('istio/import-nothing', { resource: formatRef(resource) }, locate(resource, ['metadata', 'name'])));
  }
  for (const { code, from } of plugins) {
    if ('lua' in code && !minor.trafficExtensions)
      diagnostics.push(finding('istio/export-needs-1.30', { minor: minor.name }, locate(from, ['metadata', 'name'])));
  }
  return { documents: plugins.map((plugin) => documentOfImported(plugin)), diagnostics };
}
