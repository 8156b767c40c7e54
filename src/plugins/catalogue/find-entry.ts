import type { CatalogueEntry } from './entry.ts';

/** The catalogue plugin a `url` belongs to, by its repository: tag and digest do not count. A sample is also known by its name alone. */
export function catalogueEntryOf(url: string, catalogue: readonly CatalogueEntry[]): CatalogueEntry | undefined {
  return (
    catalogue.find((item) => repository(item.url) === repository(url)) ??
    catalogue.find((item) => item.module !== undefined && item.name === imageName(url))
  );
}

/** `oci://registry.example:5000/a/b:1.0@sha256:…` → `registry.example:5000/a/b`. */
export function repository(url: string): string {
  const withoutScheme = url.replace(/^[a-z]+:\/\//i, '').replace(/@sha256:[0-9a-f]*$/, '');
  const colon = withoutScheme.lastIndexOf(':');
  return colon > withoutScheme.lastIndexOf('/') ? withoutScheme.slice(0, colon) : withoutScheme;
}

/** The last part of the path without tag and `.wasm`: `regex-replace`. */
export function imageName(url: string): string {
  const path = repository(url);
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.wasm$/, '');
}
