import { asArray, asString, asStringMap, asObject, isObject, type JsonValue } from '#base/json.ts';

export type Labels = Readonly<Record<string, string>>;

/**
 * A `metav1.LabelSelector` as a test; one without requirements takes everything, one that Kubernetes would refuse nothing
 * (k8s.io/apimachinery `pkg/apis/meta/v1/helpers.go LabelSelectorAsSelector`).
 */
export function labelSelector(value: JsonValue | undefined): (labels: Labels) => boolean {
  if (!isObject(value)) return () => false;
  const tests = Object.entries(asStringMap(value['matchLabels'])).map(
    ([key, wanted]) =>
      (labels: Labels): boolean =>
        labels[key] === wanted,
  );
  for (const entry of asArray(value['matchExpressions'])) {
    const test = expression(asObject(entry));
    if (test === undefined) return () => false;
    tests.push(test);
  }
  return (labels) => tests.every((test) => test(labels));
}

function expression(entry: { readonly [key: string]: JsonValue | undefined }): ((labels: Labels) => boolean) | undefined {
  const key = asString(entry['key']) ?? '';
  const values = new Set(asArray(entry['values']).filter((item) => typeof item === 'string'));
  const value = (labels: Labels): string | undefined => (Object.hasOwn(labels, key) ? labels[key] : undefined);
  switch (asString(entry['operator']) ?? '') {
    case 'In':
      return values.size === 0 ? undefined : (labels) => values.has(value(labels) ?? '') && value(labels) !== undefined;
    case 'NotIn':
      return values.size === 0 ? undefined : (labels) => value(labels) === undefined || !values.has(value(labels) ?? '');
    case 'Exists':
      return (labels) => value(labels) !== undefined;
    case 'DoesNotExist':
      return (labels) => value(labels) === undefined;
    default:
      return undefined;
  }
}

/** The labels of a namespace, with the one Kubernetes gives to each. */
export function namespaceLabels(name: string, labels: Labels): Labels {
  return { ...labels, 'kubernetes.io/metadata.name': name };
}
