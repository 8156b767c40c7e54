import { asObject, asString, asStringMap, isObject } from '#base/json.ts';
import type { Resource } from '#istio/resource.ts';
import { parseYaml } from '#yaml/parse.ts';

/** The Kubernetes objects of a YAML text, one a document, each with its place in the text. */
export function resourcesOf(text: string, file = 'test.yaml'): readonly Resource[] {
  return parseYaml(text, file).documents.flatMap((document) => {
    const raw = document.value;
    if (!isObject(raw)) return [];
    const metadata = asObject(raw['metadata']);
    const apiVersion = asString(raw['apiVersion']) ?? '';
    return [
      {
        kind: asString(raw['kind']) ?? '',
        apiVersion,
        group: apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '',
        namespace: asString(metadata['namespace']) ?? 'default',
        name: asString(metadata['name']) ?? '',
        labels: asStringMap(metadata['labels']),
        annotations: asStringMap(metadata['annotations']),
        creationTimestamp: asString(metadata['creationTimestamp']),
        resourceVersion: asString(metadata['resourceVersion']) ?? '1',
        spec: asObject(raw['spec']),
        raw,
        origin: { file, document, itemPath: [] },
      },
    ];
  });
}
