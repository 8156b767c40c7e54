import { isArray, isObject, type JsonPath, type JsonValue } from '#base/json.ts';
import { goJson } from '../../api/go-json.ts';
import { evaluateCel } from '../cel/evaluate.ts';
import { CelError } from '../cel/error.ts';
import { parseCel, type CelNode } from '../cel/syntax.ts';
import type { Numbers } from '../cel/value.ts';
import type { Minor } from '../../minors.ts';
import { compareText } from '../../resource-order.ts';
import { shown, type FieldError } from './field-error.ts';
import type { CrdSchema } from './schema.ts';

/** `spec.matchLabels[a]`: keys of maps in brackets (apimachinery field.Path). `isKey` marks them. */
interface FieldPath {
  readonly path: JsonPath;
  readonly text: string;
}

export const ROOT: FieldPath = { path: [], text: '' };

function child(of: FieldPath, name: string): FieldPath {
  return { path: [...of.path, name], text: of.text === '' ? name : `${of.text}.${name}` };
}

function inBrackets(of: FieldPath, step: string | number): FieldPath {
  return { path: [...of.path, step], text: `${of.text}[${step}]` };
}

/** The parts of a value with their schemas: items, known properties, other properties. */
function parts(schema: CrdSchema, value: JsonValue, at: FieldPath): readonly (readonly [CrdSchema, JsonValue, FieldPath])[] {
  const { items } = schema;
  if (isArray(value)) return items === undefined ? [] : value.map((item, index) => [items, item, inBrackets(at, index)] as const);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const own = schema.properties !== undefined && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    if (own !== undefined) return [[own, item ?? null, child(at, key)] as const];
    const other = schema.additionalProperties;
    return typeof other === 'object' ? [[other, item ?? null, inBrackets(at, key)] as const] : [];
  });
}

/** Items of lists of type map or set that are there twice (apiextensions-apiserver listtype/validation.go). */
export function duplicates(schema: CrdSchema, value: JsonValue, at: FieldPath = ROOT): readonly FieldError[] {
  const own = isArray(value) ? duplicateItems(schema, value, at) : [];
  return [...own, ...parts(schema, value, at).flatMap(([part, item, place]) => duplicates(part, item, place))];
}

function duplicateItems(schema: CrdSchema, value: readonly JsonValue[], at: FieldPath): readonly FieldError[] {
  const type = schema['x-kubernetes-list-type'];
  if (type !== 'map' && type !== 'set') return [];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const identity = (item: JsonValue): JsonValue => {
    if (type === 'set') return item;
    return isObject(item) ? Object.fromEntries(keys.flatMap((key) => (item[key] === undefined ? [] : [[key, item[key]]]))) : {};
  };
  const seen = new Map<string, number>();
  return value.flatMap((item, index) => {
    const key = identity(item);
    const times = (seen.get(goJson(key)) ?? 0) + 1;
    seen.set(goJson(key), times);
    // Only the second one is named, however many there are.
    const place = inBrackets(at, index);
    return times === 2 ? [{ path: place.path, text: `${place.text}: Duplicate value: ${shown(key)}` }] : [];
  });
}

const metaFields: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/** Paths of fields the schema does not have (apiextensions-apiserver pruning/algorithm.go); metadata is not looked into. */
export function unknownFields(schema: CrdSchema, value: JsonValue): readonly FieldPath[] {
  const out: FieldPath[] = [];
  prune(schema, value, ROOT, out);
  return out.filter((field) => !field.text.startsWith('metadata.')).sort((a, b) => compareText(a.text, b.text));
}

function prune(schema: CrdSchema | undefined, value: JsonValue, at: FieldPath, out: FieldPath[]): void {
  if (isArray(value)) {
    for (const [index, item] of value.entries()) prune(schema?.items, item, inBrackets(at, index), out);
    return;
  }
  if (!isObject(value)) return;
  const keep = schema?.['x-kubernetes-preserve-unknown-fields'] === true;
  for (const [key, item] of Object.entries(value)) {
    const own = schema?.properties !== undefined && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    const other = schema?.additionalProperties;
    if (own !== undefined) prune(own, item ?? null, child(at, key), out);
    else if (other === true) continue;
    else if (typeof other === 'object') prune(other, item ?? null, child(at, key), out);
    else if (!keep && (at.text !== '' || !metaFields.has(key))) out.push(child(at, key));
  }
}

const parsed = new Map<string, CelNode>();

export interface RuleOptions {
  readonly minor: Minor;
  readonly numbers: Numbers;
}

/** Broken CEL rules (apiextensions-apiserver schema/cel/validation.go). Before 1.27 the API server named the type, not the value. */
export function brokenRules(schema: CrdSchema, value: JsonValue, options: RuleOptions, at: FieldPath = ROOT): readonly FieldError[] {
  if (value === null) return [];
  const own = (schema['x-kubernetes-validations'] ?? []).flatMap(({ rule, message }) => {
    const problem = ruleProblem(rule, value, options.numbers);
    if (problem === undefined) return [];
    const byType = problem !== '' || options.minor.minor < 27;
    const isCollection = isObject(value) || isArray(value);
    const subject = byType ? `${shown(schema.type ?? '')}: ` : isCollection ? '' : `${shown(value)}: `;
    const detail = problem === '' ? (message ?? `failed rule: ${rule}`) : `${problem} evaluating rule: ${message ?? rule}`;
    return [{ path: at.path, text: `${at.text}: Invalid value: ${subject}${detail}` }];
  });
  return [...own, ...parts(schema, value, at).flatMap(([part, item, place]) => brokenRules(part, item, options, place))];
}

/** `undefined`: the rule holds; empty: it does not; otherwise why it cannot be evaluated. */
function ruleProblem(rule: string, value: JsonValue, numbers: Numbers): string | undefined {
  let node = parsed.get(rule);
  if (node === undefined) parsed.set(rule, (node = parseCel(rule)));
  try {
    return evaluateCel(node, value, numbers) === true ? undefined : '';
  } catch (error) {
    if (error instanceof CelError) return error.message;
    throw error;
  }
}
