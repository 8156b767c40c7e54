import { asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import { isSubset } from '../collections.ts';
import type { ProxyView } from '../registry/proxy-view.ts';
import { creationTime } from '../resource-order.ts';
import type { Resource } from '../resource.ts';
import type { Snapshot } from '../snapshot.ts';
import { selectorOf } from './attachment.ts';

export type MtlsMode = 'DISABLE' | 'PERMISSIVE' | 'STRICT';

/** The mutual TLS of a workload's ports after all PeerAuthentications. */
export interface MtlsPolicy {
  readonly mode: MtlsMode;
  readonly byPort: ReadonlyMap<number, MtlsMode>;
  /** Mesh, namespace and workload policy, those that exist. */
  readonly from: readonly Resource[];
}

export function modeForPort(policy: MtlsPolicy, port: number): MtlsMode {
  return policy.byPort.get(port) ?? policy.mode;
}

/** The policies that select the workload, one per scope merged (istio/istio `pilot/pkg/security/authn/policy_applier.go ComposePeerAuthentication`). */
export function mtlsPolicyOf(proxy: ProxyView, snapshot: Snapshot): MtlsPolicy {
  const root = snapshot.mesh.rootNamespace;
  const mesh = oldest(namespaceWide(snapshot, root));
  const namespace = proxy.namespace === root ? undefined : oldest(namespaceWide(snapshot, proxy.namespace));
  const workload =
    proxy.namespace === root
      ? undefined
      : oldest(
          policiesIn(snapshot, proxy.namespace).filter(
            (policy) => !isNamespaceWide(policy) && isSubset(selectorOf(policy.spec), proxy.labels),
          ),
        );
  const mode = modeOf(workload?.spec['mtls']) ?? modeOf(namespace?.spec['mtls']) ?? modeOf(mesh?.spec['mtls']) ?? 'PERMISSIVE';
  const byPort = new Map<number, MtlsMode>();
  for (const [port, mtls] of Object.entries(asObject(workload?.spec['portLevelMtls']))) {
    byPort.set(Number(port), modeOf(mtls) ?? mode);
  }
  return { mode, byPort, from: [mesh, namespace, workload].filter((policy) => policy !== undefined) };
}

function policiesIn(snapshot: Snapshot, namespace: string): readonly Resource[] {
  return snapshot.listIn('security.istio.io', 'PeerAuthentication', namespace);
}

function isNamespaceWide(policy: Resource): boolean {
  return Object.keys(selectorOf(policy.spec)).length === 0;
}

/** Of several policies for a whole namespace istiod keeps the first only (`pilot/pkg/model/authentication.go addPeerAuthentication`). */
function namespaceWide(snapshot: Snapshot, namespace: string): readonly Resource[] {
  return policiesIn(snapshot, namespace).filter(isNamespaceWide).slice(0, 1);
}

/** The first in istiod's order among the oldest ones. */
function oldest(policies: readonly Resource[]): Resource | undefined {
  let best: Resource | undefined;
  for (const policy of policies) {
    if (best === undefined || creationTime(policy) < creationTime(best)) best = policy;
  }
  return best;
}

function modeOf(mtls: JsonObject[string]): MtlsMode | undefined {
  const mode = isObject(mtls) ? asString(mtls['mode']) : undefined;
  return mode === 'DISABLE' || mode === 'PERMISSIVE' || mode === 'STRICT' ? mode : undefined;
}
