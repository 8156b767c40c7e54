import { ActiveFilter } from './active-filter.ts';
import { PathFilter } from './filter-path.ts';
import type { HttpStream } from './stream.ts';

/** Makes the filters of a stream into `filters` and puts them on its two paths: responses pass them the other way round. */
export function makeFilters(stream: HttpStream, filters: ActiveFilter[]): void {
  for (const entry of stream.manager.filters) {
    if (entry.disabledFor(stream.routes.current)) continue;
    const active = new ActiveFilter(stream, entry);
    const filter = entry.factory.create(active);
    if (filter === undefined) continue;
    active.attach(filter);
    filters.push(active);
  }
  const { request, response } = stream;
  for (const active of filters) {
    const { filter } = active;
    if (filter.decodeHeaders !== undefined || filter.decodeData !== undefined || filter.decodeTrailers !== undefined) {
      request.entries.push((active.decode = new PathFilter(filter, active.entry.index, request.entries.length)));
    }
  }
  for (let i = filters.length - 1; i >= 0; i--) {
    const active = filters[i];
    const filter = active?.filter;
    if (active === undefined || filter === undefined) continue;
    if (filter.encodeHeaders !== undefined || filter.encodeData !== undefined || filter.encodeTrailers !== undefined) {
      response.entries.push((active.encode = new PathFilter(filter, active.entry.index, response.entries.length)));
    }
  }
}
