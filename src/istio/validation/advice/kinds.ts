import { asObject, asString } from '#base/json.ts';
import { groupOfKind } from '../../api/messages.ts';
import { replaceFix, type ValidationContext } from '../context.ts';

/** Kinds under a wrong group, and where an object goes that names no namespace. */
export function adviseKinds(context: ValidationContext): void {
  for (const resource of context.resources) {
    const group = groupOfKind(resource.kind);
    const own = ['WasmPlugin', 'TrafficExtension', 'EnvoyFilter'].includes(resource.kind);
    if (own && group !== undefined && group !== resource.group && resource.group !== 'extensions.higress.io') {
      const version = resource.kind === 'EnvoyFilter' ? 'v1alpha3' : 'v1alpha1';
      const fix = replaceFix(resource, ['apiVersion'], `${group}/${version}`, `Use ${group}/${version}`);
      context.report(
        'istio/kind-group',
        resource,
        ['apiVersion'],
        { kind: resource.kind, group, actual: resource.group === '' ? 'the core API' : resource.group },
        [fix],
      );
    }
    if (own && asString(asObject(resource.raw['metadata'])['namespace']) === undefined) {
      context.report('istio/no-namespace', resource, ['metadata', 'name'], { namespace: resource.namespace });
    }
  }
}
