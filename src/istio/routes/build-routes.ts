import type { JsonObject } from '#base/json.ts';
import type { Listener } from '#envoy/listener.ts';
import type { EnvoyTypes } from '#envoy/types.ts';
import type { BuildContext } from '../listeners/context.ts';

/** The route configurations that the listeners ask for by name. */
export function buildRoutes(
  _context: BuildContext,
  _listeners: readonly Listener[],
  _types: EnvoyTypes | undefined,
): readonly JsonObject[] {
  return [];
}
