import { asArray, asObject, asString, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { resolveShortName } from '../registry/host.ts';
import type { Resource } from '../resource.ts';
import { perSnapshot, type Snapshot } from '../snapshot.ts';
import { mergeDelegates } from './delegates.ts';
import { gatewayApiVirtualServices } from '../gateway-api/routes.ts';
import { compareByCreation } from '../resource-order.ts';

/** A VirtualService with full names, delegates merged in; also the form that routes of the Gateway API take. */
export interface VirtualService {
  readonly name: string;
  readonly namespace: string;
  readonly hosts: readonly string[];
  /** `mesh` or `namespace/name`. */
  readonly gateways: readonly string[];
  readonly http: readonly JsonObject[];
  readonly tls: readonly JsonObject[];
  readonly tcp: readonly JsonObject[];
  /** Absent: the mesh's default. Namespaces are spelled out, `.` is replaced. */
  readonly exportTo: readonly string[] | undefined;
  /** Routes of the Gateway API follow other rules in places. */
  readonly semantics: 'istio' | 'gateway-api' | 'ingress';
  /** Made from a TLSRoute, whose rules stand in `tls` even where the gateway ends TLS. */
  readonly isTlsRoute: boolean;
  readonly resource: Resource;
  /** The group and version the routes name as their origin. */
  readonly apiVersion: string;
}

/** VirtualServices by the gateway that binds them, as seen from a namespace. */
export interface VirtualServiceIndex {
  readonly all: readonly VirtualService[];
  forGateway(proxyNamespace: string, gateway: string): readonly VirtualService[];
}

/** All VirtualServices, by creation time (istio/istio `pilot/pkg/model/push_context.go initVirtualServices`). */
export const virtualServiceIndex = perSnapshot((snapshot: Snapshot): VirtualServiceIndex => {
  const own = mergeDelegates(
    snapshot.list('networking.istio.io', 'VirtualService').map((resource) => withFullNames(resource)),
    snapshot,
  );
  const all = [...own, ...gatewayApiVirtualServices(snapshot)].sort((a, b) => compareByCreation(keyOf(a), keyOf(b)));
  const defaults = asArray(snapshot.mesh.raw['defaultVirtualServiceExportTo']).filter((item) => typeof item === 'string');
  const visible = new Map<string, VirtualService[]>();
  const add = (key: string, virtualService: VirtualService): void => {
    const list = visible.get(key) ?? [];
    list.push(virtualService);
    visible.set(key, list);
  };
  for (const virtualService of all) {
    const spread = new Set(virtualService.exportTo ?? defaults);
    for (const gateway of virtualService.gateways.length === 0 ? ['mesh'] : virtualService.gateways) {
      if (spread.has('*')) add(`*|${gateway}`, virtualService);
      else if (!spread.has('~')) {
        for (const space of spread) {
          const target = space === '.' ? virtualService.namespace : space;
          add(`${target === virtualService.namespace ? 'own' : 'to'}|${target}|${gateway}`, virtualService);
        }
      }
    }
  }
  return {
    all,
    forGateway(namespace, gateway) {
      const everyone = visible.get(`*|${gateway}`) ?? [];
      const isLocalRoute = (v: VirtualService): boolean => v.semantics === 'gateway-api' && v.namespace === namespace;
      return [
        ...(visible.get(`own|${namespace}|${gateway}`) ?? []),
        ...(visible.get(`to|${namespace}|${gateway}`) ?? []),
        ...everyone.filter(isLocalRoute),
        ...everyone.filter((v) => !isLocalRoute(v)),
      ];
    },
  };
});

/** The resource under the name istiod sorts by. */
function keyOf(virtualService: VirtualService): Resource {
  const { resource, name, namespace } = virtualService;
  return resource.name === name && resource.namespace === namespace ? resource : { ...resource, name, namespace };
}

/** Short host and gateway names are made full (`pilot/pkg/model/virtualservice.go ResolveVirtualServiceShortnames`). */
export function withFullNames(resource: Resource): VirtualService {
  const { namespace, spec } = resource;
  const routes = (field: string): readonly JsonObject[] =>
    asArray(spec[field])
      .filter(isObject)
      .map((route) => fullRoute(route, namespace));
  const exportTo = strings(spec['exportTo']);
  return {
    name: resource.name,
    namespace,
    hosts: strings(spec['hosts']).map((host) => resolveShortName(host, namespace)),
    gateways: strings(spec['gateways']).map((gateway) => fullGateway(gateway, namespace)),
    http: routes('http'),
    tls: routes('tls'),
    tcp: routes('tcp'),
    exportTo: exportTo.length === 0 ? undefined : exportTo.map((space) => (space === '.' ? namespace : space)),
    semantics: 'istio',
    isTlsRoute: false,
    resource,
    apiVersion: resource.apiVersion,
  };
}

function fullRoute(route: JsonObject, namespace: string): JsonObject {
  const destination = (value: JsonValue | undefined): JsonValue | undefined =>
    isObject(value) ? { ...value, host: resolveShortName(asString(value['host']) ?? '', namespace) } : value;
  const match = asArray(route['match']).map((entry) => {
    const gateways = isObject(entry) ? strings(entry['gateways']) : [];
    return gateways.length === 0 ? entry : { ...asObject(entry), gateways: gateways.map((gateway) => fullGateway(gateway, namespace)) };
  });
  const withDestination = (entry: JsonValue): JsonValue => ({
    ...asObject(entry),
    destination: destination(asObject(entry)['destination']) ?? null,
  });
  return {
    ...route,
    ...(match.length > 0 ? { match } : {}),
    ...(route['route'] === undefined ? {} : { route: asArray(route['route']).map(withDestination) }),
    ...(isObject(route['mirror']) ? { mirror: destination(route['mirror']) } : {}),
    ...(route['mirrors'] === undefined ? {} : { mirrors: asArray(route['mirrors']).map(withDestination) }),
  };
}

/** `mesh`, `namespace/name`, a short name, or the older `name.namespace.svc…` (`resolveGatewayName`). */
function fullGateway(name: string, namespace: string): string {
  if (name === 'mesh') return name;
  if (name.startsWith('./')) return `${namespace}/${name.slice(2)}`;
  if (name.includes('/')) return name;
  const [first = '', second] = name.split('.');
  return second === undefined ? `${namespace}/${first}` : `${second}/${first}`;
}

export function strings(value: JsonValue | undefined): readonly string[] {
  return asArray(value).filter((item) => typeof item === 'string');
}
