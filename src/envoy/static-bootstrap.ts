import { asArray, asObject, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { listenerFromProto } from './from-proto.ts';
import type { Listener } from './listener.ts';
import type { Provenance } from './provenance.ts';
import type { EnvoyTypes, TypeProblem } from './types.ts';

/** A static Envoy configuration, opened. All messages are canonical proto JSON. */
export interface StaticBootstrap {
  readonly listeners: readonly Listener[];
  readonly clusters: readonly JsonObject[];
  /** The `RouteConfiguration`s that connection managers hold inline. */
  readonly routes: readonly JsonObject[];
  readonly bootstrap: JsonObject;
  /** Everything Envoy would refuse or warn about, with the path in `value`. */
  readonly problems: readonly TypeProblem[];
}

const BOOTSTRAP = 'envoy.config.bootstrap.v3.Bootstrap';

/** Reads the data of an `envoy.yaml` (`envoy.config.bootstrap.v3.Bootstrap`). What cannot be read is left out and in `problems`. */
export function readStaticBootstrap(value: JsonValue, types: EnvoyTypes): StaticBootstrap {
  const bootstrap = types.normalise(BOOTSTRAP, value, { reader: 'envoy' }).value;
  const { listeners, clusters } = asObject(bootstrap['staticResources']);
  return {
    listeners: asArray(listeners).map((item) => listenerFromProto(asObject(item), fromBootstrap)),
    clusters: asArray(clusters).filter(isObject),
    routes: inlineRoutes(listeners ?? null),
    bootstrap,
    problems: types.validate(BOOTSTRAP, value, { reader: 'envoy' }),
  };
}

const fromBootstrap: Provenance = {
  origin: 'config',
  reasons: [{ code: 'from-config', text: 'Written in the static configuration.' }],
};

/** Every `routeConfig` below the listeners: of connection managers, wherever they stand. */
function inlineRoutes(value: JsonValue): readonly JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(inlineRoutes);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    if (item === undefined) return [];
    return key === 'routeConfig' && isObject(item) ? [item] : inlineRoutes(item);
  });
}
