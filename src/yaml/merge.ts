import { EVENT_ID, getScalarValue, SCALAR_STYLE, type Event } from 'js-yaml';
import { isObject, type JsonValue } from '#base/json.ts';
import { tagName } from './tag.ts';
import type { YamlEntry, YamlNode } from './tree.ts';

/** An unquoted key `<<`, as `isMerge` of goyaml.v2/decode.go recognises it. */
export function isMerge(key: Event, source: string): boolean {
  if (key.type !== EVENT_ID.SCALAR || key.valueStart < 0) return false;
  const tag = key.tagStart < 0 ? undefined : tagName(source.slice(key.tagStart, key.tagEnd));
  const isImplicit = tag === undefined && key.style === SCALAR_STYLE.PLAIN;
  return (isImplicit || tag === '!!merge') && getScalarValue(source, key) === '<<';
}

/**
 * Applies `<<: value` to a map under construction. go-yaml v2 writes the merged keys where `<<` stands, so they replace keys above it and
 * are replaced by keys below; of a list the first map wins (`decoder.merge`). Returns the keys of the map itself (`own`) that were
 * replaced, or `undefined` when `value` cannot be merged.
 */
export function mergeInto(
  source: { readonly node: YamlNode; readonly value: JsonValue },
  entries: YamlEntry[],
  data: Map<string, JsonValue>,
  own: ReadonlySet<string>,
): readonly string[] | undefined {
  const { node, value } = source;
  const parts =
    node.kind === 'seq' && Array.isArray(value) ? node.items.map((item, i) => ({ node: item, value: value[i] as JsonValue })) : [source];
  const overridden = new Set<string>();
  for (const part of parts.toReversed()) {
    if (part.node.kind !== 'map' || !isObject(part.value)) return undefined;
    for (const entry of part.node.entries) {
      if (entry.origin === 'merge') continue;
      const merged = part.value[entry.key];
      if (merged === undefined) continue;
      entries.push({ ...entry, origin: 'merged' });
      data.set(entry.key, merged);
      if (own.has(entry.key)) overridden.add(entry.key);
    }
  }
  return [...overridden];
}
