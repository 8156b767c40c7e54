import { asObject, isArray, isObject, type JsonObject, type JsonPath, type JsonValue } from '#base/json.ts';
import { messageName } from '../listener.ts';
import { type ProblemArgs, type ProblemCode, typeProblem } from '../problems.ts';
import type { Reader, TypeProblem, ValidateOptions } from '../types.ts';
import type { FieldPlan, MessagePlan, Plans, ScalarKind, ValueType } from './plan.ts';
import { brokenRules } from './rule-checks.ts';
import type { Rules } from './rules.ts';
import { loose, type Read, readScalar, wrong, zeroOf } from './scalars.ts';
import { closest, closestType } from './suggest.ts';
import { readEnum } from './read-enum.ts';
import { ANY, hasOwnJson, readWellKnown } from './well-known.ts';

/**
 * All problems of a value, in the order of the text. Messages inside `Any` and `TypedStruct` are checked too, as Envoy checks them when it unpacks them.
 */
export function validate(plans: Plans, rules: Rules, name: string, value: JsonValue, options: ValidateOptions): TypeProblem[] {
  const walk = new Walk(plans, rules, options);
  walk.message(name, value);
  return walk.problems;
}

const typedStructs = new Set(['udpa.type.v1.TypedStruct', 'xds.type.v3.TypedStruct']);

class Walk {
  readonly problems: TypeProblem[] = [];
  readonly #plans: Plans;
  readonly #rules: Rules;
  readonly #partial: boolean;
  readonly #reader: Reader;
  readonly #path: (string | number)[] = [];

  constructor(plans: Plans, rules: Rules, options: ValidateOptions) {
    this.#plans = plans;
    this.#rules = rules;
    this.#partial = options.partial === true;
    this.#reader = options.reader ?? 'envoy';
  }

  /** Checks a message and gives the canonical form of those that have one (scalars in the guise of messages). */
  message(name: string, value: JsonValue): JsonValue | undefined {
    if (name === ANY) return this.#any(value);
    const read = readWellKnown(name, value, this.#reader);
    return read === undefined ? this.#fields(this.#plans.message(name), value) : this.#take(read);
  }

  #any(value: JsonValue): JsonValue | undefined {
    if (!isObject(value)) return this.#take(wrong('an object with "@type"', value));
    const typeUrl = value['@type'];
    if (typeof typeUrl !== 'string' || typeUrl === '') {
      this.#report('envoy/any-without-type');
      return undefined;
    }
    const name = messageName(typeUrl);
    if (this.#plans.find(name) === undefined) this.#at('@type', () => this.#unknownType(name));
    else if (!typeUrl.includes('/')) this.#at('@type', () => this.#report('envoy/type-url', { type: typeUrl }));
    if (this.#plans.find(name) === undefined) return value;
    if (!hasOwnJson(name)) this.#fields(this.#plans.message(name), value, '@type');
    else if (value['value'] === undefined) this.#report('envoy/any-without-value', { type: name });
    else this.#at('value', () => this.message(name, value['value'] ?? null));
    return value;
  }

  #unknownType(name: string): void {
    const near = closestType(this.#plans, this.#rules, name);
    const code = near?.successor === true || /\.v2(alpha\d?)?\./.test(name) ? 'envoy/retired-type' : 'envoy/unknown-type';
    const hint =
      near === undefined ? '' : `; ${near.successor ? 'its successor is' : 'did you mean'} ${near.name}${near.successor ? '' : '?'}`;
    this.#report(code, { type: name }, hint);
  }

  #fields(plan: MessagePlan, value: JsonValue, ignored?: string): JsonValue | undefined {
    if (value === null) return {};
    if (!isObject(value)) return this.#take(wrong('an object', value));
    const set = new Set<FieldPlan>();
    for (const [key, item] of Object.entries(value)) {
      if (item === undefined || key === ignored) continue;
      const field = plan.byName.get(key);
      if (field === undefined) this.#at(key, () => this.#unknownField(plan, key));
      else if (set.has(field)) this.#at(key, () => this.#report('envoy/duplicate-field', { field: key }));
      else if (item !== null || field.type.kind === 'message') {
        const there = this.#at(key, () => this.#setField(field, key, item));
        if (there) set.add(field);
      }
    }
    this.#absences(plan, value, set);
    if (typedStructs.has(plan.name)) this.#typedStruct(value);
    return value;
  }

  /** True when the field counts as set. */
  #setField(field: FieldPlan, key: string, value: JsonValue): boolean {
    if (value === null && (field.list || field.mapKey !== undefined || !isValue(field.type))) return false;
    this.#age(field, key);
    const read = this.#fieldValue(field, value);
    const rules = this.#rules.ofField(field.proto);
    if (rules !== undefined && read !== undefined) this.#brokenRules(key, this.#valueRules(field.type, rules), read);
    return true;
  }

