import { isArray, isObject, type JsonPath, type JsonValue } from '#base/json.ts';
import { goFloat, goJson, goQuote } from '../../api/go-json.ts';
import { compileGoRegExp } from '../../api/go-regexp.ts';
import type { Numbers } from '../cel/value.ts';
import { schemaPath, shown, type FieldError } from './field-error.ts';
import type { CrdSchema } from './schema.ts';

/** Errors of a value, and how many checks it went through: of several alternatives the API server reports the one with most. */
class Outcome {
  readonly errors: FieldError[] = [];
  matches = 0;

  add(path: JsonPath, text: string): void {
    this.errors.push({ path, text });
  }

  merge(other: Outcome): void {
    this.errors.push(...other.errors);
    this.matches += other.matches;
  }
}

/** What kube-openapi says about a value (kube-openapi pkg/validation/validate schema.go, as apiextensions-apiserver prints it). */
export function validateSchema(schema: CrdSchema, value: JsonValue, numbers: Numbers = 'int'): readonly FieldError[] {
  return new SchemaCheck(numbers).run(schema, value, []).errors;
}

class SchemaCheck {
  readonly #numbers: Numbers;

  constructor(numbers: Numbers) {
    this.#numbers = numbers;
  }

  run(schema: CrdSchema, value: JsonValue, path: JsonPath): Outcome {
    const out = new Outcome();
    this.#checkType(schema, value, path, out);
    if (value === null) {
      this.#checkEnum(schema, value, path, out);
      return out;
    }
    out.matches++;
    this.#checkAlternatives(schema, value, path, out);
    out.matches++;
    if (typeof value === 'string') this.#checkString(schema, value, path, out);
    if (typeof value === 'number') this.#checkNumber(schema, value, path, out);
    if (isArray(value)) this.#checkList(schema, value, path, out);
    this.#checkEnum(schema, value, path, out);
    out.matches++;
    if (isObject(value)) this.#checkObject(schema, value, path, out);
    out.matches++;
    return out;
  }

