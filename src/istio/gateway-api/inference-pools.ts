import { asArray, asNumber, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import { sha2 } from '#base/sha2.ts';
import { serviceRegistry } from '../registry/service-registry.ts';
import type { Service } from '../registry/service.ts';
import type { Resource } from '../resource.ts';
import { perSnapshot, type Snapshot } from '../snapshot.ts';
import { gatewayApiGroup, isOwnController } from './classes.ts';
import { gatewayApiObjects } from './crds.ts';
import { isOwnGateway } from './parents.ts';
import { gatewayKind, namespaceOf, referencedKind, serviceKind } from './references.ts';

/**
 * Pools of model servers of the Gateway API inference extension: requests that are routed to one ask its endpoint picker, by ext_proc,
 * which of the pods shall answer (istio/istio `pilot/pkg/config/kube/gateway/inferencepool_collection.go`).
 */
const group = 'inference.networking.k8s.io';
export const inferencePoolKind = `${group}/InferencePool`;

/** Whom the gateway asks for a pod. */
export interface EndpointPicker {
  readonly host: string;
  readonly port: string;
  /** Requests go on when the picker does not answer. */
  readonly failureModeAllow: boolean;
}

const label = {
  pool: 'istio.io/inferencepool-name',
  picker: 'istio.io/inferencepool-extension-service',
  port: 'istio.io/inferencepool-extension-port',
  failureMode: 'istio.io/inferencepool-extension-failure-mode',
  semantics: 'internal.istio.io/service-semantics',
} as const;

/** Off unless `ENABLE_GATEWAY_API_INFERENCE_EXTENSION` is set. */
export function readsInferencePools(snapshot: Pick<Snapshot, 'features' | 'minor'>): boolean {
  return snapshot.features.on('ENABLE_GATEWAY_API_INFERENCE_EXTENSION') && snapshot.minor.inferencePools;
}

function inferencePools(snapshot: Snapshot): readonly Resource[] {
  return readsInferencePools(snapshot) ? snapshot.list(group, 'InferencePool').filter(isInferencePool) : [];
}

function isInferencePool(resource: Resource): boolean {
  return resource.kind === 'InferencePool' && resource.apiVersion === `${group}/v1`;
}

/** Is the service the one istiod makes for a pool? All its ports share the cluster of the first (`UseInferenceSemantics`). */
export function isPoolService(service: Service): boolean {
  return service.labels[label.semantics] === 'inferencepool';
}

/** May istiod overwrite the Service (`canManageShadowServiceForInference`)? */
export function isOfPool(service: Resource): boolean {
  return service.labels[label.pool] !== undefined;
}

/** Names longer than Kubernetes allows are cut (`InferencePoolServiceName`). */
function poolServiceName(pool: string): string {
  const digest = sha2('SHA-256', new TextEncoder().encode(pool)).slice(0, 4);
  const suffix = `-ip-${[...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  return pool.slice(0, 63 - suffix.length) + suffix;
}

export interface PoolBackend {
  readonly service: Service;
  /** Absent where the labels of the service do not tell it, which makes the route unusable. */
  readonly picker: EndpointPicker | undefined;
}

/** The service and the picker of a pool; nothing when one of them is not there (`pilot/pkg/config/kube/gateway/conversion.go buildDestination`). */
export function poolBackend(snapshot: Snapshot, name: string, namespace: string): PoolBackend | undefined {
  if (!inferencePools(snapshot).some((pool) => pool.name === name && pool.namespace === namespace)) return undefined;
  const host = `${poolServiceName(name)}.${namespace}.svc.cluster.local`;
  const service = serviceRegistry(snapshot).byHost.get(host)?.get(namespace);
  if (service === undefined) return undefined;
  const { [label.picker]: picker = '', [label.port]: port = '', [label.failureMode]: mode = '' } = service.labels;
  const isTold = picker !== '' && port !== '' && mode !== '';
  return {
    service,
    picker: isTold ? { host: `${picker}.${namespace}.svc.cluster.local`, port, failureModeAllow: mode === 'FailOpen' } : undefined,
  };
}

/** `namespace/name` of the Gateways with a route to a pool: their connection managers get the filter (`findGatewayParents`). */
export const gatewaysWithPools = perSnapshot((snapshot: Snapshot): ReadonlySet<string> => {
  const pools = new Set(
    inferencePools(snapshot)
      .filter((pool) => isObject(asObject(pool.spec['endpointPickerRef'])['port']))
      .map((pool) => `${pool.namespace}/${pool.name}`),
  );
  if (pools.size === 0) return new Set();
  return new Set(
    gatewayApiObjects(snapshot, 'HTTPRoute')
      .filter((route) => poolsOf(route).some((pool) => pools.has(pool)))
      .flatMap((route) => parentsOf(snapshot, route)),
  );
});

function poolsOf(route: Resource): readonly string[] {
  return asArray(route.spec['rules'])
    .flatMap((rule) => asArray(asObject(rule)['backendRefs']))
    .map(asObject)
    .filter((backend) => referencedKind(backend, serviceKind) === inferencePoolKind)
    .map((backend) => `${namespaceOf(backend['namespace'], route.namespace)}/${asString(backend['name']) ?? ''}`);
}

/** istiod looks at the status of the routes, which it has written itself; in a completed cluster we know what it would write. */
function parentsOf(snapshot: Snapshot, route: Resource): readonly string[] {
  const named = (reference: JsonObject): { readonly namespace: string; readonly name: string } => ({
    namespace: namespaceOf(reference['namespace'], route.namespace),
    name: asString(reference['name']) ?? '',
  });
  const parents =
    snapshot.cluster === 'completed'
      ? asArray(route.spec['parentRefs'])
          .map(asObject)
          .filter((reference) => referencedKind(reference, gatewayKind) === gatewayKind)
          .map(named)
          .filter(({ namespace, name }) => isOwnGateway(snapshot, namespace, name))
      : asArray(asObject(route.raw['status'])['parents'])
          .map(asObject)
          .filter((parent) => isOwnController(asString(parent['controllerName']) ?? '', snapshot.features))
          .map((parent) => named(asObject(parent['parentRef'])));
  return parents.map(({ namespace, name }) => `${namespace}/${name}`);
}

/** The Services istiod makes for pools that routes with a parent lead to. */
export function poolServices(resources: readonly Resource[]): readonly Resource[] {
  const pools = resources.filter(isInferencePool);
  if (pools.length === 0) return [];
  const routed = new Set(
    resources
      .filter((resource) => resource.group === gatewayApiGroup && resource.kind === 'HTTPRoute')
      .filter((route) => asArray(route.spec['parentRefs']).length > 0)
      .flatMap(poolsOf),
  );
  return pools.flatMap((pool) => (routed.has(`${pool.namespace}/${pool.name}`) ? (poolService(pool) ?? []) : []));
}

/** Headless, with a port of its own for each of the pool's (`translateShadowServiceToService`). */
function poolService(pool: Resource): Resource | undefined {
  const { spec, namespace } = pool;
  const picker = asObject(spec['endpointPickerRef']);
  const port = asNumber(asObject(picker['port'])['number']);
  if (port === undefined) return undefined;
  const protocol = asString(spec['appProtocol']);
  const made: JsonObject = {
    clusterIP: 'None',
    selector: asObject(asObject(spec['selector'])['matchLabels']),
    ports: asArray(spec['targetPorts']).map((target, index) => ({
      name: `http-${index}`,
      protocol: 'TCP',
      port: 54_321 + index,
      targetPort: asNumber(asObject(target)['number']) ?? 0,
      ...(protocol === undefined ? {} : { appProtocol: protocol }),
    })),
  };
  const name = poolServiceName(pool.name);
  const labels = {
    [label.pool]: pool.name,
    [label.picker]: asString(picker['name']) ?? '',
    [label.port]: String(port),
    [label.failureMode]: asString(picker['failureMode']) ?? 'FailClose',
    [label.semantics]: 'inferencepool',
  };
  return {
    kind: 'Service',
    apiVersion: 'v1',
    group: '',
    name,
    namespace,
    labels,
    annotations: {},
    creationTimestamp: pool.creationTimestamp,
    resourceVersion: '1',
    spec: made,
    raw: { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace, labels }, spec: made },
  };
}