  #fieldValue(field: FieldPlan, value: JsonValue): JsonValue | undefined {
    const rules = asObject(this.#rules.ofField(field.proto));
    if (field.list) {
      const items = asObject(asObject(rules['repeated'])['items']);
      if (!isArray(value)) {
        if (this.#reader === 'istiod') return this.#take(wrong('a list', value));
        this.#take(loose('a list', value, value));
        return [this.#element(field.type, items, value) ?? null];
      }
      return value.map((item, i) => this.#at(i, () => this.#element(field.type, items, item)) ?? null);
    }
    if (field.mapKey === undefined) return this.#single(field.type, value, asObject(rules['message'])['skip'] === true);
    if (!isObject(value)) return this.#take(wrong('an object', value));
    const { keys, values } = asObject(rules['map']);
    for (const [key, item] of Object.entries(value)) {
      this.#at(key, () => {
        this.#mapKey(field.mapKey ?? 'string', asObject(keys), key);
        if (item !== undefined) this.#element(field.type, asObject(values), item);
      });
    }
    return value;
  }

  #mapKey(kind: ScalarKind, rules: JsonObject, key: string): void {
    const read = kind === 'bool' && (key === 'true' || key === 'false') ? { value: key === 'true' } : readScalar(kind, key, this.#reader);
    const value = this.#take(read);
    if (value !== undefined) this.#brokenRules('this key', rules, value);
  }

  #element(type: ValueType, rules: JsonObject, value: JsonValue): JsonValue | undefined {
    const read = this.#single(type, value, asObject(rules['message'])['skip'] === true);
    if (read !== undefined) this.#brokenRules('this entry', this.#valueRules(type, rules), read);
    return read;
  }

