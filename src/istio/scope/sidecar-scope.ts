import { asArray, asNumber, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import { isSubset } from '../collections.ts';
import { parseProtocol } from '../registry/protocol.ts';
import type { ProxyView } from '../registry/proxy-view.ts';
import { serviceRegistry, servicesVisibleTo } from '../registry/service-registry.ts';
import type { Service } from '../registry/service.ts';
import type { Resource } from '../resource.ts';
import { perSnapshot, type Snapshot } from '../snapshot.ts';
import { appendService, type ServiceList } from './merge-services.ts';
import { bestVisible, destinationsOf, portsOfListener, portsOfRoutes } from './route-destinations.ts';
import { selectHosts, type HostsByNamespace } from './sidecar-hosts.ts';
import { selectServices, selectVirtualServices } from './select-imports.ts';
import type { VirtualService } from './virtual-service.ts';
import { virtualServiceIndex } from './virtual-services.ts';

export type OutboundMode = 'REGISTRY_ONLY' | 'ALLOW_ANY' | 'ALLOW_ANY_DYNAMIC_DNS';

/** What a proxy may see: the `Sidecar` resource, or the default (istio/istio `pilot/pkg/model/sidecar.go SidecarScope`). */
export interface SidecarScope {
  /** The Sidecar behind it; absent for the default scope. */
  readonly sidecar: Resource | undefined;
  readonly egress: readonly EgressListener[];
  /** In order of creation. */
  readonly services: readonly Service[];
  readonly byHost: ReadonlyMap<string, Service>;
  readonly ingress: readonly JsonObject[];
  readonly outboundMode: OutboundMode;
  /** Destination of unknown traffic, when the Sidecar names one. */
  readonly egressProxy: JsonObject | undefined;
}

export interface EgressListener {
  /** As in the Sidecar; absent for the default. */
  readonly spec: JsonObject | undefined;
  readonly port: { readonly number: number; readonly protocol: string; readonly name: string } | undefined;
  readonly bind: string;
  readonly captureNone: boolean;
  readonly services: readonly Service[];
  readonly virtualServices: readonly VirtualService[];
}

/** The scope of a proxy; gateways and waypoints see everything that is visible to their namespace (`getSidecarScope`). */
export function sidecarScopeOf(proxy: ProxyView, snapshot: Snapshot): SidecarScope {
  const cache = scopeCache(snapshot);
  const sidecar = proxy.type === 'sidecar' ? sidecarFor(proxy, snapshot) : undefined;
  const key = `${proxy.type === 'sidecar'}|${proxy.namespace}|${sidecar?.namespace ?? ''}/${sidecar?.name ?? ''}`;
  let scope = cache.get(key);
  if (scope === undefined) {
    scope = proxy.type === 'sidecar' ? buildScope(sidecar, proxy.namespace, snapshot) : gatewayScope(proxy.namespace, snapshot);
    cache.set(key, scope);
  }
  return scope;
}

const scopeCache = perSnapshot(() => new Map<string, SidecarScope>());

/** The first Sidecar with a selector that fits, else the one without, else that of the root namespace. */
function sidecarFor(proxy: ProxyView, snapshot: Snapshot): Resource | undefined {
  const own = snapshot.listIn('networking.istio.io', 'Sidecar', proxy.namespace);
  const selectorOf = (resource: Resource): Readonly<Record<string, string>> | undefined => {
    const selector = resource.spec['workloadSelector'];
    if (!isObject(selector)) return undefined;
    return Object.fromEntries(Object.entries(asObject(selector['labels'])).map(([key, value]) => [key, asString(value) ?? '']));
  };
  for (const resource of own) {
    const selector = selectorOf(resource);
    if (selector !== undefined && isSubset(selector, proxy.labels)) return resource;
  }
  const wide = own.find((resource) => selectorOf(resource) === undefined);
  if (wide !== undefined) return wide;
  const root = snapshot.listIn('networking.istio.io', 'Sidecar', snapshot.mesh.rootNamespace);
  return root.find((resource) => selectorOf(resource) === undefined);
}

function gatewayScope(namespace: string, snapshot: Snapshot): SidecarScope {
  const list: ServiceList = { services: [], byHost: new Map() };
  for (const service of servicesVisibleTo(snapshot, namespace)) appendService(list, service);
  const virtualServices = virtualServiceIndex(snapshot).forGateway(namespace, 'mesh');
  return {
    sidecar: undefined,
    egress: [{ spec: undefined, port: undefined, bind: '', captureNone: false, services: [], virtualServices }],
    ...list,
    ingress: [],
    outboundMode: 'REGISTRY_ONLY',
    egressProxy: undefined,
  };
}

function buildScope(sidecar: Resource | undefined, namespace: string, snapshot: Snapshot): SidecarScope {
  const spec = sidecar?.spec ?? {};
  const specs = asArray(spec['egress']).filter(isObject);
  const egress = (specs.length > 0 ? specs : [{ hosts: ['*/*'] }]).map((listener) =>
    egressListener(listener, specs.length > 0, namespace, snapshot),
  );
  const list: ServiceList = { services: [], byHost: new Map() };
  for (const listener of egress) {
    for (const service of listener.services) appendService(list, service);
    for (const virtualService of listener.virtualServices) importDestinations(list, virtualService, listener, namespace, snapshot);
  }
  const policy = spec['outboundTrafficPolicy'];
  const mode = asString((isObject(policy) ? policy : asObject(snapshot.mesh.raw['outboundTrafficPolicy']))['mode']);
  const egressProxy = isObject(policy) ? policy['egressProxy'] : undefined;
  return {
    sidecar,
    egress,
    ...list,
    ingress: asArray(spec['ingress']).filter(isObject),
    outboundMode: mode === 'ALLOW_ANY' || mode === 'ALLOW_ANY_DYNAMIC_DNS' ? mode : 'REGISTRY_ONLY',
    egressProxy: isObject(egressProxy) ? egressProxy : undefined,
  };
}

function egressListener(spec: JsonObject, isOwn: boolean, namespace: string, snapshot: Snapshot): EgressListener {
  const hosts: HostsByNamespace = selectHosts(
    asArray(spec['hosts']).filter((host) => typeof host === 'string'),
    namespace,
  );
  const portSpec = spec['port'];
  const port = isObject(portSpec)
    ? { number: asNumber(portSpec['number']) ?? 0, protocol: asString(portSpec['protocol']) ?? '', name: asString(portSpec['name']) ?? '' }
    : undefined;
  const portNumber = port !== undefined && port.number !== 0 && parseProtocol(port.protocol) !== 'HTTP_PROXY' ? port.number : undefined;
  return {
    spec: isOwn ? spec : undefined,
    port,
    bind: asString(spec['bind']) ?? '',
    captureNone: spec['captureMode'] === 'NONE',
    services: selectServices(servicesVisibleTo(snapshot, namespace), namespace, hosts, portNumber),
    virtualServices: selectVirtualServices(virtualServiceIndex(snapshot).forGateway(namespace, 'mesh'), namespace, hosts),
  };
}

/** Services that routes lead to are visible too, even when no egress host names them (`collectImportedServices`). */
function importDestinations(
  list: ServiceList,
  virtualService: VirtualService,
  listener: EgressListener,
  namespace: string,
  snapshot: Snapshot,
): void {
  const { byHost } = serviceRegistry(snapshot);
  for (const [host, ports] of destinationsOf(virtualService, namespace)) {
    const spaces = byHost.get(host);
    if (spaces === undefined) continue;
    const service = spaces.get(namespace) ?? bestVisible(spaces, namespace, snapshot);
    if (service === undefined) continue;
    const { port } = listener;
    const only = port !== undefined && port.number !== 0 && parseProtocol(port.protocol) !== 'HTTP_PROXY';
    const trimmed = only ? portsOfListener(service, port.number) : portsOfRoutes(service, ports);
    if (trimmed !== undefined) appendService(list, trimmed);
  }
}
