import type { JsonObject, JsonValue } from '#base/json.ts';
import { isArray, isObject } from '#base/json.ts';
import type { Frame } from './frame.ts';
import { mergeEvaluated } from './frame.ts';
import { compilePattern } from './pattern.ts';
import { configProblem, hasErrors } from './problems.ts';
import { isSchema, schemaMap, stringList } from './read-schema.ts';
import { mostSimilar } from './similar.ts';

/** Keys that must be there, may be there and may not, and their values. */
export function checkObject(frame: Frame, value: JsonObject): void {
  const { schema, path, problems } = frame;
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  for (const key of new Set(stringList(schema['required']))) {
    if (!keys.includes(key)) problems.push(configProblem('required', [...path, key], { key }));
  }
  const { minProperties, maxProperties } = schema;
  if (typeof minProperties === 'number' && keys.length < minProperties) {
    problems.push(
      keys.length === 0
        ? configProblem('empty', path)
        : configProblem('min-properties', path, { limit: minProperties, actual: keys.length }),
    );
  }
  if (typeof maxProperties === 'number' && keys.length > maxProperties) {
    problems.push(configProblem('max-properties', path, { limit: maxProperties, actual: keys.length }));
  }
  checkKeyNames(frame, keys);
  checkValues(frame, value, keys);
  checkDependencies(frame, value, keys);
}

function checkKeyNames({ schema, path, problems, same }: Frame, keys: readonly string[]): void {
  const names = schema['propertyNames'];
  if (!isSchema(names)) return;
  for (const key of keys) {
    const problem = same(names, key).problems.find((item) => item.severity === 'error');
    if (problem !== undefined) problems.push(configProblem('key-name', [...path, key], { key, problem: problem.message }));
  }
}

function checkValues(frame: Frame, value: JsonObject, keys: readonly string[]): void {
  const { schema, path, problems, evaluated } = frame;
  const properties = new Map(schemaMap(schema['properties']));
  const patterns = schemaMap(schema['patternProperties']).flatMap(([source, sub]) => {
    const pattern = compilePattern(source);
    if (!pattern.ok) problems.push(configProblem('schema-pattern', path, { pattern: source }, pattern.error.message));
    return pattern.ok ? [{ pattern: pattern.value, sub }] : [];
  });
  const additional = schema['additionalProperties'];
  for (const key of keys) {
    const item = value[key];
    if (item === undefined) continue;
    const own = properties.get(key);
    const fitting = patterns.filter(({ pattern }) => pattern(key) === true);
    for (const sub of [...(own === undefined ? [] : [own]), ...fitting.map(({ sub }) => sub)]) frame.child(sub, item, key);
    if (own !== undefined || fitting.length > 0) {
      evaluated.keys.add(key);
      if (isObject(own) && own['deprecated'] === true) problems.push(configProblem('deprecated', [...path, key], { key }));
    } else if (additional === false) {
      evaluated.keys.add(key);
      problems.push(unknownKey(frame, key, [...properties.keys()], keys));
    } else if (isObject(additional) || additional === true) {
      evaluated.keys.add(key);
      frame.child(additional, item, key);
    }
  }
}

function unknownKey({ path }: Frame, key: string, known: readonly string[], present: readonly string[]) {
  const suggestion = mostSimilar(
    key,
    known.filter((name) => !present.includes(name)),
  );
  return configProblem('unknown-key', [...path, key], {
    key,
    known: known.join(', '),
    ...(suggestion === undefined ? {} : { suggestion }),
  });
}

/** `dependentRequired`, `dependentSchemas`, and draft 7's `dependencies`, which is either. */
function checkDependencies(frame: Frame, value: JsonObject, keys: readonly string[]): void {
  const { schema, path, problems, evaluated } = frame;
  for (const keyword of ['dependentRequired', 'dependentSchemas', 'dependencies']) {
    const table = schema[keyword];
    for (const [because, dependency] of isObject(table) ? Object.entries(table) : []) {
      if (!keys.includes(because)) continue;
      if (isArray(dependency)) {
        const missing = stringList(dependency).filter((key) => !keys.includes(key));
        problems.push(...missing.map((key) => configProblem('dependency', [...path, key], { key, because })));
      } else if (isSchema(dependency)) {
        const outcome = frame.same(dependency, value);
        problems.push(...outcome.problems);
        if (!hasErrors(outcome.problems)) mergeEvaluated(evaluated, outcome.evaluated);
      }
    }
  }
}

/** After everything else: keys no other keyword has looked at. */
export function checkUnevaluatedKeys(frame: Frame, value: JsonObject): void {
  const rest: JsonValue | undefined = frame.schema['unevaluatedProperties'];
  if (!isSchema(rest)) return;
  for (const [key, item] of Object.entries(value)) {
    if (frame.evaluated.keys.has(key) || item === undefined) continue;
    if (rest === false) frame.problems.push(unknownKey(frame, key, [...frame.evaluated.keys], Object.keys(value)));
    else frame.child(rest, item, key);
    frame.evaluated.keys.add(key);
  }
}
