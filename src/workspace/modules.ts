import type { CatalogueEntry } from '#plugins/catalogue/entry.ts';
import { imageName, repository } from '#plugins/catalogue/find-entry.ts';
import type { ModuleFile } from './document.ts';

/** Which module runs for a `url`: one the user brought, or one that comes with the app. */
export type ModuleSource =
  | { readonly kind: 'file'; readonly module: ModuleFile }
  | { readonly kind: 'asset'; readonly entry: CatalogueEntry; readonly path: string; readonly sha256: string };

/**
 * Finds the module that stands for a resource's `url`, in this order: bound by the user, named like the image (`…/regex-replace:1.0` and
 * `regex-replace.wasm`), in the catalogue. A module the user brought wins over the catalogue's.
 */
export function findModule(url: string, modules: readonly ModuleFile[], catalogue: readonly CatalogueEntry[]): ModuleSource | undefined {
  const bound = modules.find((module) => module.urls.includes(url));
  if (bound !== undefined) return { kind: 'file', module: bound };
  const stem = imageName(url);
  const named = modules.find((module) => module.urls.length === 0 && module.name.replace(/\.wasm$/, '') === stem);
  if (named !== undefined) return { kind: 'file', module: named };
  const entry = catalogue.find((item) => repository(item.url) === repository(url));
  if (entry?.module === undefined) return undefined;
  return { kind: 'asset', entry, path: entry.module.path, sha256: entry.module.sha256 };
}