  #single(type: ValueType, value: JsonValue, skip: boolean): JsonValue | undefined {
    if (type.kind === 'message') {
      if (skip) return value;
      return this.message(type.typeName, value);
    }
    return type.kind === 'scalar' ? this.#take(readScalar(type.scalar, value, this.#reader)) : this.#enum(type.typeName, value);
  }

  #enum(name: string, value: JsonValue): JsonValue | undefined {
    const plan = this.#plans.enum(name);
    const read = readEnum(plan, value, this.#reader);
    const near = read.problem === 'envoy/unknown-enum-value' && typeof value === 'string' ? closest(value, plan.byName.keys()) : undefined;
    const out = this.#take(read, near === undefined ? '' : `; did you mean ${near}?`);
    const declared = plan.proto.value.find((item) => item.name === out);
    if (declared?.options?.deprecated === true) this.#report('envoy/deprecated-enum-value', { value: declared.name });
    return out;
  }

  /** The rules with what only this place can know: the numbers of enum values, whether the number has a name. */
  #valueRules(type: ValueType, rules: JsonObject): JsonObject {
    if (type.kind !== 'enum' || !isObject(rules['enum'])) return rules;
    const plan = this.#plans.enum(type.typeName);
    const named = (value: JsonValue): JsonValue => (typeof value === 'number' ? (plan.byNumber.get(value) ?? value) : value);
    const { const: constant, in: allowed, notIn, definedOnly } = rules['enum'];
    return {
      enum: {
        ...(constant === undefined ? {} : { const: named(constant) }),
        ...(isArray(allowed) ? { in: allowed.map(named) } : definedOnly === true ? { in: [...plan.byNumber.values()] } : {}),
        ...(isArray(notIn) ? { notIn: notIn.map(named) } : {}),
      },
    };
  }

  #brokenRules(subject: string, rules: JsonObject, value: JsonValue): void {
    for (const rule of brokenRules(rules, value)) this.#report('envoy/rule', { subject, rule });
  }

  /** What the rules say about fields that are not there. */
  #absences(plan: MessagePlan, value: JsonObject, set: ReadonlySet<FieldPlan>): void {
    for (const oneof of plan.proto.oneofDecl) {
      const members = plan.oneofs.get(oneof.name) ?? [];
      const chosen = members.filter((field) => set.has(field));
      const fields = (chosen.length > 1 ? chosen : members).map((field) => spelling(value, field)).join(', ');
      if (chosen.length > 1) this.#report('envoy/oneof-conflict', { fields, oneof: oneof.name });
      if (chosen.length === 0 && members.length > 0 && !this.#partial && this.#rules.oneofRequired(oneof)) {
        this.#report('envoy/oneof-required', { fields, oneof: oneof.name });
      }
    }
    if (this.#partial) return;
    for (const field of plan.fields) {
      if (set.has(field) || field.oneof !== undefined) continue;
      const rules = this.#rules.ofField(field.proto);
      if (rules !== undefined && !this.#mayBeAbsent(field, rules)) this.#report('envoy/required', { field: spelling(value, field) });
    }
  }

  #mayBeAbsent(field: FieldPlan, rules: JsonObject): boolean {
    if (['message', 'any', 'duration', 'timestamp'].some((kind) => asObject(rules[kind])['required'] === true)) return false;
    if (field.presence) return true;
    if (field.list) return brokenRules(rules, []).length === 0;
    if (field.mapKey !== undefined) return brokenRules(rules, {}).length === 0;
    if (field.type.kind === 'scalar') return brokenRules(rules, zeroOf(field.type.scalar)).length === 0;
    if (field.type.kind === 'message') return true;
    const zero = this.#plans.enum(field.type.typeName).byNumber.get(0) ?? 0;
    return brokenRules(this.#valueRules(field.type, rules), zero).length === 0;
  }

  /** `TypedStruct` carries a message as a `Struct`; Envoy turns it into that message. */
  #typedStruct(value: JsonObject): void {
    const typeUrl = value['type_url'] ?? value['typeUrl'];
    const name = typeof typeUrl === 'string' ? messageName(typeUrl) : '';
    const inner = value['value'];
    if (inner !== undefined && !hasOwnJson(name) && this.#plans.find(name) !== undefined)
      this.#at('value', () => this.message(name, inner));
  }

  #age(field: FieldPlan, key: string): void {
    if (field.proto.options?.deprecated !== true) return;
    this.#report(this.#rules.disallowed(field.proto) ? 'envoy/disallowed-field' : 'envoy/deprecated-field', { field: key });
  }

  #unknownField(plan: MessagePlan, key: string): void {
    const near = closest(key, key.includes('_') ? plan.fields.map((field) => field.name) : plan.fields.map((field) => field.jsonName));
    this.#report('envoy/unknown-field', { field: key, message: plan.name }, near === undefined ? '' : `; did you mean "${near}"?`);
  }

  #take(read: Read, hint = ''): JsonValue | undefined {
    if (read.problem !== undefined) this.#report(read.problem, read.args, hint);
    return 'value' in read ? read.value : undefined;
  }

  #report(code: ProblemCode, args: ProblemArgs = {}, hint = ''): void {
    this.problems.push(typeProblem(this.#reader, code, [...this.#path], args, hint));
  }

  #at<T>(step: JsonPath[number], run: () => T): T {
    this.#path.push(step);
    const result = run();
    this.#path.pop();
    return result;
  }
}

function isValue(type: ValueType): boolean {
  return type.kind === 'message' && type.typeName === 'google.protobuf.Value';
}

/** The name of an absent field in the spelling of its neighbours. */
function spelling(value: JsonObject, field: FieldPlan): string {
  return Object.keys(value).some((key) => key.includes('_')) ? field.name : field.jsonName;
}
