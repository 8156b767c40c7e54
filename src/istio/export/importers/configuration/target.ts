import type { Diagnostic } from '#base/diagnostic.ts';
import type { JsonObject } from '#base/json.ts';
import type { TargetRef } from '../../../extension-config/plugin.ts';
import type { Proxy } from '../../../resource.ts';
import { finding } from '../../../validation/rules.ts';

const GATEWAY_LABEL = 'gateway.networking.k8s.io/gateway-name';

/** Labels that say what a workload is, rather than which version or pod of it. */
const telling = ['app', 'app.kubernetes.io/name', 'k8s-app', GATEWAY_LABEL, 'istio', 'service.istio.io/canonical-name'];

/** How resources point at the proxy they are made of: a waypoint by its Gateway, others by the label that names the workload. */
export function targetOf(
  { type, labels }: Pick<Proxy, 'type' | 'labels'>,
  diagnostics: Diagnostic[],
): { readonly selector?: JsonObject; readonly targetRefs?: readonly TargetRef[] } {
  const gateway = labels[GATEWAY_LABEL];
  if (type === 'waypoint') {
    if (gateway !== undefined)
      return { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: gateway, namespace: '' }] };
    diagnostics.push(finding('istio/import-no-target'));
    return {};
  }
  const key = telling.find((name) => labels[name] !== undefined) ?? Object.keys(labels)[0];
  const value = key === undefined ? undefined : labels[key];
  if (key === undefined || value === undefined) {
    diagnostics.push(finding('istio/import-no-target'));
    return {};
  }
  return { selector: { [key]: value } };
}
