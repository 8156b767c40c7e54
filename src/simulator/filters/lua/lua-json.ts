import { byteStringToUtf8, utf8ToByteString } from '#base/bytes.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { isArray } from '#base/json.ts';
import type { LuaTable, LuaValue } from '../../lua/codec.ts';
import { list, table, typeName } from '../../lua/codec.ts';
import { isTable, ScriptError, stringOf } from './script-error.ts';

/** A `google.protobuf.Value` as scripts see it (envoy `MetadataMapHelper::setValue`). */
export function jsonToLua(value: JsonValue | undefined): LuaValue {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string') return utf8ToByteString(value);
  if (typeof value !== 'object') return value;
  return isArray(value) ? list(value.map(jsonToLua)) : structToLua(value);
}

export function structToLua(struct: JsonObject): LuaTable {
  return table(Object.entries(struct).map(([key, item]) => [utf8ToByteString(key), jsonToLua(item)]));
}

/** A list of names and values, as the iterators take it. */
export function pairsOf(entries: Iterable<readonly [string, LuaValue]>): LuaTable {
  return list([...entries].flatMap(([key, item]) => [key, item]));
}

/** A value of a script as JSON; a table whose keys are 1 … n is a list (envoy `MetadataMapHelper::loadValue`). */
export function luaToJson(value: LuaValue): JsonValue {
  if (value === undefined) return null;
  if (typeof value === 'string') return byteStringToUtf8(value);
  if (typeof value !== 'object') return value;
  if (!isTable(value)) throw new ScriptError(`unexpected type '${typeName(value)}' in dynamicMetadata`);
  const length = listLength(value);
  if (length > 0) {
    const items = new Map(value.entries);
    return Array.from({ length }, (_, i) => luaToJson(items.get(i + 1)));
  }
  const out: Record<string, JsonValue> = {};
  for (const [key, item] of value.entries) {
    if (typeof key !== 'string') throw new ScriptError(`unexpected type ${typeName(key)} in table key (only string keys are supported)`);
    out[byteStringToUtf8(key)] = luaToJson(item);
  }
  return out;
}

function listLength({ entries }: LuaTable): number {
  let longest = 0;
  for (const [key] of entries) {
    if (typeof key !== 'number' || !Number.isInteger(key) || key < 1) return -1;
    longest = Math.max(longest, key);
  }
  return longest;
}

const pseudo = [':status', ':method', ':path', ':authority', ':scheme'];

function rank(name: string): number {
  const at = pseudo.indexOf(name);
  return at < 0 ? pseudo.length : at;
}

/** Headers of a table given to `respond` or `httpCall`, sorted: LuaJIT's own order is another one in every process (envoy `buildHeadersFromTable`). */
export function headersOf(
  entries: readonly (readonly [LuaValue, LuaValue])[],
  argumentCount: number,
): readonly (readonly [string, string])[] {
  const out: (readonly [string, string])[] = [];
  // The key and the value lie on the stack behind the arguments while the table is walked.
  const valueIndex = argumentCount + 3;
  for (const [key, value] of entries) {
    if (typeof key === 'number') throw new ScriptError("invalid key to 'next'", 0);
    if (typeof key !== 'string') throw new ScriptError(`string expected, got ${typeName(key)}`, valueIndex - 1);
    const values = isTable(value) ? value.entries.map(([, item]) => item) : [value];
    for (const item of values) {
      const text = stringOf(item);
      if (text === undefined) throw new ScriptError(`string expected, got ${typeName(item)}`, valueIndex);
      out.push([key, text]);
    }
  }
  return out.toSorted(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0));
}
