import { asArray, asNumber, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import { message, unlessDefault } from '../proto-json.ts';
import { serviceRegistry } from '../registry/service-registry.ts';
import type { Resource } from '../resource.ts';
import type { Snapshot } from '../snapshot.ts';
import { inferencePoolKind, poolBackend, readsInferencePools, type EndpointPicker } from './inference-pools.ts';
import { isGranted, namespaceOf, referencedKind, serviceKind } from './references.ts';

/** A route while it is translated. */
export interface RouteScope {
  readonly snapshot: Snapshot;
  readonly route: Resource;
  /** Routes of the mesh may name Services of every namespace. */
  readonly needsGrants: boolean;
}

/** What makes istiod drop a route altogether. */
export class UnusableRoute extends Error {}

export function weightSum(rule: JsonObject): number {
  return asArray(rule['backendRefs']).reduce<number>((sum, backend) => sum + weightOf(asObject(backend)), 0);
}

function weightOf(backend: JsonObject): number {
  return asNumber(backend['weight']) ?? 1;
}

/** Backends with a weight as `{destination, weight}`; the only one has no weight (istio/istio `pilot/pkg/config/kube/gateway/conversion.go buildHTTPDestination`). */
export function destinations(
  scope: RouteScope,
  rule: JsonObject,
  extras: (backend: JsonObject) => JsonObject = () => ({}),
): readonly JsonObject[] {
  const used = asArray(rule['backendRefs'])
    .filter(isObject)
    .filter((backend) => weightOf(backend) !== 0);
  return used.map((backend) =>
    message({
      destination: destination(scope, backend),
      weight: used.length === 1 ? undefined : unlessDefault(weightOf(backend)),
      ...extras(backend),
    }),
  );
}

/** The picker of the last backend with a weight, which counts for the whole rule (`buildHTTPDestination`). */
export function endpointPicker(scope: RouteScope, rule: JsonObject): EndpointPicker | undefined {
  const last = asArray(rule['backendRefs'])
    .filter(isObject)
    .findLast((backend) => weightOf(backend) !== 0);
  return last === undefined ? undefined : readBackend(scope, last).picker;
}

/** The destination of a backend; empty when the backend must not be used, which ends in an error response. */
export function destination(scope: RouteScope, backend: JsonObject): JsonObject {
  const read = readBackend(scope, backend);
  if (read.problem === 'refused') throw new UnusableRoute(`the backend ${asString(backend['name']) ?? ''} cannot be read`);
  return read.destination;
}

interface Backend {
  readonly destination: JsonObject;
  /** `refused`: the rule is wrong; `forbidden`: no ReferenceGrant, or a kind istiod cannot send to; `missing`: no such Service. */
  readonly problem?: 'refused' | 'forbidden' | 'missing';
  /** Who chooses among the pods of an InferencePool. */
  readonly picker?: EndpointPicker | undefined;
}

/** `buildDestination`. */
export function readBackend(scope: RouteScope, backend: JsonObject): Backend {
  const kind = referencedKind(backend, serviceKind);
  const name = asString(backend['name']) ?? '';
  const { namespace: own } = scope.route;
  const namespace = namespaceOf(backend['namespace'], own);
  const from = { kind: `${scope.route.group}/${scope.route.kind}`, namespace: own };
  if (scope.needsGrants && namespace !== own && !isGranted(scope.snapshot, from, { kind, namespace, name }))
    return { destination: {}, problem: 'forbidden' };
  if (kind === inferencePoolKind) return readPool(scope, name, namespace);
  const isHostname = kind === 'networking.istio.io/Hostname';
  if (!isHostname && kind !== serviceKind && kind !== 'multicluster.x-k8s.io/ServiceImport')
    return { destination: {}, problem: 'forbidden' };
  if (isHostname && backend['namespace'] !== undefined && backend['namespace'] !== null) return { destination: {}, problem: 'refused' };
  if (kind === serviceKind && name.includes('.')) return { destination: {}, problem: 'refused' };
  const port = asNumber(backend['port']);
  if (port === undefined) return { destination: {}, problem: 'refused' };
  const host = isHostname ? name : `${name}.${namespace}.svc.cluster.local`;
  const isThere = isHostname
    ? serviceRegistry(scope.snapshot).byHost.has(host)
    : scope.snapshot.listIn('', 'Service', namespace).some((service) => service.name === name);
  return { destination: { host, port: { number: port } }, ...(isThere ? {} : { problem: 'missing' }) };
}

function readPool({ snapshot }: RouteScope, name: string, namespace: string): Backend {
  if (!readsInferencePools(snapshot)) return { destination: {}, problem: 'forbidden' };
  if (name.includes('.')) return { destination: {}, problem: 'refused' };
  const found = poolBackend(snapshot, name, namespace);
  if (found === undefined) return { destination: {}, problem: 'missing' };
  const { service, picker } = found;
  if (picker === undefined) return { destination: {}, problem: 'refused' };
  return { destination: { host: service.hostname, port: message({ number: service.ports[0]?.port }) }, picker };
}
