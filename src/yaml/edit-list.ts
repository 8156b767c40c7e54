import { getIn, isArray, type JsonPath, type JsonValue } from '#base/json.ts';
import { fail, ok } from '#base/result.ts';
import type { TextEdit } from '#base/text-range.ts';
import { brokenDocument, firstFaithful, notFound, withValue, type EditResult } from './edit-result.ts';
import { replaceAt } from './edit-value.ts';
import { insertItem } from './insert.ts';
import { layoutAt } from './layout.ts';
import { outerStart, walk } from './place.ts';
import { itemSlots } from './slots.ts';
import type { YamlDocument, YamlSeq } from './tree.ts';

/**
 * The edits that insert `value` into the list at `path`, before the item that is now at `index`; the length of the list appends. A list that
 * is absent or null is made. Comments above an item stay with it.
 */
export function insertAt(text: string, document: YamlDocument, path: JsonPath, index: number, value: JsonValue): EditResult {
  if (document.isPartial) return brokenDocument();
  const list = getIn(document.value, path) ?? [];
  if (!isArray(list)) return fail('yaml/not-a-collection', 'There is no list at this place.', 'Only lists have items to insert before.');
  if (!Number.isInteger(index) || index < 0 || index > list.length) return notFound('list item with this index');
  const next = list.toSpliced(index, 0, value);
  const place = document.root === undefined ? undefined : walk(text, document.root, path);
  const target = place?.rest.length === 0 ? place.places.at(-1) : undefined;
  if (target?.node.kind !== 'seq' || target.node.alias !== undefined) return replaceAt(text, document, path, next);
  const layout = layoutAt(text, document.root, [...path, 0]);
  return firstFaithful(text, document, withValue(document.value, path, next), [
    () => insertItem(text, target, index, value, layout),
    () => insertItem(text, target, index, value, { ...layout, blockScalars: false }),
  ]);
}

/**
 * The edits that move item `from` of the list at `path` so that it has index `to` afterwards. Items move as texts, with the comments on
 * their lines and directly above them.
 */
export function moveItem(text: string, document: YamlDocument, path: JsonPath, from: number, to: number): EditResult {
  if (document.isPartial) return brokenDocument();
  const list = getIn(document.value, path);
  if (!isArray(list) || list[from] === undefined || list[to] === undefined) return notFound('list item with this index');
  if (from === to) return ok([]);
  const moved = moveIn(list, from, to);
  const found = document.root === undefined ? undefined : walk(text, document.root, path);
  const seq = found?.rest.length === 0 ? found.places.at(-1)?.node : undefined;
  if (seq?.kind !== 'seq' || seq.alias !== undefined) return replaceAt(text, document, path, moved);
  const written = firstFaithful(text, document, withValue(document.value, path, moved), [() => moveTexts(text, seq, from, to)]);
  return written.ok ? written : replaceAt(text, document, path, moved);
}

function moveIn<T>(list: readonly T[], from: number, to: number): readonly T[] {
  const item = list[from];
  return item === undefined ? list : list.toSpliced(from, 1).toSpliced(to, 0, item);
}

/** Every item between the two indexes gets the text of the one that takes its place; what lies between items stays. */
function moveTexts(text: string, seq: YamlSeq, from: number, to: number): readonly TextEdit[] {
  const slots = seq.flow ? seq.items.map((item) => ({ start: outerStart(item), end: item.range.end })) : itemSlots(text, seq);
  const order = moveIn([...slots.keys()], from, to);
  return order.flatMap((source, target) => {
    const slot = slots[target];
    const content = slots[source];
    if (source === target || slot === undefined || content === undefined) return [];
    return [{ range: slot, text: text.slice(content.start, content.end) }];
  });
}
