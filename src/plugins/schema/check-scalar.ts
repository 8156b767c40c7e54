import type { JsonValue } from '#base/json.ts';
import { isArray, jsonEqual } from '#base/json.ts';
import { formats, integerFormats } from './formats.ts';
import type { Frame } from './frame.ts';
import { compilePattern } from './pattern.ts';
import { configProblem } from './problems.ts';
import { boundsOf, examplesOf, hasType, typeOfValue, typesOf } from './read-schema.ts';
import { mostSimilar } from './similar.ts';
import { inWords, listInWords, typeInWords } from './words.ts';

/** `type`, `const` and `enum`. False when the type is wrong: then nothing else is worth saying. */
export function checkKind({ schema, path, problems }: Frame, value: JsonValue): boolean {
  const types = typesOf(schema);
  if (types !== undefined && !types.some((type) => hasType(value, type))) {
    const expected = listInWords(types.map(typeInWords), 'or');
    const actual =
      Number.isFinite(value) && !types.includes('number') && types.includes('integer') ? inWords(value) : typeInWords(typeOfValue(value));
    problems.push(configProblem('type', path, { expected, actual }, typeHelp(types, value)));
    return false;
  }
  const constant = schema['const'];
  if (constant !== undefined && !jsonEqual(constant, value)) problems.push(configProblem('const', path, { value: inWords(constant) }));
  const options = schema['enum'];
  if (isArray(options) && !(value === null && schema['nullable'] === true) && !options.some((option) => jsonEqual(option, value))) {
    const words = options.map(inWords);
    const texts = options.filter((option) => typeof option === 'string');
    const similar = typeof value === 'string' ? mostSimilar(value, texts) : undefined;
    const suggestion = similar === undefined || options.length === 1 ? {} : { suggestion: inWords(similar) };
    problems.push(configProblem('enum', path, { options: listInWords(words, 'or'), ...suggestion }));
  }
  return true;
}

/** The usual mistakes of YAML: unquoted texts, quoted numbers, one item where a list is wanted. */
function typeHelp(types: readonly string[], value: JsonValue): string | undefined {
  if (types.includes('string') && (typeof value === 'number' || typeof value === 'boolean')) return `Put it in quotes: "${value}".`;
  if (typeof value === 'string') {
    const isNumber = value.trim() !== '' && Number.isFinite(Number(value));
    if (isNumber && (types.includes('number') || types.includes('integer'))) return `Write it without quotes: ${value}.`;
    if (types.includes('boolean') && /^(true|false)$/i.test(value)) return `Write it without quotes: ${value.toLowerCase()}.`;
  }
  if (types.includes('array') && value !== null && !isArray(value)) return 'Write it as a list: "- " before each item.';
  return undefined;
}

/** Length, pattern and format. */
export function checkString({ schema, path, problems }: Frame, value: string): void {
  const { minLength, maxLength, pattern, format } = schema;
  const length = Array.from(value).length;
  if (typeof minLength === 'number' && length < minLength) {
    problems.push(length === 0 ? configProblem('empty', path) : configProblem('min-length', path, { limit: minLength, actual: length }));
  }
  if (typeof maxLength === 'number' && length > maxLength)
    problems.push(configProblem('max-length', path, { limit: maxLength, actual: length }));
  if (typeof pattern === 'string') {
    const compiled = compilePattern(pattern);
    const isMatch = compiled.ok ? compiled.value(value) : undefined;
    if (!compiled.ok) problems.push(configProblem('schema-pattern', path, { pattern }, compiled.error.message));
    else if (isMatch === undefined) problems.push(configProblem('unchecked', path, { pattern }));
    // That an empty text does not match as well would say the same twice.
    else if (!isMatch && !(length === 0 && typeof minLength === 'number' && minLength > 0)) {
      const example = examplesOf(schema).find((item) => typeof item === 'string');
      problems.push(configProblem('pattern', path, example === undefined ? { pattern } : { pattern, example: inWords(example) }));
    }
  }
  const known = typeof format === 'string' && Object.hasOwn(formats, format) ? formats[format] : undefined;
  if (known !== undefined && !known.test(value)) {
    problems.push(configProblem('format', path, { expected: known.name, example: known.example }));
  }
}

/** Bounds and steps. */
export function checkNumber({ schema, path, problems }: Frame, value: number): void {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = boundsOf(schema);
  if (minimum !== undefined && value < minimum) problems.push(configProblem('minimum', path, { limit: minimum }));
  if (maximum !== undefined && value > maximum) problems.push(configProblem('maximum', path, { limit: maximum }));
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) {
    problems.push(configProblem('exclusive-minimum', path, { limit: exclusiveMinimum }));
  }
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) {
    problems.push(configProblem('exclusive-maximum', path, { limit: exclusiveMaximum }));
  }
  const { multipleOf: divisor, format } = schema;
  if (typeof divisor === 'number' && divisor > 0 && !isMultiple(value, divisor))
    problems.push(configProblem('multiple-of', path, { divisor }));
  const range = typeof format === 'string' && Object.hasOwn(integerFormats, format) ? integerFormats[format] : undefined;
  if (range !== undefined && value < range[0]) problems.push(configProblem('minimum', path, { limit: range[0] }));
  if (range !== undefined && value > range[1]) problems.push(configProblem('maximum', path, { limit: range[1] }));
}

/** 0.3 is a multiple of 0.1, although the binary quotient is not a whole number. */
function isMultiple(value: number, divisor: number): boolean {
  const quotient = value / divisor;
  return Math.abs(quotient - Math.round(quotient)) <= Math.abs(quotient) * 2 ** -50;
}
