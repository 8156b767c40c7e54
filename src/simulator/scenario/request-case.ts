import type { JsonObject } from '#base/json.ts';
import { asArray, asObject, asString, getIn } from '#base/json.ts';
import type { ConversationCaseInput } from './conversation-case.ts';
import { collectClusters, filtersOf } from './conversation-case.ts';

export interface RequestCaseInput extends Omit<ConversationCaseInput, 'conversation'> {
  readonly request: JsonObject;
  /** How clusters answer; every other one that the chain names is the built-in httpbin. */
  readonly answers: Readonly<Record<string, JsonObject>>;
}

const ROUTER = '.filters.http.router.v3.Router';

/** A request through the HTTP filters of a chain as a test case (`docs/scenario-format.md`); undefined without a connection manager. */
export function requestCase(input: RequestCaseInput): JsonObject | undefined {
  const { name, description, listener, chain, request, answers } = input;
  const chosen = chain < 0 ? listener.defaultFilterChain : listener.filterChains[chain];
  const manager =
    chosen === undefined
      ? undefined
      : filtersOf(chosen, input)
          .map(({ typedConfig }) => asObject(typedConfig))
          .find((config) => 'httpFilters' in config);
  if (manager === undefined) return undefined;
  const filters = asArray(manager['httpFilters']).filter(
    (filter) => asString(getIn(filter, ['typedConfig', '@type']))?.endsWith(ROUTER) !== true,
  );
  const routes = asObject(manager['routeConfig']);
  const clusters = new Set<string>();
  collectClusters([...filters, routes], clusters);
  return {
    version: 1,
    name,
    description,
    filters,
    ...(Object.keys(routes).length === 0 ? {} : { routes }),
    clusters: Object.fromEntries([...clusters].map((cluster) => [cluster, answers[cluster] ?? { httpbin: true }])),
    request,
  };
}
