import { asArray, asNumber, asObject, asString, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { isOfPool, poolServices } from './gateway-api/inference-pools.ts';
import { managedGateway } from './gateway-api/managed.ts';
import type { Resource } from './resource.ts';

type Memory = WeakMap<readonly Resource[], readonly Resource[]>;

const completed: Memory = new WeakMap();
const completedWithPools: Memory = new WeakMap();
const services = new WeakMap<Resource, Resource>();

/**
 * The resources as they would be once applied to a cluster: Services with the defaults of the API server and an address, and the
 * Services that istiod makes for managed gateways and InferencePools. The same list gives the same list.
 * `inferencePools`: does istiod read them?
 */
export function completeCluster(resources: readonly Resource[], inferencePools: boolean): readonly Resource[] {
  const remembered = inferencePools ? completedWithPools : completed;
  let out = remembered.get(resources);
  if (out === undefined) {
    const known = new Set(resources.filter(isService).map((resource) => `${resource.namespace}/${resource.name}`));
    const made = inferencePools ? poolServices(resources) : [];
    const [kept, pooled] = partitionPools(resources, made);
    out = [
      ...kept.map((resource) => (isService(resource) ? completeService(resource) : resource)),
      ...kept.flatMap((resource) => gatewayService(resource, kept, known)),
      ...pooled,
    ];
    remembered.set(resources, out);
  }
  return out;
}

function isService(resource: Resource): boolean {
  return resource.group === '' && resource.kind === 'Service';
}

function completeService(resource: Resource): Resource {
  let out = services.get(resource);
  if (out === undefined) {
    const ports = asArray(resource.spec['ports']).map((port) => (isObject(port) ? completePort(port) : port));
    const spec = { ...resource.spec, ...(ports.length > 0 ? { ports } : {}), ...addressFields(resource) };
    out = { ...resource, spec, raw: { ...resource.raw, spec } };
    services.set(resource, out);
  }
  return out;
}

/** `targetPort` is the port, `protocol` TCP. */
function completePort(port: JsonObject): JsonObject {
  const target = port['targetPort'];
  return {
    ...port,
    protocol: asString(port['protocol']) ?? 'TCP',
    targetPort: target === undefined || target === null ? (port['port'] ?? 0) : target,
  };
}

/** An address from the usual range of Services, the same one each time; the cluster would choose its own. */
function addressFields(resource: Resource): JsonObject {
  const { spec } = resource;
  const given = asString(spec['clusterIP']) ?? '';
  if (given !== '' || spec['type'] === 'ExternalName') return {};
  let hash = 2_166_136_261;
  for (const char of `${resource.namespace}/${resource.name}`) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16_777_619) >>> 0;
  return { clusterIP: `10.${96 + (hash % 16)}.${(hash >>> 8) % 256}.${1 + ((hash >>> 16) % 254)}` };
}

/** The Service that istiod deploys beside a managed gateway, with the ports of its listeners. */
function gatewayService(resource: Resource, resources: readonly Resource[], known: ReadonlySet<string>): readonly Resource[] {
  const managed = managedGateway(resource, resources);
  if (managed === undefined || known.has(`${resource.namespace}/${managed.name}`)) return [];
  const ports: JsonValue[] = [];
  const seen = new Set<number>();
  for (const listener of asArray(resource.spec['listeners']).filter(isObject)) {
    const port = asNumber(listener['port']) ?? 0;
    if (seen.has(port)) continue;
    seen.add(port);
    const protocol = (asString(listener['protocol']) ?? 'TCP').toLowerCase();
    ports.push({ name: asString(listener['name']) ?? `port-${port}`, port, targetPort: port, protocol: 'TCP', appProtocol: protocol });
  }
  const spec = {
    selector: { 'gateway.networking.k8s.io/gateway-name': resource.name },
    ports,
    type: managed.type === 'router' ? 'LoadBalancer' : 'ClusterIP',
  };
  const made: Resource = {
    kind: 'Service',
    apiVersion: 'v1',
    group: '',
    name: managed.name,
    namespace: resource.namespace,
    labels: managed.labels,
    annotations: {},
    creationTimestamp: resource.creationTimestamp,
    resourceVersion: '1',
    spec,
    raw: { apiVersion: 'v1', kind: 'Service', metadata: asObject(resource.raw['metadata']), spec },
  };
  return [completeService(made)];
}

/** istiod overwrites the Service of a pool when it has the label of one, and keeps off any other of that name. */
function partitionPools(resources: readonly Resource[], made: readonly Resource[]): readonly [readonly Resource[], readonly Resource[]] {
  if (made.length === 0) return [resources, made];
  const place = (resource: Resource): string => `${resource.namespace}/${resource.name}`;
  const places = new Set(made.map(place));
  const given = resources.filter((resource) => isService(resource) && places.has(place(resource)));
  const foreign = new Set(given.filter((resource) => !isOfPool(resource)).map(place));
  return [
    resources.filter((resource) => !given.includes(resource) || foreign.has(place(resource))),
    made.filter((resource) => !foreign.has(place(resource))),
  ];
}
