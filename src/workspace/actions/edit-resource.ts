import type { JsonPath, JsonValue } from '#base/json.ts';
import { formatPath } from '#base/json.ts';
import type { Result } from '#base/result.ts';
import { fail, ok } from '#base/result.ts';
import { applyEdits } from '#base/text-range.ts';
import type { ResourceRef } from '#envoy/provenance.ts';
import { formatRef, sameRef } from '#envoy/provenance.ts';
import type { Resource, ResourceOrigin } from '#istio/resource.ts';
import { insertDocumentAfter, removeDocument } from '#yaml/edit-documents.ts';
import { removeAt } from '#yaml/edit-remove.ts';
import { setAt } from '#yaml/edit-set.ts';
import { parseYaml } from '#yaml/parse.ts';
import type { YamlDocument, YamlStream } from '#yaml/tree.ts';
import type { TextFile, WorkspaceDocument } from '../document.ts';

/** What an edit of a resource needs to find it in the text. */
export interface EditContext {
  readonly document: WorkspaceDocument;
  readonly resources: readonly Resource[];
  readonly streams: readonly YamlStream[];
  readonly stale: ReadonlySet<YamlDocument>;
}

interface Found {
  readonly file: TextFile;
  readonly stream: YamlStream;
  readonly origin: ResourceOrigin;
}

/** The file and place of a resource; a failure when it is gone or when its text does not parse right now. */
export function findInText(context: EditContext, ref: ResourceRef): Result<Found> {
  const resource = context.resources.find((item) => sameRef(item, ref));
  const origin = resource?.origin;
  const file = context.document.files.find((item) => item.name === origin?.file);
  const stream = context.streams.find((item) => item.file === origin?.file);
  if (origin === undefined || file === undefined || stream === undefined)
    return fail('resource-gone', `${formatRef(ref)} is not in the workspace any more.`);
  if (context.stale.has(origin.document)) {
    return fail(
      'text-broken',
      `${file.name} does not parse, so ${formatRef(ref)} cannot be changed here.`,
      'Mend the text first: the marker shows where.',
    );
  }
  return ok({ file, stream, origin });
}

/** The workspace after setting (or with `undefined` removing) one value of a resource. */
export function setValueIn(
  context: EditContext,
  ref: ResourceRef,
  path: JsonPath,
  value: JsonValue | undefined,
): Result<WorkspaceDocument> {
  const found = findInText(context, ref);
  if (!found.ok) return found;
  const { file, origin } = found.value;
  const full = [...origin.itemPath, ...path];
  const edits = value === undefined ? removeAt(file.text, origin.document, full) : setAt(file.text, origin.document, full, value);
  if (!edits.ok) return fail(edits.error.code, `${formatPath(path)} of ${formatRef(ref)}: ${edits.error.message}`, edits.error.help);
  return ok(replaceText(context.document, file, applyEdits(file.text, edits.value)));
}

/** The workspace without a resource: its document, or its item of a List. */
export function removeResourceIn(context: EditContext, ref: ResourceRef): Result<WorkspaceDocument> {
  const found = findInText(context, ref);
  if (!found.ok) return found;
  const { file, stream, origin } = found.value;
  const edits =
    origin.itemPath.length > 0
      ? removeAt(file.text, origin.document, origin.itemPath)
      : removeDocument(file.text, stream, origin.document.index);
  return edits.ok ? ok(replaceText(context.document, file, applyEdits(file.text, edits.value))) : edits;
}

/** The workspace with a copy of a resource behind it, under another name; comments are copied too. */
export function duplicateResourceIn(context: EditContext, ref: ResourceRef, name: string): Result<WorkspaceDocument> {
  const found = findInText(context, ref);
  if (!found.ok) return found;
  const { file, stream, origin } = found.value;
  if (origin.itemPath.length > 0)
    return fail('in-a-list', `${formatRef(ref)} is an item of a List and cannot be copied here.`, 'Copy it in the text.');
  const own = file.text.slice(origin.document.range.start, origin.document.range.end);
  const [copy] = parseYaml(own, file.name).documents;
  if (copy === undefined) return fail('resource-gone', `${formatRef(ref)} is empty.`);
  const renamed = setAt(own, copy, ['metadata', 'name'], name);
  if (!renamed.ok) return renamed;
  const edits = insertDocumentAfter(file.text, stream, origin.document.index, applyEdits(own, renamed.value));
  return edits.ok ? ok(replaceText(context.document, file, applyEdits(file.text, edits.value))) : edits;
}

export function replaceText(document: WorkspaceDocument, file: TextFile, text: string): WorkspaceDocument {
  return { ...document, files: document.files.map((item) => (item.id === file.id ? { ...item, text } : item)) };
}

/** `name`, `name-2`, `name-3` …: the first that no resource of the kind and namespace has. */
export function freeName(resources: readonly Resource[], kind: string, namespace: string, name: string): string {
  const taken = new Set(resources.filter((item) => item.kind === kind && item.namespace === namespace).map((item) => item.name));
  if (!taken.has(name)) return name;
  const base = name.replace(/-\d+$/, '');
  for (let n = 2; ; n++) if (!taken.has(`${base}-${n}`)) return `${base}-${n}`;
}
