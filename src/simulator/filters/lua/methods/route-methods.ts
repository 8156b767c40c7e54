import type { JsonObject, JsonValue } from '#base/json.ts';
import { asObject } from '#base/json.ts';
import type { HostClass } from '../objects.ts';
import type { StreamRun } from '../stream-run.ts';
import { logMethods } from './log-methods.ts';
import { metadataClass } from './metadata-methods.ts';

const LUA = 'envoy.filters.http.lua';

/** `filter_metadata` of one filter in a `Metadata` message. */
function namespaceOf(metadata: JsonValue | undefined, name: string): JsonObject | undefined {
  const all = asObject(metadata);
  const namespaces = asObject(all['filter_metadata'] ?? all['filterMetadata']);
  return Object.hasOwn(namespaces, name) ? asObject(namespaces[name]) : undefined;
}

/** Metadata of the route for this filter, by its configured name or by Envoy's own. */
export function routeMetadata(run: StreamRun): JsonObject {
  const route = run.stream.routes.get();
  return namespaceOf(route?.metadata, run.owner.callbacks.entry.name) ?? namespaceOf(route?.metadata, LUA) ?? {};
}

type Level = 'route' | 'virtualHost';

/** envoy `RouteWrapper` and `VirtualHostWrapper`: metadata for the filter's configured name alone. */
export const metadataOfClass: HostClass<{ readonly level: Level }, StreamRun> = {
  name: 'metadataOf',
  cppName: 'N5Envoy10Extensions11HttpFilters3Lua12RouteWrapperE',
  methods: {
    ...logMethods,
    metadata({ level }, _, run) {
      const route = run.stream.routes.get();
      const metadata = level === 'route' ? route?.metadata : route?.virtualHost.metadata;
      const struct = namespaceOf(metadata, run.owner.callbacks.entry.name) ?? {};
      return [run.object(`metadata of ${level}`, metadataClass, { struct, iterating: false })];
    },
  },
};
