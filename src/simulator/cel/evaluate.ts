import { assertUnreachable } from '#base/assert.ts';
import { stepInto, type PropertyValue } from '../wasm/property-value.ts';
import { callFunction, isKnownFunction, noOverload } from './functions.ts';
import { applyOperator } from './operators.ts';
import type { CelNode } from './syntax.ts';
import { celBool, celError, celInt, fromProperty, mapGet, type CelValue } from './value.ts';

/** Where names that an expression does not bind itself come from. */
export type Activation = (name: string) => PropertyValue | undefined;

const typeNames = new Set(['int', 'uint', 'double', 'bool', 'string', 'bytes', 'list', 'map', 'null_type', 'type']);
const macros = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

/** The name of a function no runtime has: Envoy refuses an expression with one when it is made. Undefined if there is none. */
export function unknownFunction(node: CelNode): string | undefined {
  const inside = children(node)
    .map(unknownFunction)
    .find((name) => name !== undefined);
  if (inside !== undefined || node.kind !== 'call') return inside;
  if (node.target === undefined && node.name === 'has') return undefined;
  if (isMacro(node)) return undefined;
  return isKnownFunction(node.name) ? undefined : node.name;
}

function children(node: CelNode): readonly CelNode[] {
  switch (node.kind) {
    case 'select':
    case 'unary':
      return [node.of];
    case 'index':
      return [node.of, node.at];
    case 'call':
      return node.target === undefined ? node.args : [node.target, ...node.args];
    case 'list':
      return node.items;
    case 'map':
      return node.entries.flat();
    case 'binary':
      return [node.left, node.right];
    case 'choice':
      return [node.test, node.yes, node.no];
    default:
      return [];
  }
}

function isMacro({ target, name, args }: Extract<CelNode, { kind: 'call' }>): boolean {
  return (
    target !== undefined && macros.has(name) && args[0]?.kind === 'name' && (args.length === 2 || (name === 'map' && args.length === 3))
  );
}

/** The value of an expression; mistakes in it are values of kind `error` (cel-cpp `CelExpression::Evaluate`). */
export function evaluateCel(node: CelNode, activation: Activation): CelValue {
  return new Evaluation(activation, new Map()).value(node);
}

class Evaluation {
  readonly #activation: Activation;
  readonly #bound: ReadonlyMap<string, CelValue>;

  constructor(activation: Activation, bound: ReadonlyMap<string, CelValue>) {
    this.#activation = activation;
    this.#bound = bound;
  }

  value(node: CelNode): CelValue {
    switch (node.kind) {
      case 'literal':
        return node.value;
      case 'name':
        return this.#name(node.name);
      case 'select':
        return select(this.value(node.of), node.field);
      case 'index':
        return index(this.value(node.of), this.value(node.at));
      case 'call':
        return this.#call(node);
      case 'list':
        return this.#list(node.items);
      case 'map':
        return this.#map(node.entries);
      case 'unary':
        return unary(node.operator, this.value(node.of));
      case 'choice': {
        const test = this.value(node.test);
        if (test.kind === 'error') return test;
        if (test.kind !== 'bool') return celError('No matching overloads found : <jump_condition>');
        return this.value(test.value ? node.yes : node.no);
      }
      case 'binary':
        if (node.operator === '&&' || node.operator === '||') return this.#logic(node.operator, node.left, node.right);
        return applyOperator(node.operator, this.value(node.left), this.value(node.right));
      default:
        return assertUnreachable(node);
    }
  }

