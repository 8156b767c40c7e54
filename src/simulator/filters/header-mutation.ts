import type { ConfigReader } from '../config-reader.ts';
import type { HeaderOperations } from '../format/header-operations.ts';
import { compileMutation } from '../format/header-operations.ts';
import type { ActiveFilter } from '../http/active-filter.ts';
import type { HeadersStatus as HeadersResult, HttpFilter } from '../http/filter.ts';
import { HeadersStatus } from '../http/filter.ts';
import type { Headers } from '../http/headers.ts';
import type { HttpFilterType } from './filter-type.ts';
import { allRouteOptions } from './filter-type.ts';

interface Mutations {
  readonly request: readonly HeaderOperations[];
  readonly response: readonly HeaderOperations[];
}

/** envoy.filters.http.header_mutation (envoy `source/extensions/filters/http/header_mutation`). */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const own = compileMutations(config.message('mutations'));
    const ofRoute = allRouteOptions(context, (route) => compileMutations(route.message('mutations')));
    const specificWins = config.bool('most_specific_header_mutations_wins');
    const levels = (callbacks: ActiveFilter): readonly Mutations[] => {
      const list = ofRoute(callbacks);
      return specificWins ? list.toReversed() : list;
    };
    return { create: (callbacks) => new HeaderMutationFilter(callbacks, own, levels) };
  },
};

function compileMutations(config: ConfigReader | undefined): Mutations {
  return {
    request: (config?.messages('request_mutations') ?? []).map(compileMutation),
    response: (config?.messages('response_mutations') ?? []).map(compileMutation),
  };
}

class HeaderMutationFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #own: Mutations;
  readonly #levels: (callbacks: ActiveFilter) => readonly Mutations[];

  constructor(callbacks: ActiveFilter, own: Mutations, levels: (callbacks: ActiveFilter) => readonly Mutations[]) {
    this.#callbacks = callbacks;
    this.#own = own;
    this.#levels = levels;
  }

  decodeHeaders(headers: Headers): HeadersResult {
    this.#apply('request', headers);
    return HeadersStatus.Continue;
  }

  encodeHeaders(headers: Headers): HeadersResult {
    this.#apply('response', headers);
    return HeadersStatus.Continue;
  }

  #apply(side: keyof Mutations, headers: Headers): void {
    const { stream } = this.#callbacks;
    const context = stream.manager.formatContext(stream);
    for (const change of this.#own[side]) change(headers, context);
    for (const level of this.#levels(this.#callbacks)) for (const change of level[side]) change(headers, context);
  }
}
