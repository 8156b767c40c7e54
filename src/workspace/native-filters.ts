import { knownFilters } from '#envoy/filter-about.ts';
import { messageName } from '#envoy/listener.ts';
import { asString } from '#base/json.ts';
import type { NativeFilter } from '#plugins/native/filter.ts';
import type { FilterOffer } from './insertable.ts';

/** The filters of the catalogue, by name. */
export function filterOffers(filters: readonly NativeFilter[]): readonly FilterOffer[] {
  return filters
    .map((filter) => {
      const message = messageName(asString(filter.config['@type']) ?? '');
      const about =
        knownFilters.find(({ name, layer }) => name === filter.filter && layer === filter.layer) ??
        knownFilters.find(({ type }) => type === message);
      return { ...filter, title: about?.title ?? filter.filter, summary: about?.about ?? '', docs: about?.docs };
    })
    .toSorted((a, b) => (a.layer === b.layer ? a.title.localeCompare(b.title) : a.layer === 'http' ? -1 : 1));
}
