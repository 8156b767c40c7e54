import { asArray, asObject, asString, asStringMap, isObject, type JsonObject } from '#base/json.ts';
import type { Reason } from '#envoy/provenance.ts';
import { isSubset } from '../collections.ts';
import { reason } from '../reasons.ts';
import type { ProxyView } from '../registry/proxy-view.ts';
import type { Service } from '../registry/service.ts';
import type { Resource } from '../resource.ts';
import type { Snapshot } from '../snapshot.ts';

/** Is a policy for this proxy, and the rule that decided. */
export interface Attachment {
  readonly attached: boolean;
  readonly reason: Reason;
}

interface TargetRef {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** `targetRefs`, or the older `targetRef` when there are none. */
function targetRefsOf(spec: JsonObject): readonly TargetRef[] {
  const list = asArray(spec['targetRefs']).filter(isObject);
  const old = spec['targetRef'];
  return (list.length > 0 || !isObject(old) ? list : [old]).map((ref) => ({
    group: asString(ref['group']) ?? '',
    kind: asString(ref['kind']) ?? '',
    name: asString(ref['name']) ?? '',
    namespace: asString(ref['namespace']) ?? '',
  }));
}

export function hasTargetRefs(spec: JsonObject): boolean {
  return asArray(spec['targetRefs']).length > 0 || isObject(spec['targetRef']);
}

/** `selector.matchLabels`, or EnvoyFilter's `workloadSelector.labels`; empty when there is none. */
export function selectorOf(spec: JsonObject): Readonly<Record<string, string>> {
  return isObject(spec['selector'])
    ? asStringMap(asObject(spec['selector'])['matchLabels'])
    : asStringMap(asObject(spec['workloadSelector'])['labels']);
}

export interface AttachOptions {
  /** Those of the chain that asks; only waypoints look at them. */
  readonly services?: readonly Service[] | undefined;
  /** False treats a waypoint like any gateway: its HBONE termination. */
  readonly asWaypoint?: boolean | undefined;
}

/** Does a policy with selector and targetRefs apply to the proxy (istio/istio `pilot/pkg/model/policyattachment.go ShouldAttachPolicy`)? */
export function attach(policy: Resource, proxy: ProxyView, snapshot: Snapshot, options: AttachOptions = {}): Attachment {
  const asWaypoint = options.asWaypoint ?? proxy.type === 'waypoint';
  if (proxy.gatewayName === undefined) {
    if (!hasTargetRefs(policy.spec)) return bySelector(policy, proxy);
    return { attached: false, reason: reason('target-refs-need-gateway-api') };
  }
  if (!hasTargetRefs(policy.spec)) {
    if (asWaypoint) return { attached: false, reason: reason('waypoint-needs-target-refs') };
    if (snapshot.features.on('ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY')) return bySelector(policy, proxy);
    return { attached: false, reason: reason('selector-switched-off') };
  }
  const refs = targetRefsOf(policy.spec);
  for (const ref of refs) {
    const hit = (asWaypoint ? waypointHit(ref, policy, snapshot, options.services ?? []) : undefined) ?? gatewayHit(ref, policy, proxy);
    if (hit !== undefined) return { attached: true, reason: hit };
  }
  const names = refs.map((ref) => `${ref.kind} ${ref.name}`).join(', ');
  return { attached: false, reason: reason('target-refs-miss', { refs: names, gateway: `${proxy.namespace}/${proxy.gatewayName}` }) };
}

function bySelector(policy: Resource, proxy: ProxyView): Attachment {
  const { selector, all, hit, miss } = selecting(policy);
  if (all) return { attached: true, reason: reason('selector-all') };
  return isSubset(selector, proxy.labels) ? hit() : miss();
}

interface Selecting {
  readonly selector: Readonly<Record<string, string>>;
  readonly all: boolean;
  readonly hit: () => Attachment;
  readonly miss: () => Attachment;
}

const selectings = new WeakMap<Resource, Selecting>();

/** The selector of a policy and both answers to it, which are the same for every proxy. */
function selecting(policy: Resource): Selecting {
  let known = selectings.get(policy);
  if (known === undefined) {
    const selector = selectorOf(policy.spec);
    const pairs = Object.entries(selector);
    const text = pairs.map(([key, value]) => `${key}=${value}`).join(', ');
    known = {
      selector,
      all: pairs.length === 0,
      hit: once(() => ({ attached: true, reason: reason('selector', { selector: text }) })),
      miss: once(() => ({ attached: false, reason: reason('selector-miss', { selector: text }) })),
    };
    selectings.set(policy, known);
  }
  return known;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function waypointHit(ref: TargetRef, policy: Resource, snapshot: Snapshot, services: readonly Service[]): Reason | undefined {
  for (const service of services) {
    const [kind, group, name] =
      service.registry === 'Kubernetes'
        ? ['Service', 'core', service.name]
        : ['ServiceEntry', 'networking.istio.io', service.resource.name];
    if (ref.kind !== kind || (ref.group || 'core') !== group || ref.name !== name) continue;
    if (policy.namespace === service.namespace) return reason('target-ref-service', { kind, name });
  }
  const isClass = ref.group === 'gateway.networking.k8s.io' && ref.kind === 'GatewayClass' && ref.name === 'istio-waypoint';
  return isClass && policy.namespace === snapshot.mesh.rootNamespace ? reason('target-ref-class') : undefined;
}

function gatewayHit(ref: TargetRef, policy: Resource, proxy: ProxyView): Reason | undefined {
  if (policy.namespace !== proxy.namespace) return undefined;
  if (ref.namespace !== '' && ref.namespace !== proxy.namespace) return undefined;
  const isGateway = ref.group === 'gateway.networking.k8s.io' && ref.kind === 'Gateway' && ref.name === proxy.gatewayName;
  return isGateway ? reason('target-ref-gateway', { name: ref.name }) : undefined;
}
