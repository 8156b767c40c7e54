import { getIn, type JsonPath, type JsonValue } from '#base/json.ts';
import { composeEdits } from '#base/compose-edits.ts';
import { applyEdits, type TextEdit } from '#base/text-range.ts';
import { changesBetween, type Change } from './changes.ts';
import { insertAt } from './edit-list.ts';
import { removeAt } from './edit-remove.ts';
import type { EditResult } from './edit-result.ts';
import { replaceAt } from './edit-value.ts';
import { eolOf } from './layout.ts';
import { parseYaml } from './parse.ts';
import { headStart } from './split.ts';
import type { YamlDocument } from './tree.ts';

/** With more differences than this a collection is written anew; each costs one reading of the document. */
const maxChanges = 40;

/**
 * The edits that put `value` at `path` of `document`, a document of `text`, and change nothing else. A scalar keeps its quoting, a new key
 * comes after the last one of its map, missing parents are made, `[ ]` and `{ }` stay. A list index may be one past the end. When a map or
 * list replaces another, only what differs is touched: the comments and the layout of the rest stay.
 * Fails when the document has a syntax error, the path leads through a scalar, or the change cannot be made in this text.
 */
export function setAt(text: string, document: YamlDocument, path: JsonPath, value: JsonValue): EditResult {
  const old = getIn(document.value, path);
  const changes = document.isPartial || old === undefined ? undefined : changesBetween(old, value, path, maxChanges);
  if (
    changes === undefined ||
    changes.length === 0 ||
    changes.some((change) => change.path.length === path.length && change.kind === 'set')
  ) {
    return replaceAt(text, document, path, value);
  }
  const edits = stepByStep(text, document, changes);
  return edits === undefined ? replaceAt(text, document, path, value) : { ok: true, value: edits };
}

/** Makes one change after the other, reading the document again in between; `undefined` when one of them cannot be made. */
function stepByStep(text: string, document: YamlDocument, changes: readonly Change[]): readonly TextEdit[] | undefined {
  const { end } = document.range;
  const start = headStart(text, document.range.start);
  let inner = text.slice(start, end);
  let edits: readonly TextEdit[] = [];
  for (const change of changes) {
    const [current] = parseYaml(inner, '').documents;
    const step = current === undefined ? undefined : editFor(inner, current, change);
    if (step?.ok !== true) return undefined;
    edits = composeEdits(edits, step.value);
    inner = applyEdits(inner, step.value);
  }
  // A document of one line shows no line break of its own.
  const toWindows = eolOf(text) === '\r\n' && eolOf(text.slice(start, end)) === '\n';
  return edits.map(({ range, text }) => ({
    range: { start: range.start + start, end: range.end + start },
    text: toWindows ? text.replaceAll('\n', '\r\n') : text,
  }));
}

function editFor(text: string, document: YamlDocument, change: Change): EditResult {
  if (change.kind === 'set') return replaceAt(text, document, change.path, change.value);
  if (change.kind === 'insert') return insertAt(text, document, change.path, change.index, change.value);
  return removeAt(text, document, change.path);
}
