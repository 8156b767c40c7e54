import { getIn, isArray, isObject, jsonEqual, type JsonPath, type JsonValue } from '#base/json.ts';
import { fail } from '#base/result.ts';
import type { TextEdit } from '#base/text-range.ts';
import { detachAnchors } from './anchors.ts';
import { brokenDocument, firstFaithful, notFound, withValue, type EditResult } from './edit-result.ts';
import { insertEntry, insertItem } from './insert.ts';
import { layoutAt, type Layout } from './layout.ts';
import { walk } from './place.ts';
import { replaceNode, writeRoot } from './replace.ts';
import type { YamlDocument } from './tree.ts';

/** Writes `value` at `path` as a whole: a collection that stands there is replaced with its comments. See `setAt`. */
export function replaceAt(text: string, document: YamlDocument, path: JsonPath, value: JsonValue): EditResult {
  if (document.isPartial) return brokenDocument();
  if (document.value !== undefined && jsonEqual(getIn(document.value, path), value)) return { ok: true, value: [] };
  const reason = obstacle(document.value, path);
  if (reason !== undefined) return reason;
  const expected = withValue(document.value, path, value);
  const layout = layoutAt(text, document.root, path);
  const inline: Layout = { ...layout, blockScalars: false };
  const attempt = (chosen: Layout) => (): readonly TextEdit[] => setEdits(text, document, path, value, chosen);
  const detached = (): readonly TextEdit[] => [...attempt({ ...inline, dropAnchor: true })(), ...detachAnchors(document, path)];
  return firstFaithful(text, document, expected, [attempt(layout), attempt(inline), detached]);
}

/** Why nothing can be put at `path`: a scalar stands in the way, or a list is too short. */
function obstacle(root: JsonValue | undefined, path: JsonPath): EditResult | undefined {
  let at: JsonValue | undefined = root;
  for (const step of path) {
    if (at === undefined || at === null) {
      if (typeof step === 'number' && step !== 0) return notFound('list item with this index');
      at = undefined;
    } else if (isArray(at)) {
      if (typeof step !== 'number' || step < 0 || step > at.length) return notFound('list item with this index');
      at = at[step];
    } else if (isObject(at)) {
      at = getIn(at, [step]);
    } else {
      return fail('yaml/not-a-collection', 'The path leads through a single value.', 'Replace that value by a map or a list first.');
    }
  }
  return undefined;
}

function setEdits(text: string, document: YamlDocument, path: JsonPath, value: JsonValue, layout: Layout): readonly TextEdit[] {
  if (document.root === undefined) return writeRoot(text, document, withValue(undefined, path, value), layout);
  const { places, rest } = walk(text, document.root, path);
  const place = places.at(-1) ?? places[0];
  const [step, ...deeper] = rest;
  if (step === undefined) return replaceNode(text, place, value, layout);
  const { node } = place;
  const whole = withValue(valueOf(document, path, rest.length), rest, value);
  if (node.alias !== undefined || node.kind === 'scalar') return replaceNode(text, place, whole, layout);
  const inner = withValue(getIn(valueOf(document, path, rest.length), [step]), deeper, value);
  return node.kind === 'map'
    ? insertEntry(text, place, String(step), inner, layout)
    : insertItem(text, place, node.items.length, inner, layout);
}

function valueOf(document: YamlDocument, path: JsonPath, stepsLeft: number): JsonValue | undefined {
  return getIn(document.value, path.slice(0, path.length - stepsLeft));
}
