import { isArray, isObject, type JsonObject, type JsonPath, type JsonValue } from '#base/json.ts';
import { messageName } from '../listener.ts';
import { type ProblemArgs, type ProblemCode, typeProblem } from '../problems.ts';
import type { Reader, TypeProblem } from '../types.ts';
import type { FieldPlan, MessagePlan, Plans, ScalarKind, ValueType } from './plan.ts';
import { readEnum } from './read-enum.ts';
import { isZero, type Read, readScalar, wrong, zeroOf } from './scalars.ts';
import { ANY, hasOwnJson, readWellKnown } from './well-known.ts';

/**
 * JSON in any spelling the reader takes → canonical proto JSON. Follows golang/protobuf `jsonpb/decode.go` and `encode.go` (v1.5.4),
 * through which istiod reads EnvoyFilter values and prints configuration; what Envoy's own reader does otherwise was found by
 * asking Envoy 1.40. See `EnvoyTypes.normalise`.
 */
export function normalise(
  plans: Plans,
  name: string,
  value: JsonValue,
  reader: Reader,
): { readonly value: JsonValue | undefined; readonly problems: readonly TypeProblem[] } {
  const walk = new Walk(plans, reader);
  const out = walk.message(name, value);
  return { value: out, problems: walk.problems };
}

class Walk {
  readonly problems: TypeProblem[] = [];
  readonly #plans: Plans;
  readonly #reader: Reader;
  readonly #path: (string | number)[] = [];

  constructor(plans: Plans, reader: Reader) {
    this.#plans = plans;
    this.#reader = reader;
  }

  message(name: string, value: JsonValue): JsonValue | undefined {
    if (name === ANY) return this.#any(value);
    const wellKnown = readWellKnown(name, value, this.#reader);
    if (wellKnown !== undefined) return this.#take(wellKnown);
    return this.#fields(this.#plans.message(name), value);
  }

  #any(value: JsonValue): JsonObject | undefined {
    if (!isObject(value)) return this.#refuse('an object with "@type"', value);
    const typeUrl = value['@type'];
    if (typeof typeUrl !== 'string' || typeUrl === '') {
      this.#report('envoy/any-without-type');
      return {};
    }
    const name = messageName(typeUrl);
    if (this.#plans.find(name) === undefined) {
      this.#report('envoy/unknown-type', { type: name });
      return value;
    }
    if (!typeUrl.includes('/')) this.#report('envoy/type-url', { type: typeUrl });
    if (hasOwnJson(name)) {
      if (value['value'] === undefined) {
        this.#report('envoy/any-without-value', { type: name });
        return undefined;
      }
      const inner = this.#at('value', () => this.message(name, value['value'] ?? null));
      return inner === undefined ? undefined : { '@type': typeUrl, value: inner };
    }
    const fields = this.#fields(this.#plans.message(name), value, '@type');
    return fields === undefined ? undefined : { '@type': typeUrl, ...fields };
  }

  #fields(plan: MessagePlan, value: JsonValue, ignored?: string): JsonObject | undefined {
    if (value === null) return {};
    if (!isObject(value)) return this.#refuse('an object', value);
    const found = new Map<FieldPlan, JsonValue | undefined>();
    for (const key of Object.keys(value)) {
      const item = value[key];
      if (item === undefined || key === ignored) continue;
      const field = plan.byName.get(key);
      if (field === undefined) this.#at(key, () => this.#report('envoy/unknown-field', { field: key, message: plan.name }));
      else if (item === null && !isValueField(field)) continue;
      else if (found.has(field) && this.#reader === 'istiod' && key !== field.jsonName) continue;
      else
        found.set(
          field,
          this.#at(key, () => this.#field(field, item)),
        );
    }
    const fields: [FieldPlan, JsonValue][] = [];
    for (const [field, item] of found) if (item !== undefined) fields.push([field, item]);
    fields.sort(([a], [b]) => a.index - b.index);
    return Object.fromEntries(this.#oneMember(plan, fields).map(([field, item]) => [field.jsonName, item]));
  }

  /** Several members of a oneof: Go sets them in declaration order, so the last one stays. */
  #oneMember(plan: MessagePlan, found: [FieldPlan, JsonValue][]): [FieldPlan, JsonValue][] {
    if (plan.oneofs.size === 0) return found;
    return found.filter(([field], i) => {
      if (field.oneof === undefined) return true;
      const later = found.slice(i + 1).find(([other]) => other.oneof === field.oneof)?.[0];
      if (later === undefined) return true;
      this.#report('envoy/oneof-conflict', { fields: `${field.jsonName}, ${later.jsonName}`, oneof: field.oneof });
      return false;
    });
  }

