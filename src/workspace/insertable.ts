import type { CatalogueEntry } from '#plugins/catalogue/entry.ts';
import type { NativeFilter } from '#plugins/native/filter.ts';

/** One of Envoy's filters on offer, with what is known about it. */
export interface FilterOffer extends NativeFilter {
  readonly title: string;
  /** One sentence. */
  readonly summary: string;
  /** The page of Envoy's documentation, below its `configuration/`. */
  readonly docs: string | undefined;
}

/** What can be put into a chain. */
export type Insertable = CatalogueEntry | FilterOffer;

export function isFilterOffer(entry: Insertable): entry is FilterOffer {
  return 'filter' in entry;
}
