import type { JsonObject, JsonValue } from '#base/json.ts';
import { isArray, isObject } from '#base/json.ts';
import { isSchema } from './read-schema.ts';
import type { Schema } from './read-schema.ts';

/** Where a reference leads: the subschema and its JSON pointer in the whole schema. */
export interface Resolved {
  readonly schema: Schema;
  readonly pointer: string;
}

/** Follows references inside one schema document. Nothing is fetched: a reference to elsewhere stays unresolved. */
export type References = (reference: string) => Resolved | undefined;

/** One step of a JSON pointer (RFC 6901 §3). */
export function pointerStep(key: string | number): string {
  return `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The subschema at a JSON pointer such as `/properties/name`. */
export function schemaAt(root: JsonValue, pointer: string): Schema | undefined {
  let at: JsonValue | undefined = root;
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (isArray(at)) at = at[Number(key)];
    else if (isObject(at)) at = Object.hasOwn(at, key) ? at[key] : undefined;
    else return undefined;
  }
  return isSchema(at) ? at : undefined;
}

/** Reference look-up for `root`: `#`, `#/pointer`, `#anchor`, and `$id`s of subschemas with or without such an end. */
export function referencesOf(root: JsonObject): References {
  let names: ReadonlyMap<string, string> | undefined;
  return (reference) => {
    const hash = reference.indexOf('#');
    const base = hash < 0 ? reference : reference.slice(0, hash);
    const fragment = decodeFragment(hash < 0 ? '' : reference.slice(hash + 1));
    names ??= namesIn(root);
    const start = base === '' ? '' : names.get(base);
    if (start === undefined) return undefined;
    const pointer = fragment === '' || fragment.startsWith('/') ? start + fragment : names.get(`#${fragment}`);
    const schema = pointer === undefined ? undefined : schemaAt(root, pointer);
    return schema === undefined || pointer === undefined ? undefined : { schema, pointer };
  };
}

function decodeFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment; // a lone percent sign: taken as it is written
  }
}

/** Pointers of everything named by `$id`, `$anchor` or `$dynamicAnchor`. */
function namesIn(root: JsonObject): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const visit = (value: JsonValue | undefined, pointer: string): void => {
    if (isArray(value)) {
      for (const [index, item] of value.entries()) visit(item, pointer + pointerStep(index));
    } else if (isObject(value)) {
      const { $id: id, $anchor: anchor, $dynamicAnchor: dynamicAnchor } = value;
      if (typeof id === 'string' && !names.has(id)) names.set(id.replace(/#$/, ''), pointer);
      for (const name of [anchor, dynamicAnchor]) {
        if (typeof name === 'string' && !names.has(`#${name}`)) names.set(`#${name}`, pointer);
      }
      for (const [key, item] of Object.entries(value)) {
        if (key !== 'enum' && key !== 'const' && key !== 'default' && key !== 'examples') visit(item, pointer + pointerStep(key));
      }
    }
  };
  visit(root, '');
  return names;
}
