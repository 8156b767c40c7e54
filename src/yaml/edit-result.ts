import { getIn, jsonEqual, type JsonPath, type JsonValue } from '#base/json.ts';
import { fail, ok, type Failure, type Result } from '#base/result.ts';
import { applyEdits, type TextEdit } from '#base/text-range.ts';
import { parseYaml } from './parse.ts';
import { headStart } from './split.ts';
import type { YamlDocument } from './tree.ts';

export type EditCode =
  | 'yaml/document-broken'
  | 'yaml/path-not-found'
  | 'yaml/not-a-collection'
  | 'yaml/key-exists'
  | 'yaml/merged-key'
  | 'yaml/edit-not-possible';

export type EditResult = Result<readonly TextEdit[], Failure<EditCode>>;

export const brokenDocument = (): EditResult =>
  fail(
    'yaml/document-broken',
    'The YAML of this document has a syntax error, so it cannot be edited here.',
    'Correct the error in the text first.',
  );

export const notFound = (what: string): EditResult =>
  fail('yaml/path-not-found', `There is no ${what} in this document.`, 'The text may have changed; select the element again.');

/**
 * The first of `attempts` after which the document holds exactly `expected`. YAML has corners (anchors used elsewhere, tags, comments a block
 * scalar would swallow) where the straightforward splice says something else; reading the result back is the one sure guard.
 */
export function firstFaithful(
  text: string,
  document: YamlDocument,
  expected: JsonValue | undefined,
  attempts: readonly (() => readonly TextEdit[] | undefined)[],
): EditResult {
  for (const attempt of attempts) {
    const edits = attempt();
    if (edits !== undefined && !overlap(edits) && jsonEqual(valueAfter(text, document, edits), expected)) return ok(edits);
  }
  return fail(
    'yaml/edit-not-possible',
    'This change cannot be made without touching other parts of the document.',
    'The value is probably shared by an anchor, an alias or a tag. Make the change in the text.',
  );
}

function overlap(edits: readonly TextEdit[]): boolean {
  const ordered = edits.toSorted((a, b) => a.range.start - b.range.start);
  return ordered.some((edit, i) => edit.range.start < (ordered[i - 1]?.range.end ?? 0));
}

/** The data of `document` once `edits`, which lie inside it, are made; `undefined` when it cannot be read or became several. */
function valueAfter(text: string, document: YamlDocument, edits: readonly TextEdit[]): JsonValue | undefined {
  const { end } = document.range;
  const start = headStart(text, document.range.start);
  const inner = edits.map((edit) => ({ text: edit.text, range: { start: edit.range.start - start, end: edit.range.end - start } }));
  const stream = parseYaml(applyEdits(text.slice(start, end), inner), '');
  const [only, ...others] = stream.documents;
  return only === undefined || others.length > 0 || only.isPartial ? undefined : only.value;
}

/** `value` with `next` at `path`; missing maps and lists on the way are made. */
export function withValue(value: JsonValue | undefined, path: JsonPath, next: JsonValue): JsonValue {
  const [step, ...rest] = path;
  if (step === undefined) return next;
  const inner = withValue(getIn(value, [step]), rest, next);
  if (typeof step === 'number' && (Array.isArray(value) || value === null || value === undefined)) {
    const list: JsonValue[] = Array.isArray(value) ? [...(value as readonly JsonValue[])] : [];
    list[step] = inner;
    return list;
  }
  return setKey(value, String(step), inner);
}

/** `value` without what stands at `path`. */
export function withoutValue(value: JsonValue, path: JsonPath): JsonValue {
  const last = path.at(-1);
  const parentPath = path.slice(0, -1);
  const parent = getIn(value, parentPath);
  if (last === undefined || parent === undefined) return value;
  if (Array.isArray(parent))
    return withValue(
      value,
      parentPath,
      (parent as readonly JsonValue[]).filter((_, i) => i !== last),
    );
  const kept = Object.entries(parent as object).filter(([key]) => key !== String(last)) as [string, JsonValue][];
  return withValue(value, parentPath, Object.fromEntries(kept));
}

function setKey(value: JsonValue | undefined, key: string, inner: JsonValue): JsonValue {
  const entries = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
  const isNew = entries.every(([name]) => name !== key);
  const next = entries.map(([name, old]) => [name, name === key ? inner : old] as const);
  return Object.fromEntries(isNew ? [...next, [key, inner] as const] : next) as JsonValue;
}
