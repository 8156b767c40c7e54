import type { JsonValue } from '#base/json.ts';
import { isArray, isObject } from '#base/json.ts';
import { constantsOf } from './choose.ts';
import type { Frame, Outcome } from './frame.ts';
import { mergeEvaluated } from './frame.ts';
import type { ConfigProblem } from './problems.ts';
import { configProblem, hasErrors } from './problems.ts';
import { isSchema, schemaList } from './read-schema.ts';
import { inWords, listInWords } from './words.ts';
import type { Schema } from './read-schema.ts';

/** Keywords that apply other schemas to the same value: `allOf`, `anyOf`, `oneOf`, `not`, `if`/`then`/`else`, `$ref`. */
export function checkAlternatives(frame: Frame, value: JsonValue): void {
  const { schema, path, problems, evaluated, same } = frame;
  const include = (outcome: Outcome): void => {
    problems.push(...outcome.problems);
    if (!hasErrors(outcome.problems)) mergeEvaluated(evaluated, outcome.evaluated);
  };
  for (const sub of schemaList(schema['allOf'])) include(same(sub, value));
  for (const keyword of ['anyOf', 'oneOf'] as const) {
    const options = schemaList(schema[keyword]);
    if (options.length === 0) continue;
    const outcomes = options.map((option) => same(option, value));
    const fitting = outcomes.filter((outcome) => !hasErrors(outcome.problems));
    for (const outcome of fitting) mergeEvaluated(evaluated, outcome.evaluated);
    if (fitting.length === 0) problems.push(...noneFits(frame, options, outcomes, value));
    else if (keyword === 'oneOf' && fitting.length > 1) {
      const names = options.filter((_, i) => outcomes[i] !== undefined && fitting.includes(outcomes[i]));
      problems.push(configProblem('several-alternatives', path, { count: fitting.length, options: titles(names) }));
    }
  }
  const excluded = schema['not'];
  if (isSchema(excluded) && !hasErrors(same(excluded, value).problems)) {
    problems.push(configProblem('excluded', path));
  }
  const condition = schema['if'];
  if (isSchema(condition)) {
    const outcome = same(condition, value);
    const isTrue = !hasErrors(outcome.problems);
    if (isTrue) mergeEvaluated(evaluated, outcome.evaluated);
    const consequence = schema[isTrue ? 'then' : 'else'];
    if (isSchema(consequence)) include(same(consequence, value));
  }
}

/**
 * What to say when no alternative fits: the problems of the one that was meant, if it can be told. That is the only one whose
 * constants (a `type: …` property) agree with the value, or the only one that takes values of this type.
 */
function noneFits({ path }: Frame, options: readonly Schema[], outcomes: readonly Outcome[], value: JsonValue): readonly ConfigProblem[] {
  const errors = outcomes.map(({ problems }) => problems.filter((problem) => problem.severity === 'error'));
  const byConstant = errors.filter((_, i) => {
    const constants = constantsOf(options[i]);
    return (
      isObject(value) &&
      constants.size > 0 &&
      [...constants].every(([key, allowed]) => value[key] !== undefined && allowed.includes(value[key]))
    );
  });
  if (byConstant.length === 1 && byConstant[0] !== undefined) return byConstant[0];
  const isHere = (problem: ConfigProblem): boolean => problem.path.length === path.length;
  const byType = errors.filter((list) => !list.some((problem) => problem.code === 'plugins/config-type' && isHere(problem)));
  if (byType.length === 1 && byType[0] !== undefined) return byType[0];
  const types = errors.flatMap((list) => list.filter((problem) => problem.code === 'plugins/config-type' && isHere(problem)));
  if (byType.length === 0 && types.length === errors.length) {
    const expected = [...new Set(types.map((problem) => String(problem.args['expected'])))];
    return [configProblem('type', path, { expected: listInWords(expected, 'or'), actual: types[0]?.args['actual'] ?? '' })];
  }
  const values = options.map((option) => (isObject(option) ? (option['const'] ?? option['enum']) : undefined));
  if (values.every((item) => item !== undefined)) {
    const words = options.flatMap((option) =>
      isObject(option) && isArray(option['enum']) ? option['enum'] : [isObject(option) ? (option['const'] ?? null) : null],
    );
    return [configProblem('enum', path, { options: listInWords(words.map(inWords), 'or') })];
  }
  return [configProblem('no-alternative', path, { count: options.length, options: titles(options) }, closestHelp(errors))];
}

/** The alternative with the fewest problems, as advice. */
function closestHelp(errors: readonly (readonly ConfigProblem[])[]): string | undefined {
  const best = [...errors].sort((a, b) => a.length - b.length)[0];
  return best === undefined || best.length === 0 || best.length > 3
    ? undefined
    : `The closest one fails because: ${best.map(({ message }) => message).join('; ')}.`;
}

function titles(options: readonly Schema[]): string {
  const names = options.map((option) => (isObject(option) && typeof option['title'] === 'string' ? option['title'] : undefined));
  return names.every((name) => name !== undefined) ? listInWords(names, 'or') : '';
}
