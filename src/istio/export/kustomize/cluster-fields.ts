import { asArray, asObject, getIn, type JsonPath } from '#base/json.ts';
import type { SourceFile } from '#base/source-file.ts';
import { applyEdits } from '#base/text-range.ts';
import { removeDocument } from '#yaml/edit-documents.ts';
import { removeAt } from '#yaml/edit-remove.ts';
import { parseYaml } from '#yaml/parse.ts';
import { readResources } from '../../read-resources.ts';
import type { Resource } from '../../resource.ts';

export interface CleanText {
  readonly text: string;
  /** Objects that a controller makes: they come by themselves. */
  readonly leftOut: readonly Resource[];
}

/** What the API server writes into an object (kubernetes/apimachinery meta/v1 `ObjectMeta`, "Populated by the system"). */
const written: readonly JsonPath[] = [
  ['status'],
  ['metadata', 'managedFields'],
  ['metadata', 'resourceVersion'],
  ['metadata', 'uid'],
  ['metadata', 'generation'],
  ['metadata', 'selfLink'],
  ['metadata', 'creationTimestamp'],
  ['metadata', 'deletionTimestamp'],
  ['metadata', 'deletionGracePeriodSeconds'],
  ['metadata', 'annotations', 'kubectl.kubernetes.io/last-applied-configuration'],
];

/**
 * A text without what the cluster wrote into its objects, and without objects that have an owner, such as the Pods of a Deployment.
 * Every edit is minimal: comments and layout of the rest stay. What cannot be taken out without touching more is left in.
 */
export function withoutClusterFields(source: SourceFile): CleanText {
  const leftOut: Resource[] = [];
  const stuck = new Set<string>();
  let text = source.text;
  for (;;) {
    const stream = parseYaml(text, source.name);
    const next = nextRemoval(readResources([stream]).resources, stuck);
    if (next?.resource.origin === undefined) return { text, leftOut };
    const { document, itemPath } = next.resource.origin;
    const wholeDocument = next.path.length === 0 && itemPath.length === 0;
    const edits = wholeDocument
      ? removeDocument(text, stream, document.index)
      : removeAt(text, document, [...itemPath, ...next.path], { emptied: next.path.length === 0 ? 'keep' : 'remove' });
    if (edits.ok) {
      text = applyEdits(text, edits.value);
      if (next.path.length === 0) leftOut.push(next.resource);
    } else stuck.add(keyOf(next));
  }
}

interface Removal {
  readonly resource: Resource;
  /** Inside the object; empty for the object itself. */
  readonly path: JsonPath;
}

const keyOf = ({ resource, path }: Removal): string => JSON.stringify([resource.origin?.document.index, resource.origin?.itemPath, path]);

function nextRemoval(resources: readonly Resource[], stuck: ReadonlySet<string>): Removal | undefined {
  for (const resource of resources) {
    for (const path of hasOwner(resource) ? [[]] : written) {
      const removal = { resource, path };
      if ((path.length === 0 || getIn(resource.raw, path) !== undefined) && !stuck.has(keyOf(removal))) return removal;
    }
  }
  return undefined;
}

function hasOwner({ raw }: Resource): boolean {
  return asArray(asObject(raw['metadata'])['ownerReferences']).length > 0;
}
