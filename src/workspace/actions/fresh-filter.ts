import type { JsonObject } from '#base/json.ts';
import { asString, getIn } from '#base/json.ts';
import type { FilterChain, Listener } from '#envoy/listener.ts';
import { HCM_NAME, httpManagerOf } from '#envoy/listener.ts';
import type { ResourceRef } from '#envoy/provenance.ts';
import { filtersOf } from '#istio/placement/slots.ts';
import type { Proxy, Resource } from '#istio/resource.ts';
import type { NativeFilter } from '#plugins/native/filter.ts';
import { freshConfig } from '#plugins/native/filter.ts';
import { freeName } from './edit-resource.ts';
import type { FreshResource } from './fresh-plugin.ts';
import { contextOf, fileOf, tellingLabels } from './fresh-plugin.ts';

/** Beside which filter of the chain, and how. */
export interface FilterPlace {
  readonly operation: 'INSERT_BEFORE' | 'INSERT_AFTER' | 'REPLACE';
  readonly anchor: string;
}

interface Situation {
  readonly proxy: Proxy;
  readonly listener: Listener;
  readonly chain: FilterChain;
  readonly resources: readonly Resource[];
}

/**
 * The EnvoyFilter that puts one of Envoy's filters beside another, on `proxy` alone. `priority` above that of the EnvoyFilters that
 * have patched this chain makes it the last to be applied (istio/istio `pilot/pkg/model/push_context.go sortEnvoyFilters`: lower first).
 */
export function freshFilter(
  entry: NativeFilter,
  place: FilterPlace,
  { proxy, listener, chain, resources }: Situation,
  priority: number,
): FreshResource & { readonly filterName: string } {
  const { namespace } = proxy;
  const ref: ResourceRef = { kind: 'EnvoyFilter', namespace, name: freeName(resources, 'EnvoyFilter', namespace, entry.name) };
  const filters = filtersOf(chain, entry.layer);
  // Routes speak to a filter by its name, and patches find it by that: two of one name could not be told apart.
  const filterName = filters.some(({ name }) => name === entry.filter) ? `${namespace}.${ref.name}` : entry.filter;
  const labels = tellingLabels(proxy);
  const context = contextOf(proxy, listener.direction);
  const port = context === 'SIDECAR_OUTBOUND' ? getIn(listener.rest, ['address', 'socketAddress', 'portValue']) : undefined;
  const anchor = entry.layer === 'network' ? { name: place.anchor } : { name: managerName(chain), subFilter: { name: place.anchor } };
  const cluster = asString(filters.at(-1)?.typedConfig?.['cluster']) ?? 'upstream';
  const patches: readonly JsonObject[] = [
    {
      applyTo: entry.layer === 'network' ? 'NETWORK_FILTER' : 'HTTP_FILTER',
      match: { context, listener: { ...(port === undefined ? {} : { portNumber: port }), filterChain: { filter: anchor } } },
      patch: { operation: place.operation, value: { name: filterName, typed_config: freshConfig(entry, cluster) } },
    },
    ...(entry.route === undefined ? [] : [routePatch(entry.route, filterName, context, port)]),
  ];
  const object: JsonObject = {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'EnvoyFilter',
    metadata: { name: ref.name, namespace },
    spec: {
      ...(Object.keys(labels).length === 0 ? {} : { workloadSelector: { labels } }),
      priority,
      configPatches: patches,
    },
  };
  return { object, ref, filterName, fileName: fileOf(resources, 'EnvoyFilter', 'envoyfilters.yaml') };
}

function managerName(chain: FilterChain): string {
  return httpManagerOf(chain)?.name ?? HCM_NAME;
}

/** What the filter needs to know from the routes, for every host of theirs. */
function routePatch(config: JsonObject, filterName: string, context: string, port: JsonObject[string] | undefined): JsonObject {
  return {
    applyTo: 'VIRTUAL_HOST',
    match: { context, ...(port === undefined ? {} : { routeConfiguration: { portNumber: port } }) },
    patch: { operation: 'MERGE', value: { typed_per_filter_config: { [filterName]: config } } },
  };
}
