import type { JsonObject } from '#base/json.ts';
import { decodeSpec } from './api/decode.ts';
import { isServed, specMessage } from './api/messages.ts';
import { groupBy } from './collections.ts';
import { clusterScoped, discoveryFilter } from './discovery.ts';
import type { Features } from './features.ts';
import { readFeatures } from './features.ts';
import type { MeshConfig } from './mesh-config.ts';
import { resolveMeshConfig } from './mesh-config.ts';
import type { Minor } from './minors.ts';
import { minorOf } from './minors.ts';
import { compareByCreation } from './resource-order.ts';
import type { Resource } from './resource.ts';

/** Everything that is the same for all proxies of one state of the mesh; istiod calls it the push context. */
export interface Snapshot {
  readonly resources: readonly Resource[];
  /** Those istiod can read, specs as it holds them. */
  readonly readable: readonly Resource[];
  readonly mesh: MeshConfig;
  readonly features: Features;
  readonly minor: Minor;
  /** All objects of that API group and kind, oldest first. */
  list(group: string, kind: string): readonly Resource[];
  /** As `list`, of one namespace. */
  listIn(group: string, kind: string, namespace: string): readonly Resource[];
  /** Do `discoverySelectors` let istiod see the namespace? */
  isDiscovered(namespace: string): boolean;
  /** In a completed cluster Secrets that are named and not given are taken as there and right, and objects have every API version. */
  readonly cluster: 'completed' | 'as-given';
  /** Release of the Gateway API's CRDs; absent: not known, as istiod sees CRDs without `gateway.networking.k8s.io/bundle-version`. */
  readonly gatewayApi: string | undefined;
  /** Objects istiod cannot read, with its words; for it they do not exist. */
  readonly unreadable: readonly { readonly resource: Resource; readonly error: string }[];
}

export interface SnapshotInput {
  readonly resources: readonly Resource[];
  readonly istio: string;
  readonly meshConfig?: JsonObject | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly cluster?: 'completed' | 'as-given' | undefined;
  readonly gatewayApi?: string | undefined;
}

const known = new WeakMap<readonly Resource[], { readonly input: SnapshotInput; readonly snapshot: Snapshot }[]>();

/** Indexes the resources; the same input (by identity of its parts) gives the same snapshot. */
export function snapshotOf(input: SnapshotInput): Snapshot {
  const list = known.get(input.resources) ?? [];
  const hit = list.find(
    (entry) =>
      entry.input.istio === input.istio &&
      entry.input.meshConfig === input.meshConfig &&
      entry.input.env === input.env &&
      entry.input.cluster === input.cluster &&
      entry.input.gatewayApi === input.gatewayApi,
  );
  if (hit !== undefined) return hit.snapshot;
  const snapshot = createSnapshot(input);
  known.set(input.resources, [{ input, snapshot }, ...list.slice(0, 3)]);
  return snapshot;
}

const nothing: readonly Resource[] = [];

function createSnapshot(input: SnapshotInput): Snapshot {
  const minor = minorOf(input.istio);
  const unreadable: { resource: Resource; error: string }[] = [];
  const readable: Resource[] = [];
  for (const resource of input.resources) {
    const decoded = decode(resource, minor);
    if (typeof decoded === 'string') unreadable.push({ resource, error: decoded });
    else readable.push(decoded);
  }
  const mesh = resolveMeshConfig(input.meshConfig, minor.minor);
  const isDiscovered = discoveryFilter(mesh.raw['discoverySelectors'], input.resources, input.cluster ?? 'completed');
  const discovered =
    isDiscovered === undefined ? readable : readable.filter((resource) => isExempt(resource, input) || isDiscovered(resource.namespace));
  const byKind = groupBy(discovered, (resource) => `${resource.group}/${resource.kind}`);
  for (const list of byKind.values()) list.sort(compareByCreation);
  const byNamespace = new Map<string, ReadonlyMap<string, readonly Resource[]>>();
  const list = (group: string, kind: string): readonly Resource[] => byKind.get(`${group}/${kind}`) ?? nothing;
  return {
    resources: input.resources,
    readable: discovered,
    mesh,
    features: readFeatures(input.env, minor.minor),
    minor,
    cluster: input.cluster ?? 'completed',
    gatewayApi: input.gatewayApi,
    unreadable,
    isDiscovered: isDiscovered ?? (() => true),
    list,
    listIn(group, kind, namespace) {
      const key = `${group}/${kind}`;
      let table = byNamespace.get(key);
      if (table === undefined) {
        table = groupBy(list(group, kind), (resource) => resource.namespace);
        byNamespace.set(key, table);
      }
      return table.get(namespace) ?? nothing;
    },
  };
}

/** Kinds without a namespace; and Istio's own of a given list, which come from a store that is not filtered. */
function isExempt(resource: Resource, input: SnapshotInput): boolean {
  return clusterScoped.has(resource.kind) || (input.cluster === 'as-given' && resource.group.endsWith('.istio.io'));
}

const decodings = new WeakMap<Resource, Map<number, Resource | string>>();

/** The resource with its spec as istiod holds it, or why istiod cannot read it; each is decoded once for a minor. */
function decode(resource: Resource, minor: Minor): Resource | string {
  if (!resource.group.includes('.istio.io')) return resource;
  const message = specMessage(resource.kind);
  if (message === undefined || !isServed(resource.apiVersion, resource.kind, minor.minor)) return 'unknown kind';
  const known = decodings.get(resource);
  const byMinor = known ?? new Map<number, Resource | string>();
  if (known === undefined) decodings.set(resource, byMinor);
  let result = byMinor.get(minor.minor);
  if (result === undefined) {
    const decoded = decodeSpec(message, resource.raw['spec'], minor.minor);
    result = decoded.error ?? { ...resource, spec: decoded.value ?? {} };
    byMinor.set(minor.minor, result);
  }
  return result;
}

/** A value computed once per snapshot. */
export function perSnapshot<T>(compute: (snapshot: Snapshot) => T): (snapshot: Snapshot) => T {
  const values = new WeakMap<Snapshot, T>();
  return (snapshot) => {
    const known = values.get(snapshot);
    if (known !== undefined) return known;
    const value = compute(snapshot);
    values.set(snapshot, value);
    return value;
  };
}
