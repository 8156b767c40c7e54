import type { JsonObject, JsonValue } from '#base/json.ts';
import type { Responder } from './scenario.ts';
import type { Sidecar, SidecarConfig, SidecarRequest } from './simulator.ts';
import { createSidecar } from './simulator.ts';
import type { Trace } from './trace.ts';

/** For tests: a listener with these HTTP filters before the router, and what surrounds them. */
export interface TestProxy {
  readonly filters?: readonly JsonObject[];
  /** Members of the connection manager. */
  readonly manager?: JsonObject;
  /** Members of the only route; the default forwards everything to cluster `upstream`. */
  readonly route?: JsonObject;
  readonly virtualHosts?: readonly JsonValue[];
  readonly routeConfig?: JsonObject;
  readonly upstream?: Responder;
  readonly clusters?: Readonly<Record<string, Responder>>;
  readonly sidecar?: Partial<SidecarConfig>;
}

const extensions = 'type.googleapis.com/envoy.extensions.filters';

/** A filter by the end of its type URL: `http.buffer.v3.Buffer`. */
export function filter(type: string, config: JsonObject = {}): JsonObject {
  return { name: type.split('.')[1] ?? type, typed_config: { '@type': `${extensions}.${type}`, ...config } };
}

/** A listener in proto JSON. */
export function testListener({ filters = [], manager = {}, route, virtualHosts, routeConfig = {} }: TestProxy): JsonObject {
  const hosts: readonly JsonValue[] = virtualHosts ?? [
    { name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'upstream' }, ...route }] },
  ];
  const typedConfig: JsonObject = {
    '@type': `${extensions}.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: 'test',
    route_config: { name: 'local', virtual_hosts: hosts, ...routeConfig },
    http_filters: [...filters, filter('http.router.v3.Router')],
    ...manager,
  };
  return {
    name: 'test',
    address: { socket_address: { address: '0.0.0.0', port_value: 80 } },
    filter_chains: [{ filters: [{ name: 'hcm', typed_config: typedConfig }] }],
  };
}

/** A started proxy. Throws if Envoy would refuse the listener. */
export async function startProxy(proxy: TestProxy): Promise<Sidecar> {
  const sidecar = createSidecar({
    listener: testListener(proxy),
    modules: () => undefined,
    clusters: { upstream: proxy.upstream ?? { status: 200, body: 'hello' }, ...proxy.clusters },
    ...proxy.sidecar,
  });
  const { refused } = await sidecar.start();
  if (refused !== undefined) throw new Error(refused);
  return sidecar;
}

/** One request through a proxy of its own. */
export async function sendOne(proxy: TestProxy, request: Partial<SidecarRequest> = {}): Promise<Trace> {
  const sidecar = await startProxy(proxy);
  return sidecar.send({ headers: [], ...request });
}

/** The value of a header of a list; undefined if it is not there. */
export function valueOf(list: readonly (readonly [string, string])[] | undefined, name: string): string | undefined {
  return list?.find(([key]) => key === name)?.[1];
}
