import type { CatalogueEntry } from '#plugins/catalogue/entry.ts';
import { parseUnmarkedPluginName } from '#envoy/plugin-name.ts';
import { imageName, repository } from '#plugins/catalogue/find-entry.ts';
import { codeReferences } from '#workers/preview-plan.ts';
import type { Design } from './design.ts';
import type { ModuleFile } from './document.ts';

/** Which module runs for a `url`: one the user brought, or one that comes with the app. */
export type ModuleSource =
  | { readonly kind: 'file'; readonly module: ModuleFile }
  | { readonly kind: 'asset'; readonly entry: CatalogueEntry; readonly path: string; readonly sha256: string };

/**
 * Finds the module that stands for a resource's `url`, in this order: bound by the user, named like the image (`…/regex-replace:1.0` and
 * `regex-replace.wasm`), by the checksum in the file name Istio's agent gave it or, as that name
 * says nothing else, like the plugin of the `filter`, in the catalogue. A module the user brought wins over the
 * catalogue's.
 */
export function findModule(
  url: string,
  modules: readonly ModuleFile[],
  catalogue: readonly CatalogueEntry[],
  filter?: string,
): ModuleSource | undefined {
  const bound = modules.find((module) => module.urls.includes(url));
  if (bound !== undefined) return { kind: 'file', module: bound };
  const stem = imageName(url);
  const named = modules.find((module) => module.urls.length === 0 && stemOf(module) === stem);
  if (named !== undefined) return { kind: 'file', module: named };
  const checksum = agentChecksum(url);
  const equal = checksum === undefined ? undefined : modules.find((module) => module.digest === checksum);
  if (equal !== undefined) return { kind: 'file', module: equal };
  const plugin = filter === undefined ? undefined : parseUnmarkedPluginName(filter)?.name;
  const meant = checksum === undefined ? undefined : modules.find((module) => module.urls.length === 0 && stemOf(module) === plugin);
  if (meant !== undefined) return { kind: 'file', module: meant };
  const entry = catalogue.find((item) =>
    checksum === undefined ? repository(item.url) === repository(url) : item.module?.sha256 === checksum,
  );
  if (entry?.module === undefined) return undefined;
  return { kind: 'asset', entry, path: entry.module.path, sha256: entry.module.sha256 };
}

/** The code sources that the chain in view names: for a saved configuration the only ones there are. */
export function moduleUrls({ chain, mesh }: Pick<Design, 'chain' | 'mesh'>): readonly string[] {
  return chain === undefined || mesh === undefined ? [] : codeReferences(chain, mesh.extensions).map(({ url }) => url);
}

function stemOf({ name }: ModuleFile): string {
  return name.replace(/\.wasm$/, '');
}

/**
 * The SHA-256 of the module in a path of the agent's cache: `/var/lib/istio/data/<of the url>/<of the module>.wasm`.
 * Source: istio/istio pkg/wasm/cache.go getModulePath.
 */
function agentChecksum(path: string): string | undefined {
  return /\/[0-9a-f]{64}\/([0-9a-f]{64})\.wasm$/.exec(path)?.[1];
}
