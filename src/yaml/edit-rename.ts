import { getIn, isObject, type JsonPath, type JsonValue } from '#base/json.ts';
import { fail, ok } from '#base/result.ts';
import type { TextEdit } from '#base/text-range.ts';
import { brokenDocument, firstFaithful, notFound, withValue, type EditResult } from './edit-result.ts';
import { layoutAt } from './layout.ts';
import { walk, type Place } from './place.ts';
import { quoteScalar, type Quotes } from './quote.ts';
import type { YamlDocument } from './tree.ts';

/** The edits that give the entry at `path` the key `key`, in the same quotes. Fails when the map has that key already. */
export function renameKey(text: string, document: YamlDocument, path: JsonPath, key: string): EditResult {
  if (document.isPartial) return brokenDocument();
  const last = path.at(-1);
  const parentPath = path.slice(0, -1);
  const parent = getIn(document.value, parentPath);
  if (last === undefined || document.root === undefined || !isObject(parent) || !Object.hasOwn(parent, last)) return notFound('such entry');
  if (String(last) === key) return ok([]);
  if (Object.hasOwn(parent, key))
    return fail('yaml/key-exists', `The map already has the key \`${key}\`.`, 'Choose another name, or remove that entry first.');
  const { places, rest } = walk(text, document.root, path);
  const place = places.at(-1);
  if (rest.length > 0 || place?.kind !== 'entry') {
    return fail('yaml/merged-key', 'The key comes from another map through an alias or `<<`.', 'Rename it there.');
  }
  const renamed: JsonValue = Object.fromEntries(
    Object.entries(parent).map(([name, value]) => [name === String(last) ? key : name, value ?? null]),
  );
  return firstFaithful(text, document, withValue(document.value, parentPath, renamed), [() => rename(text, document, place, path, key)]);
}

function rename(text: string, document: YamlDocument, place: Place & { kind: 'entry' }, path: JsonPath, key: string): readonly TextEdit[] {
  const range = place.entry.keyRange;
  const quotes: Quotes =
    text[range.start] === "'" ? 'single' : text[range.start] === '"' || layoutAt(text, document.root, path).json ? 'double' : 'plain';
  return [{ range, text: quoteScalar(key, quotes, place.parent.flow ? 'flow' : 'block') }];
}
