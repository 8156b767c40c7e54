import { RouterFilter } from '../router/router-filter.ts';
import { readRouterOptions } from '../router/router-options.ts';
import type { HttpFilterType } from './filter-type.ts';

/** envoy.filters.http.router: the terminal filter; its work is in `router/`. */
export const filterType: HttpFilterType = {
  compile(config) {
    const options = readRouterOptions(config);
    return { create: (callbacks) => new RouterFilter(callbacks, options) };
  },
};
