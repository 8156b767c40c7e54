import type { Diagnostic } from '#base/diagnostic.ts';
import type { SourceFile } from '#base/source-file.ts';
import { formatRef } from '#envoy/provenance.ts';
import { parseYaml } from '#yaml/parse.ts';
import { stringifyYaml } from '#yaml/stringify.ts';
import type { YamlStream } from '#yaml/tree.ts';
import { readResources } from '../../read-resources.ts';
import type { Resource } from '../../resource.ts';
import { finding } from '../../validation/rules.ts';
import { withoutClusterFields } from './cluster-fields.ts';
import { freePath } from './paths.ts';

/** A folder as files: paths relative to it, with `/`. */
export interface ExportedFolder {
  readonly files: readonly FolderFile[];
  /** What was left out, and what `kubectl apply -k` would stumble over. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface FolderFile {
  readonly path: string;
  readonly text: string;
}

/**
 * The texts of a workspace as a folder for `kubectl apply -k`: a `kustomization.yaml` that lists every text with Kubernetes objects
 * in it. Texts keep their comments and layout; only what a cluster wrote into its objects is taken out (see `withoutClusterFields`),
 * since the API server refuses or misreads it when it comes back. Texts without objects are kept under `other/`, not listed.
 */
export function kustomizeFolder(sources: readonly SourceFile[]): ExportedFolder {
  const taken = new Set(['kustomization.yaml']);
  const listed: FolderFile[] = [];
  const others: FolderFile[] = [];
  const diagnostics: Diagnostic[] = [];
  const owners = new Map<string, Resource>();
  for (const source of sources) {
    const stream = parseYaml(source.text, source.name);
    const { resources } = readResources([stream]);
    const objects = resources.filter(({ kind, apiVersion }) => kind !== '' && apiVersion !== '');
    if (objects.length === 0 || objects.some(isKustomization)) {
      others.push({ path: freePath(`other/${source.name}`, taken), text: source.text });
      diagnostics.push(finding('istio/kustomize-not-listed', { file: source.name }));
      continue;
    }
    diagnostics.push(...brokenParts(stream), ...repeated(objects, owners));
    const cleaned = withoutClusterFields(source);
    diagnostics.push(...cleaned.leftOut.map((resource) => finding('istio/kustomize-left-out', { resource: formatRef(resource) })));
    if (readResources([parseYaml(cleaned.text, source.name)]).resources.length > 0)
      listed.push({ path: freePath(source.name, taken), text: cleaned.text });
  }
  return { files: [kustomization(listed), ...listed, ...others], diagnostics };
}

function kustomization(listed: readonly FolderFile[]): FolderFile {
  const value = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources: listed.map(({ path }) => path) };
  return { path: 'kustomization.yaml', text: stringifyYaml(value) };
}

const isKustomization = ({ group }: Resource): boolean => group === 'kustomize.config.k8s.io';

/** kustomize reads all or nothing: a text that does not parse stops the whole folder. */
function brokenParts(stream: YamlStream): readonly Diagnostic[] {
  return stream.documents.some((document) => document.isPartial) ? [finding('istio/kustomize-broken', { file: stream.file })] : [];
}

/** kustomize refuses a second object of one id (api/resmap/reswrangler.go `Append`). */
function repeated(objects: readonly Resource[], owners: Map<string, Resource>): readonly Diagnostic[] {
  return objects.flatMap((resource) => {
    const id = `${resource.apiVersion} ${resource.kind} ${resource.namespace}/${resource.name}`;
    const first = owners.get(id);
    owners.set(id, first ?? resource);
    if (first === undefined) return [];
    return [finding('istio/kustomize-repeated', { resource: formatRef(resource), file: first.origin?.file ?? '' })];
  });
}
