import type { JsonArray, JsonValue } from '#base/json.ts';
import { isArray, isObject } from '#base/json.ts';
import type { Frame } from './frame.ts';
import { configProblem, hasErrors } from './problems.ts';
import { isSchema, schemaList } from './read-schema.ts';
import type { Schema } from './read-schema.ts';

/** Number of items, the items themselves, doubles. */
export function checkList(frame: Frame, value: JsonArray): void {
  const { schema, path, problems } = frame;
  const { minItems, maxItems } = schema;
  if (typeof minItems === 'number' && value.length < minItems) {
    problems.push(
      value.length === 0 ? configProblem('empty', path) : configProblem('min-items', path, { limit: minItems, actual: value.length }),
    );
  }
  if (typeof maxItems === 'number' && value.length > maxItems) {
    problems.push(configProblem('max-items', path, { limit: maxItems, actual: value.length }));
  }
  const { prefix, rest } = itemSchemas(frame);
  for (const [index, item] of value.entries()) {
    const own = prefix[index] ?? rest;
    if (own === undefined) continue;
    frame.evaluated.items.add(index);
    frame.child(own, item, index);
  }
  checkContains(frame, value);
  if (schema['uniqueItems'] === true) checkUnique(frame, value);
}

/** Since 2020-12 the first items are `prefixItems` and the others `items`; before, `items` as a list and `additionalItems`. */
export function itemSchemas({ schema }: Pick<Frame, 'schema'>): {
  readonly prefix: readonly Schema[];
  readonly rest: Schema | undefined;
} {
  const items = schema['items'];
  const rest = isArray(items) ? schema['additionalItems'] : items;
  return {
    prefix: schemaList(isArray(items) ? items : schema['prefixItems']),
    rest: isSchema(rest) ? rest : undefined,
  };
}

function checkContains(frame: Frame, value: JsonArray): void {
  const { contains, minContains, maxContains } = frame.schema;
  if (!isSchema(contains)) return;
  let fitting = 0;
  for (const [index, item] of value.entries()) {
    if (hasErrors(frame.same(contains, item).problems)) continue;
    fitting++;
    frame.evaluated.items.add(index);
  }
  const least = typeof minContains === 'number' ? minContains : 1;
  if (fitting < least) frame.problems.push(configProblem('contains', frame.path, { limit: least, actual: fitting }));
  if (typeof maxContains === 'number' && fitting > maxContains) {
    frame.problems.push(configProblem('max-contains', frame.path, { limit: maxContains, actual: fitting }));
  }
}

function checkUnique({ path, problems }: Frame, value: JsonArray): void {
  const first = new Map<string, number>();
  for (const [index, item] of value.entries()) {
    const key = canonical(item);
    const before = first.get(key);
    if (before === undefined) first.set(key, index);
    else problems.push(configProblem('unique-items', [...path, index], { first: before + 1 }));
  }
}

/** Equal data, equal text. */
function canonical(value: JsonValue): string {
  if (isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  return `{${keys
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`)
    .join()}}`;
}

/** After everything else: items no other keyword has looked at. */
export function checkUnevaluatedItems(frame: Frame, value: JsonArray): void {
  const rest = frame.schema['unevaluatedItems'];
  if (!isSchema(rest)) return;
  for (const [index, item] of value.entries()) {
    if (!frame.evaluated.items.has(index)) frame.child(rest, item, index);
    frame.evaluated.items.add(index);
  }
}
