import { asArray, asObject, asString, type JsonObject, type JsonValue } from '#base/json.ts';
import { perSnapshot, type Snapshot } from '../snapshot.ts';
import { gatewayApiGroup } from './classes.ts';
import { gatewayApiObjects } from './crds.ts';

/** Group and kind of a reference, defaults filled in: `gateway.networking.k8s.io/Gateway`, `/Service`. */
export function referencedKind(reference: JsonObject, defaultKind: string): string {
  const [group = '', kind = ''] = defaultKind.split('/');
  return `${asString(reference['group']) ?? group}/${asString(reference['kind']) ?? kind}`;
}

export const serviceKind = '/Service';
export const secretKind = '/Secret';
export const configMapKind = '/ConfigMap';
export const gatewayKind = `${gatewayApiGroup}/Gateway`;
export const listenerSetKind = `${gatewayApiGroup}/ListenerSet`;

interface Grant {
  readonly from: string;
  readonly to: string;
  /** Absent: all of that kind. */
  readonly name: string | undefined;
}

const grants = perSnapshot((snapshot: Snapshot): readonly Grant[] =>
  gatewayApiObjects(snapshot, 'ReferenceGrant').flatMap((resource) =>
    asArray(resource.spec['from']).flatMap((from) =>
      asArray(resource.spec['to']).map((to) => ({
        from: place(asObject(from), asString(asObject(from)['namespace']) ?? ''),
        to: place(asObject(to), resource.namespace),
        name: asString(asObject(to)['name']),
      })),
    ),
  ),
);

function place(reference: JsonObject, namespace: string): string {
  return `${referencedKind(reference, '/')} ${namespace}`;
}

/**
 * May objects of a kind and namespace refer to an object of another namespace? A ReferenceGrant there must say so
 * (istio/istio `pilot/pkg/config/kube/gatewaycommon/references.go`).
 */
export function isGranted(
  snapshot: Snapshot,
  from: { readonly kind: string; readonly namespace: string },
  to: { readonly kind: string; readonly namespace: string; readonly name: string },
): boolean {
  return grants(snapshot).some(
    (grant) =>
      grant.from === `${from.kind} ${from.namespace}` &&
      grant.to === `${to.kind} ${to.namespace}` &&
      (grant.name === undefined || grant.name === to.name),
  );
}

/** A namespace of a reference, `own` when it names none. */
export function namespaceOf(value: JsonValue | undefined, own: string): string {
  return asString(value) ?? own;
}
