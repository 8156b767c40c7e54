import { asArray, asObject, asString } from '#base/json.ts';
import type { Resource } from './resource.ts';

const switches = new WeakMap<Resource, Readonly<Record<string, string>>>();

/**
 * The feature switches of the istiod among the resources: the environment of the container `discovery` of a Deployment labelled
 * `app: istiod` (istio/istio `manifests/charts/istio-control/istio-discovery/templates/deployment.yaml`). Values taken from elsewhere
 * (`valueFrom`) are not known. The same resource gives the same object; undefined without an istiod.
 */
export function installedSwitches(resources: readonly Resource[]): Readonly<Record<string, string>> | undefined {
  const istiod = resources.find(({ kind, group, labels }) => kind === 'Deployment' && group === 'apps' && labels['app'] === 'istiod');
  if (istiod === undefined) return undefined;
  let found = switches.get(istiod);
  if (found === undefined) switches.set(istiod, (found = environmentOf(istiod)));
  return found;
}

function environmentOf({ spec }: Resource): Readonly<Record<string, string>> {
  const pod = asObject(asObject(spec['template'])['spec']);
  const discovery = asArray(pod['containers'])
    .map(asObject)
    .find((container) => container['name'] === 'discovery');
  const entries = asArray(discovery?.['env'])
    .map(asObject)
    .map(({ name, value }) => [asString(name), asString(value)] as const);
  return Object.fromEntries(entries.flatMap(([name, value]) => (name === undefined || value === undefined ? [] : [[name, value]])));
}