  #name(name: string): CelValue {
    const bound = this.#bound.get(name);
    if (bound !== undefined) return bound;
    const found = this.#activation(name);
    if (found !== undefined) return fromProperty(found);
    return typeNames.has(name) ? { kind: 'type', name } : celError(`No value with name "${name}" found in Activation`);
  }

  /** An error on one side does not matter if the other side decides. */
  #logic(operator: '&&' | '||', leftNode: CelNode, rightNode: CelNode): CelValue {
    const deciding = operator === '||';
    const left = this.value(leftNode);
    if (left.kind === 'bool' && left.value === deciding) return left;
    const right = this.value(rightNode);
    if (right.kind === 'bool' && right.value === deciding) return right;
    if (left.kind === 'bool' && right.kind === 'bool') return celBool(!deciding);
    if (left.kind === 'error') return left;
    return right.kind === 'error' ? right : noOverload(`_${operator}_`, [left, right]);
  }

  #list(items: readonly CelNode[]): CelValue {
    const values = items.map((item) => this.value(item));
    return values.find(({ kind }) => kind === 'error') ?? { kind: 'list', items: values };
  }

  #map(nodes: readonly (readonly [CelNode, CelNode])[]): CelValue {
    const entries = nodes.map(([key, value]) => [this.value(key), this.value(value)] as const);
    return entries.flat().find(({ kind }) => kind === 'error') ?? { kind: 'map', entries };
  }

  #call(node: Extract<CelNode, { kind: 'call' }>): CelValue {
    if (node.target === undefined && node.name === 'has') return this.#has(node.args[0]);
    if (isMacro(node)) return this.#comprehension(node);
    const args = node.target === undefined ? node.args : [node.target, ...node.args];
    return callFunction(
      node.name,
      args.map((arg) => this.value(arg)),
    );
  }

  #has(field: CelNode | undefined): CelValue {
    if (field?.kind !== 'select') return celError('has() needs a field');
    const of = this.value(field.of);
    if (of.kind === 'error') return of;
    return celBool(select(of, field.field).kind !== 'error');
  }

  #comprehension({ target, name, args }: Extract<CelNode, { kind: 'call' }>): CelValue {
    const [variable, ...steps] = args;
    const [first, second] = steps;
    const range = target === undefined ? undefined : this.value(target);
    if (range === undefined || variable?.kind !== 'name' || first === undefined) return celError('No matching overloads found');
    if (range.kind === 'error') return range;
    const items = range.kind === 'list' ? range.items : range.kind === 'map' ? range.entries.map(([key]) => key) : undefined;
    if (items === undefined) return celError('No matching overloads found : <iter_range>');
    const each = (node: CelNode, item: CelValue): CelValue =>
      new Evaluation(this.#activation, new Map([...this.#bound, [variable.name, item]])).value(node);
    if (name === 'map') {
      const kept = second === undefined ? items : items.filter((item) => isTrue(each(first, item)));
      const values = kept.map((item) => each(second ?? first, item));
      return values.find(({ kind }) => kind === 'error') ?? { kind: 'list', items: values };
    }
    const tests = items.map((item) => each(first, item));
    const broken = tests.find(({ kind }) => kind !== 'bool');
    if (name === 'all') return tests.find((test) => test.kind === 'bool' && !test.value) ?? asError(broken) ?? celBool(true);
    if (name === 'exists') return tests.find(isTrue) ?? asError(broken) ?? celBool(false);
    if (broken !== undefined) return asError(broken) ?? broken;
    if (name === 'exists_one') return celBool(tests.filter(isTrue).length === 1);
    return { kind: 'list', items: items.filter((_, i) => tests[i] !== undefined && isTrue(tests[i])) };
  }
}

function isTrue(value: CelValue): boolean {
  return value.kind === 'bool' && value.value;
}

function asError(value: CelValue | undefined): CelValue | undefined {
  return value === undefined || value.kind === 'error' ? value : celError('No matching overloads found');
}

function select(of: CelValue, field: string): CelValue {
  if (of.kind === 'error') return of;
  if (of.kind === 'object') {
    const found = stepInto(of.property, field);
    return found === undefined ? missingKey(field) : fromProperty(found);
  }
  if (of.kind !== 'map') return celError(`Applying SELECT to non-message type`);
  return mapGet(of, { kind: 'string', value: field }) ?? missingKey(field);
}

function missingKey(key: string): CelValue {
  return celError(`Key not found in map : "${key}"`);
}

function index(of: CelValue, at: CelValue): CelValue {
  if (of.kind === 'error') return of;
  if (at.kind === 'error') return at;
  if (of.kind === 'list') {
    const position =
      at.kind === 'int' || at.kind === 'uint'
        ? Number(at.value)
        : at.kind === 'double' && Number.isInteger(at.value)
          ? at.value
          : undefined;
    if (position === undefined) return celError(`Index error: expected integer type, got ${at.kind}`);
    return of.items[position] ?? celError(`Index error: index=${position} size=${of.items.length}`);
  }
  if (of.kind === 'object' && at.kind === 'string') return select(of, at.value);
  if (of.kind !== 'map') return celError('No matching overloads found : _[_]');
  return mapGet(of, at) ?? missingKey('value' in at ? String(at.value) : '');
}

function unary(operator: '!' | '-', of: CelValue): CelValue {
  if (of.kind === 'error') return of;
  if (operator === '!') return of.kind === 'bool' ? celBool(!of.value) : celError('No matching overloads found : !_');
  if (of.kind === 'int') return celInt(-of.value);
  return of.kind === 'double' ? { kind: 'double', value: -of.value } : noOverload('-_', [of]);
}
