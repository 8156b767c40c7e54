import type { Diagnostic } from '#base/diagnostic.ts';
import { compareDiagnostics } from '#base/diagnostic.ts';
import type { JsonObject, JsonPath } from '#base/json.ts';
import { asObject, asString, formatPath } from '#base/json.ts';
import { buildMesh } from '#istio/build-listeners.ts';
import { findProxies } from '#istio/find-proxies.ts';
import { installedMeshConfig } from '#istio/installed-mesh.ts';
import type { Resource } from '#istio/resource.ts';
import { locate } from '#istio/validation/context.ts';
import { missedEverywhere } from '#istio/validation/missed.ts';
import { validateResources } from '#istio/validation/validate.ts';
import { catalogue } from '#plugins/catalogue/catalogue.ts';
import { catalogueEntryOf } from '#plugins/catalogue/find-entry.ts';
import { validateConfig } from '#plugins/schema/validate.ts';
import { envoyTypes } from '../vocabulary.ts';
import type { CliWorkspace } from '../workspace.ts';

/**
 * Everything there is to say about the files: how they read, what cluster and analyzers would say, what building the chains of every
 * workload shows, and the configurations of plugins whose schema we know. Each thing once, sorted.
 */
export function collectDiagnostics({ resources, diagnostics }: CliWorkspace, istio: string): readonly Diagnostic[] {
  const types = envoyTypes();
  const meshConfig = installedMeshConfig(resources);
  const built = findProxies(resources).map((proxy) => buildMesh({ resources, proxy, istio, meshConfig, types }));
  const read = [...diagnostics, ...validateResources(resources, { istio, types }), ...built.flatMap((mesh) => mesh.diagnostics)];
  const missed = missedEverywhere(
    resources,
    built.map((mesh) => mesh.landings),
    read,
  );
  const all = [...read, ...missed, ...resources.flatMap(configDiagnostics)];
  return unique(all).sort(compareDiagnostics);
}

/** Several proxies say the same of one patch: once is enough. */
function unique(list: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return list.filter(({ code, message, at }) => {
    const key = JSON.stringify([code, at?.file, at?.range.start, message]);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

function configDiagnostics(resource: Resource): readonly Diagnostic[] {
  const wasm = wasmSpec(resource);
  const schema = catalogueEntryOf(asString(wasm?.spec['url']) ?? '', catalogue)?.configSchema;
  if (wasm === undefined || schema === undefined) return [];
  return validateConfig(schema, wasm.spec['pluginConfig'] ?? {}).map(({ path, code, severity, message, help, args }) => ({
    code,
    severity,
    message: `${formatPath(['pluginConfig', ...path])}: ${message}`,
    help,
    args,
    at: locate(resource, [...wasm.path, 'pluginConfig', ...path]) ?? locate(resource, wasm.path),
  }));
}

/** The Wasm part of a plugin, and where that stands in its resource. */
function wasmSpec({ kind, spec }: Resource): { readonly spec: JsonObject; readonly path: JsonPath } | undefined {
  if (kind === 'WasmPlugin') return { spec, path: ['spec'] };
  return kind === 'TrafficExtension' && spec['wasm'] !== undefined ? { spec: asObject(spec['wasm']), path: ['spec', 'wasm'] } : undefined;
}
