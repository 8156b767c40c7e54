import { asArray, asObject, asString, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { strings } from '../collections.ts';
import type { EndpointPicker } from '../gateway-api/inference-pools.ts';
import { resolveShortName } from '../registry/host.ts';
import type { Resource } from '../resource.ts';

/** A VirtualService with full names, delegates merged in; also the form that routes of the Gateway API take. */
export interface VirtualService {
  readonly name: string;
  readonly namespace: string;
  readonly hosts: readonly string[];
  /** `mesh` or `namespace/name`. */
  readonly gateways: readonly string[];
  readonly http: readonly JsonObject[];
  /** By name of the rule: who chooses among the pods of an InferencePool; only routes of the Gateway API have any. */
  readonly endpointPickers?: ReadonlyMap<string, EndpointPicker> | undefined;
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
