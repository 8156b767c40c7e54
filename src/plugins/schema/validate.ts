import type { JsonObject, JsonPath, JsonValue } from '#base/json.ts';
import { isArray, isObject } from '#base/json.ts';
import { checkAlternatives } from './check-alternatives.ts';
import { checkList, checkUnevaluatedItems } from './check-list.ts';
import { checkObject, checkUnevaluatedKeys } from './check-object.ts';
import { checkKind, checkNumber, checkString } from './check-scalar.ts';
import type { Frame, Outcome } from './frame.ts';
import { mergeEvaluated } from './frame.ts';
import type { ConfigProblem } from './problems.ts';
import { configProblem, hasErrors } from './problems.ts';
import type { References } from './references.ts';
import { referencesOf } from './references.ts';
import type { Schema } from './read-schema.ts';
import { isSchema } from './read-schema.ts';

const maxDepth = 100;

interface Run {
  readonly references: References;
  readonly isRefAlone: boolean;
}

/**
 * Everything wrong with `value` under a JSON Schema (drafts 4 to 2020-12 and OpenAPI 3.0's dialect), in the order of the
 * value. Never throws: what is broken in the schema itself is a warning, and that part is not checked.
 */
export function validateConfig(schema: Schema, value: JsonValue): readonly ConfigProblem[] {
  const root = isObject(schema) ? schema : {};
  const dialect = root['$schema'];
  const run: Run = {
    references: referencesOf(root),
    isRefAlone: typeof dialect === 'string' && /draft-0[3467]/.test(dialect),
  };
  return withoutDoubles(apply(run, isSchema(schema) ? schema : {}, value, [], []).problems);
}

function apply(run: Run, schema: Schema, value: JsonValue, path: JsonPath, entered: readonly JsonObject[]): Outcome {
  const evaluated = { keys: new Set<string>(), items: new Set<number>() };
  const problems: ConfigProblem[] = [];
  if (schema === false) problems.push(configProblem('forbidden', path));
  else if (path.length > maxDepth) problems.push(configProblem('too-deep', path, { limit: maxDepth }));
  else if (schema !== true && !entered.includes(schema)) {
    const inside = [...entered, schema];
    const frame: Frame = {
      ...run,
      schema,
      path,
      problems,
      evaluated,
      entered: inside,
      same: (sub, other) => apply(run, sub, other, path, other === value ? inside : []),
      child: (sub, item, step) => void problems.push(...apply(run, sub, item, [...path, step], []).problems),
    };
    checkFrame(frame, value);
  }
  return { problems, evaluated };
}

function checkFrame(frame: Frame, value: JsonValue): void {
  if (checkReference(frame, value) && frame.isRefAlone) return;
  if (!checkKind(frame, value)) return;
  if (typeof value === 'string') checkString(frame, value);
  else if (typeof value === 'number') checkNumber(frame, value);
  else if (isArray(value)) checkList(frame, value);
  else if (isObject(value)) checkObject(frame, value);
  checkAlternatives(frame, value);
  if (isArray(value)) checkUnevaluatedItems(frame, value);
  else if (isObject(value)) checkUnevaluatedKeys(frame, value);
}

/** Follows `$ref` and its dynamic relatives, which within one document lead to the same place. True when there was one. */
function checkReference(frame: Frame, value: JsonValue): boolean {
  const { schema, path, problems, references } = frame;
  const reference = schema['$ref'] ?? schema['$dynamicRef'] ?? schema['$recursiveRef'];
  if (typeof reference !== 'string') return false;
  const target = references(reference);
  if (target === undefined) {
    problems.push(configProblem('schema-reference', path, { reference }));
    return true;
  }
  const outcome = frame.same(target.schema, value);
  problems.push(...outcome.problems);
  if (!hasErrors(outcome.problems)) mergeEvaluated(frame.evaluated, outcome.evaluated);
  return true;
}

/** Two branches of a schema may say the same of one place. */
function withoutDoubles(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const seen = new Set<string>();
  return problems.filter((problem) => {
    const key = JSON.stringify([problem.path, problem.code, problem.args]);
    return !seen.has(key) && seen.add(key);
  });
}
