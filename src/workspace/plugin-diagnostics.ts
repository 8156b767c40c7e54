import type { Diagnostic, Location } from '#base/diagnostic.ts';
import type { JsonObject, JsonPath } from '#base/json.ts';
import { asObject, asString, formatPath } from '#base/json.ts';
import { formatRef } from '#envoy/provenance.ts';
import type { Resource } from '#istio/resource.ts';
import type { CatalogueEntry } from '#plugins/catalogue/entry.ts';
import { catalogueEntryOf } from '#plugins/catalogue/find-entry.ts';
import type { ConfigProblem } from '#plugins/schema/problems.ts';
import { validateConfig } from '#plugins/schema/validate.ts';
import { rangeAt } from '#yaml/tree.ts';
import type { ModuleFile } from './document.ts';
import { findModule } from './modules.ts';

/** The Wasm part of a WasmPlugin or TrafficExtension: its spec and where that stands. */
export function wasmSpec(resource: Resource): { readonly spec: JsonObject; readonly path: JsonPath } | undefined {
  if (resource.kind === 'WasmPlugin') return { spec: resource.spec, path: ['spec'] };
  if (resource.kind !== 'TrafficExtension' || resource.spec['wasm'] === undefined) return undefined;
  return { spec: asObject(resource.spec['wasm']), path: ['spec', 'wasm'] };
}

/** Where `path` of a resource stands in its file. */
export function locate(resource: Resource, path: JsonPath): Location | undefined {
  const { origin } = resource;
  const range = origin === undefined ? undefined : rangeAt(origin.document.root, [...origin.itemPath, ...path]);
  return origin === undefined || range === undefined ? undefined : { file: origin.file, range };
}

/** The configuration schema of a plugin: that of the catalogue entry its `url` belongs to. */
export function schemaOf(resource: Resource, catalogue: readonly CatalogueEntry[]): JsonObject | undefined {
  const url = asString(wasmSpec(resource)?.spec['url']);
  return url === undefined || url === '' ? undefined : catalogueEntryOf(url, catalogue)?.configSchema;
}

/** What its schema says about a plugin's `pluginConfig`; paths are from the object's root. */
export function pluginProblems(resource: Resource, catalogue: readonly CatalogueEntry[]): readonly ConfigProblem[] {
  const schema = schemaOf(resource, catalogue);
  const wasm = wasmSpec(resource);
  if (schema === undefined || wasm === undefined) return [];
  const base = [...wasm.path, 'pluginConfig'];
  return validateConfig(schema, wasm.spec['pluginConfig'] ?? {}).map((problem) => ({ ...problem, path: [...base, ...problem.path] }));
}

/** What the catalogue's schemas say about each `pluginConfig`, and which modules are not here. */
export function pluginDiagnostics(
  resources: readonly Resource[],
  modules: readonly ModuleFile[],
  catalogue: readonly CatalogueEntry[],
): readonly Diagnostic[] {
  return resources.flatMap((resource) => {
    const wasm = wasmSpec(resource);
    const url = asString(wasm?.spec['url']);
    if (wasm === undefined || url === undefined || url === '') return [];
    const found = pluginProblems(resource, catalogue).map(({ path, code, severity, message, help, args }): Diagnostic => ({
      code,
      severity,
      message: `${formatPath(path.slice(wasm.path.length))}: ${message}`,
      help,
      args,
      at: locate(resource, path),
    }));
    return findModule(url, modules, catalogue) === undefined ? [...found, missing(resource, url, [...wasm.path, 'url'])] : found;
  });
}

function missing(resource: Resource, url: string, path: JsonPath): Diagnostic {
  return {
    code: 'workspace/module-missing',
    severity: 'info',
    message: `${formatRef(resource)}: the module of ${url} is not in this workspace, so the preview cannot run it.`,
    help: 'Drop the .wasm file onto the page; a file named like the image is taken by itself.',
    args: { url },
    at: locate(resource, path),
  };
}