  /** JSON type and format of a value, as Go's types have them. */
  #typeOf(value: JsonValue): readonly [type: string, format: string] {
    if (typeof value === 'string') return ['string', ''];
    if (typeof value === 'boolean') return ['boolean', ''];
    if (typeof value === 'number')
      return this.#numbers === 'int' && Number.isSafeInteger(value) ? ['integer', 'int64'] : ['number', 'float64'];
    return [isArray(value) ? 'array' : 'object', ''];
  }

  #checkType(schema: CrdSchema, value: JsonValue, path: JsonPath, out: Outcome): void {
    const wanted = wantedTypes(schema);
    const format = schema.format ?? '';
    if (wanted.length === 0 && format === '') return;
    out.matches++;
    const refuse = (type: string, actual: string): void => {
      const at = schemaPath(path);
      out.add(path, `${at}: Invalid value: ${goQuote(actual)}: ${at} in body must be of type ${type}: ${goQuote(actual)}`);
    };
    if (value === null) {
      if (wanted.length > 0 && schema.nullable !== true) refuse(wanted.join(','), 'null');
      return;
    }
    const [type, actualFormat] = this.#typeOf(value);
    const fits = isOfType(wanted, type, value);
    if (format !== '') {
      const isTextOrList = typeof value === 'string' || isArray(value);
      if (!isTextOrList && !fits && actualFormat !== format) return refuse(format, actualFormat);
      if (isTextOrList && !wanted.includes('number') && !wanted.includes('integer')) return;
    }
    if (!fits) refuse(wanted.join(','), type);
  }

  #checkEnum(schema: CrdSchema, value: JsonValue, path: JsonPath, out: Outcome): void {
    if (schema.enum === undefined || schema.enum.length === 0 || schema.enum.includes(value)) return;
    const supported = schema.enum.map((one) => goQuote(typeof one === 'string' ? one : goJson(one))).join(', ');
    out.add(path, `${schemaPath(path)}: Unsupported value: ${this.#shown(value)}: supported values: ${supported}`);
  }

  #checkString(schema: CrdSchema, value: string, path: JsonPath, out: Outcome): void {
    const length = Array.from(value).length;
    const at = schemaPath(path);
    const { maxLength, minLength, pattern } = schema;
    out.matches++;
    if (maxLength !== undefined && length > maxLength) {
      out.add(path, `${at}: Too long: may not be more than ${maxLength} byte${maxLength === 1 ? '' : 's'}`);
    } else if (minLength !== undefined && length < minLength) {
      out.add(path, `${at}: Invalid value: ${this.#shown(value)}: ${at} in body should be at least ${minLength} chars long`);
    } else if (pattern !== undefined && pattern !== '') {
      if (compileGoRegExp(pattern).matches?.(value) === false)
        out.add(path, `${at}: Invalid value: ${this.#shown(value)}: ${at} in body should match '${pattern}'`);
    }
    if (schema.format === 'date-time' && Number.isNaN(Date.parse(value))) {
      out.add(path, `${at}: Invalid value: ${this.#shown(value)}: ${at} in body must be of type date-time: ${goQuote(value)}`);
    }
  }

  #checkNumber(schema: CrdSchema, value: number, path: JsonPath, out: Outcome): void {
    const at = schemaPath(path);
    out.matches++;
    if (schema.type === 'integer' && !isInRange(value, schema.format)) {
      const format = schema.format === undefined ? '(default format)' : `with format ${schema.format}`;
      // The error has no field: its path is nil, and Go prints that.
      out.add(path, `<nil>: Invalid value: "": Checked value must be of type integer ${format} in ${at}`);
    }
    const { minimum, maximum } = schema;
    if (minimum !== undefined && value < minimum)
      out.add(
        path,
        `${at}: Invalid value: ${this.#shown(value)}: ${at} in body should be greater than or equal to ${this.#shown(minimum)}`,
      );
    if (maximum !== undefined && value > maximum)
      out.add(path, `${at}: Invalid value: ${this.#shown(value)}: ${at} in body should be less than or equal to ${this.#shown(maximum)}`);
  }

  #checkList(schema: CrdSchema, value: readonly JsonValue[], path: JsonPath, out: Outcome): void {
    const at = schemaPath(path);
    out.matches++;
    if (schema.items !== undefined) for (const [index, item] of value.entries()) out.merge(this.run(schema.items, item, [...path, index]));
    const { minItems, maxItems } = schema;
    if (minItems !== undefined && value.length < minItems) {
      out.add(path, `${at}: Invalid value: ${value.length}: ${at} in body should have at least ${minItems} items`);
    }
    if (maxItems !== undefined && value.length > maxItems) {
      out.add(path, `${at}: Too many: ${value.length}: must have at most ${maxItems} item${maxItems === 1 ? '' : 's'}`);
    }
  }

  #checkObject(schema: CrdSchema, value: Readonly<Record<string, JsonValue | undefined>>, path: JsonPath, out: Outcome): void {
    const keys = Object.keys(value).filter((key) => value[key] !== undefined);
    const at = schemaPath(path);
    const { properties = {}, additionalProperties, minProperties, maxProperties } = schema;
    if (minProperties !== undefined && keys.length < minProperties) {
      out.add(path, `${at}: Invalid value: ${keys.length}: ${at} in body should have at least ${minProperties} properties`);
    }
    if (maxProperties !== undefined && keys.length > maxProperties) {
      out.add(path, `${at}: Too many: ${keys.length}: must have at most ${maxProperties} item${maxProperties === 1 ? '' : 's'}`);
    }
    for (const key of keys) {
      const own = Object.hasOwn(properties, key)
        ? properties[key]
        : typeof additionalProperties === 'object'
          ? additionalProperties
          : undefined;
      if (own !== undefined) out.merge(this.run(own, value[key] ?? null, [...path, key]));
    }
    for (const key of schema.required ?? []) {
      if (value[key] === undefined) out.add([...path, key], `${schemaPath([...path, key])}: Required value`);
    }
  }

  #checkAlternatives(schema: CrdSchema, value: JsonValue, path: JsonPath, out: Outcome): void {
    const at = schemaPath(path);
    const refuse = (text: string): void => out.add(path, `<nil>: Invalid value: "": ${goQuote(at)} ${text}`);
    const { anyOf = [], oneOf = [], allOf = [], not } = schema;
    if (anyOf.length > 0) {
      const tried = anyOf.map((one) => this.run(one, value, path));
      const good = tried.find((one) => one.errors.length === 0);
      if (good === undefined) refuse('must validate at least one schema (anyOf)');
      const kept = good ?? best(tried);
      if (kept !== undefined) out.merge(kept);
    }
    if (oneOf.length > 0) {
      const tried = oneOf.map((one) => this.run(one, value, path));
      const good = tried.filter((one) => one.errors.length === 0);
      const only = good[0];
      if (good.length === 1 && only !== undefined) out.merge(only);
      else
        refuse(
          `must validate one and only one schema (oneOf). ${good.length === 0 ? 'Found none valid' : `Found ${good.length} valid alternatives`}`,
        );
      const failed = good.length === 0 ? best(tried) : undefined;
      if (failed !== undefined) out.merge(failed);
    }
    if (allOf.length > 0) {
      const tried = allOf.map((one) => this.run(one, value, path));
      for (const one of tried) out.merge(one);
      const bad = tried.filter((one) => one.errors.length > 0).length;
      if (bad > 0) refuse(`must validate all the schemas (allOf)${bad === tried.length ? '. None validated' : ''}`);
    }
    if (not !== undefined && this.run(not, value, path).errors.length === 0) refuse('must not validate the schema (not)');
  }

  #shown(value: JsonValue): string {
    return typeof value === 'number' && this.#numbers === 'float' ? goFloat(value) : shown(value);
  }
}

function wantedTypes(schema: CrdSchema): readonly string[] {
  if (schema['x-kubernetes-int-or-string'] === true) return ['integer', 'string'];
  return schema.type === undefined ? [] : [schema.type];
}

function isOfType(wanted: readonly string[], type: string, value: JsonValue): boolean {
  const isWholeFloat = typeof value === 'number' && Number.isSafeInteger(value) && wanted.includes('integer');
  return wanted.includes(type) || isWholeFloat || (type === 'integer' && wanted.includes('number'));
}

function isInRange(value: number, format: string | undefined): boolean {
  if (!Number.isInteger(value)) return false;
  return format === 'int32' ? Math.abs(value + 0.5) < 2 ** 31 : Math.abs(value) < 2 ** 63;
}

/** Of failed alternatives the first with most checks. */
function best(tried: readonly Outcome[]): Outcome | undefined {
  return tried.reduce<Outcome | undefined>(
    (chosen, one) => (chosen === undefined || one.matches > chosen.matches ? one : chosen),
    undefined,
  );
}
