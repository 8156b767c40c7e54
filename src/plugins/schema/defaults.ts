import { assertUnreachable } from '#base/assert.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { formModel } from './build-form.ts';
import type { FormField } from './form-model.ts';
import type { Schema } from './read-schema.ts';

const maxDepth = 12;

/**
 * A configuration to start with: every required key with its default (or the least legal value that can be guessed), nothing
 * optional. What a plugin assumes by itself need not be written down.
 */
export function defaultsOf(schema: Schema): JsonValue {
  return emptyValue(formModel(schema));
}

/** What a form inserts for a new key or item of this kind. */
export function emptyValue(field: FormField, depth = 0): JsonValue {
  if (field.default !== undefined) return field.default;
  return depth > maxDepth ? null : emptyOfKind(field, depth);
}

function emptyOfKind(field: FormField, depth: number): JsonValue {
  switch (field.kind) {
    case 'text':
      return emptyText(field);
    case 'number':
      return emptyNumber(field);
    case 'boolean':
      return false;
    case 'const':
      return field.value;
    case 'enum':
      return field.options[0]?.value ?? null;
    case 'list':
      return emptyList(field, depth);
    case 'object':
      return emptyObject(field, depth);
    case 'map':
    case 'message':
    case 'typed':
      return {};
    case 'choice':
      return field.options[0] === undefined ? null : emptyValue(field.options[0].field, depth + 1);
    case 'deferred':
      return emptyValue(field.expand(), depth + 1);
    case 'raw':
      return field.examples[0] ?? {};
    default:
      return assertUnreachable(field);
  }
}

function emptyText(field: Extract<FormField, { kind: 'text' }>): string {
  const isFree = field.pattern === undefined && field.format === undefined && (field.minLength ?? 0) === 0;
  const example = field.examples.find((item) => typeof item === 'string');
  return isFree ? '' : (example ?? '');
}

/** Zero where it is legal, otherwise the legal number nearest to it. */
function emptyNumber(field: Extract<FormField, { kind: 'number' }>): number {
  const step = field.multipleOf ?? (field.integer ? 1 : undefined);
  const low = Math.max(field.minimum ?? Number.NEGATIVE_INFINITY, above(field.exclusiveMinimum, step));
  const high = Math.min(field.maximum ?? Number.POSITIVE_INFINITY, -above(negated(field.exclusiveMaximum), step));
  const start = Math.min(Math.max(0, low), high);
  if (step === undefined || !Number.isFinite(start)) return Number.isFinite(start) ? start : 0;
  return (start === high && start < 0 ? Math.floor(start / step) : Math.ceil(start / step)) * step;
}

const negated = (value: number | undefined): number | undefined => (value === undefined ? undefined : -value);

/** The first number allowed beyond an exclusive bound; between whole steps, a little more must do. */
function above(bound: number | undefined, step: number | undefined): number {
  if (bound === undefined) return Number.NEGATIVE_INFINITY;
  return step === undefined ? bound + Math.max(Math.abs(bound) * 1e-6, 1e-6) : (Math.floor(bound / step) + 1) * step;
}

function emptyList(field: Extract<FormField, { kind: 'list' }>, depth: number): JsonValue {
  const items = Array.from({ length: field.minItems }, (_, i) => field.prefix[i] ?? field.item);
  return items.map((item) => (item === undefined ? null : emptyValue(item, depth + 1)));
}

function emptyObject(field: Extract<FormField, { kind: 'object' }>, depth: number): JsonObject {
  const needed = field.properties.filter((property) => property.required);
  return Object.fromEntries(needed.map((property) => [property.key, emptyValue(property.field, depth + 1)]));
}
