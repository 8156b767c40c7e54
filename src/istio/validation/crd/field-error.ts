import type { JsonPath, JsonValue } from '#base/json.ts';
import { goJson, goQuote } from '../../api/go-json.ts';

/** One complaint of the API server: the text it prints, and the place for an editor. */
export interface FieldError {
  readonly path: JsonPath;
  readonly text: string;
}

/** `spec.match[0].ports` (kube-openapi writes map keys as fields, field.Path in brackets). */
export function schemaPath(path: JsonPath): string {
  return path.map((step, at) => (typeof step === 'number' ? `[${step}]` : `${at === 0 ? '' : '.'}${step}`)).join('');
}

/** A value after `Invalid value:` (apimachinery field.Error ErrorBody). */
export function shown(value: JsonValue): string {
  if (typeof value === 'string') return goQuote(value);
  return goJson(value);
}

/** How a list of errors is printed: alone as it is, several in brackets, none twice (apimachinery errors.Aggregate). */
export function aggregate(errors: readonly FieldError[]): string | undefined {
  const texts = [...new Set(errors.map((error) => error.text))];
  return texts.length <= 1 ? texts[0] : `[${texts.join(', ')}]`;
}