  /** The value of a field, or `undefined` when it is absent in canonical JSON (or cannot be read). */
  #field(field: FieldPlan, value: JsonValue): JsonValue | undefined {
    if (field.list) return this.#list(field.type, value);
    if (field.mapKey !== undefined) return this.#map(field.mapKey, field.type, value);
    const read = this.#single(field.type, value);
    return read === undefined || field.presence || !this.#isDefault(field.type, read) ? read : undefined;
  }

  #list(type: ValueType, value: JsonValue): JsonValue | undefined {
    if (!isArray(value)) {
      if (this.#reader === 'istiod') return this.#refuse('a list', value);
      const only = this.#single(type, value);
      return only === undefined ? undefined : [only];
    }
    const out = value.flatMap((item, i) => {
      const read = this.#at(i, () => this.#element(type, item));
      return read === undefined ? [] : [read];
    });
    return out.length === 0 ? undefined : out;
  }

  #map(keyKind: ScalarKind, type: ValueType, value: JsonValue): JsonValue | undefined {
    if (!isObject(value)) return this.#refuse('an object', value);
    const entries = Object.entries(value).flatMap(([key, item]): [string, JsonValue][] =>
      this.#at(key, () => {
        const readKey = this.#mapKey(keyKind, key);
        const read = item === undefined ? undefined : this.#element(type, item);
        return readKey === undefined || read === undefined ? [] : [[readKey, read]];
      }),
    );
    if (entries.length === 0) return undefined;
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #mapKey(kind: ScalarKind, key: string): string | undefined {
    if (kind === 'string') return key;
    if (kind === 'bool' && (key === 'true' || key === 'false')) return key;
    const read = this.#take(readScalar(kind, key, this.#reader));
    return typeof read === 'number' || typeof read === 'string' ? `${read}` : undefined;
  }

  /** Inside a list or a map, `null` is the empty value of the type. */
  #element(type: ValueType, value: JsonValue): JsonValue | undefined {
    if (value === null && !(type.kind === 'message' && type.typeName === 'google.protobuf.Value')) {
      if (type.kind === 'scalar') return zeroOf(type.scalar);
      if (type.kind === 'message' && !hasOwnJson(type.typeName)) return {};
    }
    return this.#single(type, value);
  }

  #single(type: ValueType, value: JsonValue): JsonValue | undefined {
    if (type.kind === 'message') return this.message(type.typeName, value);
    const reader = this.#reader;
    return this.#take(
      type.kind === 'scalar' ? readScalar(type.scalar, value, reader) : readEnum(this.#plans.enum(type.typeName), value, reader),
    );
  }

  #isDefault(type: ValueType, value: JsonValue): boolean {
    if (type.kind === 'scalar') return isZero(type.scalar, value);
    if (type.kind === 'message') return false;
    return (typeof value === 'string' ? this.#plans.enum(type.typeName).byName.get(value) : value) === 0;
  }

  #take(read: Read): JsonValue | undefined {
    if (read.problem !== undefined) this.#report(read.problem, read.args);
    return 'value' in read ? read.value : undefined;
  }

  #refuse(expected: string, value: JsonValue): undefined {
    this.#take(wrong(expected, value));
  }

  #report(code: ProblemCode, args: ProblemArgs = {}): void {
    this.problems.push(typeProblem(this.#reader, code, [...this.#path], args));
  }

  #at<T>(step: JsonPath[number], run: () => T): T {
    this.#path.push(step);
    const result = run();
    this.#path.pop();
    return result;
  }
}

function isValueField(field: FieldPlan): boolean {
  return field.type.kind === 'message' && field.type.typeName === 'google.protobuf.Value' && !field.list && field.mapKey === undefined;
}
