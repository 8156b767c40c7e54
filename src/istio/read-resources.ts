import type { Diagnostic, Location } from '#base/diagnostic.ts';
import { asArray, asObject, asString, isObject, type JsonObject, type JsonPath, type JsonValue } from '#base/json.ts';
import { rangeAt, type YamlDocument, type YamlStream } from '#yaml/tree.ts';
import { readProblem } from './read-problems.ts';
import type { Resource } from './resource.ts';

export interface ReadOptions {
  /** Namespace of objects that name none. */
  readonly defaultNamespace?: string | undefined;
}

export interface ReadResources {
  /** Every object, in the order of the texts; unknown kinds are among them. */
  readonly resources: readonly Resource[];
  /** Those of kinds that neither Kubernetes' core, Istio nor the Gateway API has: kept, but they do nothing here. */
  readonly unknown: readonly Resource[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The Kubernetes objects of YAML texts: any mix of kinds, `List`s opened. What cannot be read is a diagnostic at its place, and the
 * rest is read all the same. A document that has not changed is not read again.
 */
export function readResources(streams: readonly YamlStream[], options: ReadOptions = {}): ReadResources {
  const resources: Resource[] = [];
  const diagnostics: Diagnostic[] = [];
  const seen = new Map<string, Resource>();
  for (const stream of streams) {
    for (const document of stream.documents) {
      const read = readDocument(stream.file, document, options.defaultNamespace ?? 'default');
      diagnostics.push(...read.diagnostics);
      for (const resource of read.resources) {
        const key = `${resource.group}/${resource.kind}/${resource.namespace}/${resource.name}`;
        const first = seen.get(key);
        if (first !== undefined && resource.name !== '') diagnostics.push(duplicate(resource, first));
        seen.set(key, resource);
        resources.push(resource);
      }
    }
  }
  return { resources, unknown: resources.filter((resource) => !isKnownKind(resource)), diagnostics };
}

interface DocumentReading {
  readonly file: string;
  readonly defaultNamespace: string;
  readonly resources: readonly Resource[];
  readonly diagnostics: readonly Diagnostic[];
}

const readings = new WeakMap<YamlDocument, DocumentReading>();

function readDocument(file: string, document: YamlDocument, defaultNamespace: string): DocumentReading {
  const known = readings.get(document);
  if (known?.file === file && known.defaultNamespace === defaultNamespace) return known;
  const resources: Resource[] = [];
  const diagnostics: Diagnostic[] = [];
  const reader: Reader = { file, document, defaultNamespace, resources, diagnostics };
  if (document.value !== undefined && document.value !== null) readObject(reader, document.value, [], 0);
  const reading = { file, defaultNamespace, resources, diagnostics };
  readings.set(document, reading);
  return reading;
}

interface Reader {
  readonly file: string;
  readonly document: YamlDocument;
  readonly defaultNamespace: string;
  readonly resources: Resource[];
  readonly diagnostics: Diagnostic[];
}

const maxListDepth = 4;

function readObject(reader: Reader, value: JsonValue, path: JsonPath, depth: number): void {
  const report = (code: Parameters<typeof readProblem>[0], at: JsonPath, args: Record<string, string> = {}): void => {
    reader.diagnostics.push(readProblem(code, args, locationOf(reader, [...path, ...at])));
  };
  if (!isObject(value)) {
    report('istio/not-an-object', [], { found: kindOf(value) });
    return;
  }
  const kind = asString(value['kind']) ?? '';
  const apiVersion = asString(value['apiVersion']) ?? '';
  if (isList(value, kind)) {
    if (depth >= maxListDepth) report('istio/list-too-deep', []);
    else asArray(value['items']).forEach((item, i) => readObject(reader, item, [...path, 'items', i], depth + 1));
    return;
  }
  if (kind === '' || apiVersion === '') {
    report('istio/no-kind', kind === '' ? ['kind'] : ['apiVersion'], { field: kind === '' ? 'kind' : 'apiVersion' });
    return;
  }
  const metadata = asObject(value['metadata']);
  if (value['metadata'] !== undefined && !isObject(value['metadata']))
    report('istio/wrong-type', ['metadata'], { field: 'metadata', expected: 'an object', found: kindOf(value['metadata']) });
  const name = asString(metadata['name']) ?? '';
  if (name === '' && metadata['generateName'] === undefined) report('istio/no-name', ['metadata', 'name'], { kind });
  if (value['spec'] !== undefined && value['spec'] !== null && !isObject(value['spec']))
    report('istio/wrong-type', ['spec'], { field: 'spec', expected: 'an object', found: kindOf(value['spec']) });
  const texts = (field: string): Readonly<Record<string, string>> => {
    const map = metadata[field];
    if (map !== undefined && map !== null && !isObject(map)) {
      report('istio/wrong-type', ['metadata', field], { field: `metadata.${field}`, expected: 'an object', found: kindOf(map) });
    }
    const out: Record<string, string> = {};
    for (const [key, text] of Object.entries(asObject(map))) {
      if (typeof text === 'string') out[key] = text;
      else if (text !== undefined) report('istio/not-a-text', ['metadata', field, key], { key, found: kindOf(text) });
    }
    return out;
  };
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  reader.resources.push({
    kind,
    apiVersion,
    group,
    name,
    namespace: clusterScoped.has(`${group}/${kind}`) ? '' : (asString(metadata['namespace']) ?? '') || reader.defaultNamespace,
    labels: texts('labels'),
    annotations: texts('annotations'),
    creationTimestamp: asString(metadata['creationTimestamp']),
    resourceVersion: asString(metadata['resourceVersion']) ?? '1',
    spec: asObject(value['spec']),
    raw: value,
    origin: { file: reader.file, document: reader.document, itemPath: path },
  });
}

function isList(value: JsonObject, kind: string): boolean {
  return kind.endsWith('List') && Array.isArray(value['items']);
}

function locationOf(reader: Reader, path: JsonPath): Location | undefined {
  const range = rangeAt(reader.document.root, path) ?? reader.document.range;
  return { file: reader.file, range };
}

function kindOf(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `the ${typeof value === 'string' ? 'text' : typeof value} ${JSON.stringify(value)}`;
}

function duplicate(resource: Resource, first: Resource): Diagnostic {
  const origin = resource.origin;
  const at =
    origin === undefined
      ? undefined
      : { file: origin.file, range: rangeAt(origin.document.root, [...origin.itemPath, 'metadata', 'name']) ?? origin.document.range };
  return readProblem(
    'istio/duplicate',
    { kind: resource.kind, name: `${resource.namespace}/${resource.name}`, file: first.origin?.file ?? '' },
    at,
  );
}

/** Kinds without a namespace. */
const clusterScoped = new Set([
  '/Namespace',
  '/Node',
  '/PersistentVolume',
  'gateway.networking.k8s.io/GatewayClass',
  'apiextensions.k8s.io/CustomResourceDefinition',
  'rbac.authorization.k8s.io/ClusterRole',
  'rbac.authorization.k8s.io/ClusterRoleBinding',
  'admissionregistration.k8s.io/MutatingWebhookConfiguration',
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
]);

const knownGroups = new Set([
  '',
  'apps',
  'batch',
  'discovery.k8s.io',
  'networking.k8s.io',
  'rbac.authorization.k8s.io',
  'policy',
  'autoscaling',
]);

function isKnownKind(resource: Resource): boolean {
  const { group } = resource;
  return (
    knownGroups.has(group) ||
    group.endsWith('.istio.io') ||
    group === 'gateway.networking.k8s.io' ||
    group === 'extensions.higress.io' ||
    group === 'gateway.envoyproxy.io'
  );
}
