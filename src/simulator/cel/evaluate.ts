import { assertUnreachable } from '#base/assert.ts';
import type { PropertyValue } from '../wasm/property-value.ts';
import { callFunction } from './functions.ts';
import { asMacro, type Macro } from './macros.ts';
import { applyOperator, applyUnary, index, select } from './operators.ts';
import { makeStruct } from './structs.ts';
import type { CelCall, CelNode } from './syntax.ts';
import { celBool, celError, celFatal, fromProperty, noOverload, typeOf, type CelValue } from './value.ts';

/** Where names that an expression does not bind itself come from. */
export type Activation = (name: string) => PropertyValue | undefined;

const typeNames = new Set(['int', 'uint', 'double', 'bool', 'string', 'bytes', 'list', 'map', 'null_type', 'type']);

/** How many steps all loops of an expression may take together (Envoy as measured). */
const maxIterations = 10_000;

/** The value of an expression; mistakes in it are values of kind `error` (cel-cpp `CelExpression::Evaluate`). */
export function evaluateCel(node: CelNode, activation: Activation): CelValue {
  const run: Run = { activation, iterations: 0, fatal: undefined };
  const value = new Evaluation(run, new Map()).value(node);
  return run.fatal ?? value;
}

interface Run {
  readonly activation: Activation;
  iterations: number;
  /** What ends the evaluation as a whole: no `||` gets around it. */
  fatal: CelValue | undefined;
}

class Evaluation {
  readonly #run: Run;
  readonly #bound: ReadonlyMap<string, CelValue>;

  constructor(run: Run, bound: ReadonlyMap<string, CelValue>) {
    this.#run = run;
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
        return index(this.value(node.of), this.value(node.key));
      case 'call':
        return this.#call(node);
      case 'list':
        return this.#list(node.items);
      case 'map':
        return this.#map(node.entries);
      case 'struct':
        return makeStruct(
          node.type,
          node.fields.map(([name, value]) => [name, this.value(value)]),
        );
      case 'unary':
        return applyUnary(node.operator, this.value(node.of));
      case 'binary':
        return applyOperator(node.operator, this.value(node.left), this.value(node.right));
      case 'logic':
        return this.#logic(node.operator, node.terms);
      case 'choice': {
        const test = this.value(node.test);
        return test.kind === 'bool' ? this.value(test.value ? node.yes : node.no) : noCondition(test);
      }
      default:
        return assertUnreachable(node);
    }
  }

  #name(name: string): CelValue {
    const bound = this.#bound.get(name);
    if (bound !== undefined) return bound;
    const found = this.#run.activation(name);
    if (found !== undefined) return fromProperty(found);
    return typeNames.has(name) ? { kind: 'type', name } : celError(`No value with name "${name}" found in Activation`);
  }

  #logic(operator: '&&' | '||', terms: readonly CelNode[]): CelValue {
    let result = celBool(operator === '&&');
    for (const term of terms) {
      result = combine(operator, result, this.value(term));
      if (result.kind === 'bool' && result.value === (operator === '||')) break;
    }
    return result;
  }

  #list(items: readonly CelNode[]): CelValue {
    const values = items.map((item) => this.value(item));
    return values.find(({ kind }) => kind === 'error') ?? { kind: 'list', items: values };
  }

  #map(nodes: readonly (readonly [CelNode, CelNode])[]): CelValue {
    const entries = nodes.map(([key, value]) => [this.value(key), this.value(value)] as const);
    const broken = entries.flat().find(({ kind }) => kind === 'error');
    if (broken !== undefined) return broken;
    const keys = new Set<string>();
    for (const [key] of entries) {
      if (key.kind !== 'string' && key.kind !== 'int' && key.kind !== 'uint' && key.kind !== 'bool')
        return celError(`Invalid map key type: '${typeOf(key)}'`);
      keys.add(`${key.kind} ${key.value}`);
    }
    if (keys.size < entries.length) return this.#fatal('duplicate key in map');
    return { kind: 'map', entries };
  }

  #fatal(message: string): CelValue {
    this.#run.fatal ??= celFatal(message);
    return this.#run.fatal;
  }

  #call(node: CelCall): CelValue {
    const macro = asMacro(node);
    if (macro !== undefined) return macro.kind === 'has' ? this.#has(macro) : this.#loop(macro);
    const args = node.target === undefined ? node.args : [node.target, ...node.args];
    return callFunction(
      node.name,
      node.target !== undefined,
      args.map((arg) => this.value(arg)),
    );
  }

  #has({ field }: Extract<Macro, { kind: 'has' }>): CelValue {
    const of = this.value(field.of);
    if (of.kind === 'error') return of;
    const found = select(of, field.field);
    return of.kind === 'map' || of.kind === 'object' ? celBool(found.kind !== 'error') : found;
  }

  #loop(macro: Exclude<Macro, { kind: 'has' }>): CelValue {
    const range = this.value(macro.range);
    if (range.kind === 'error') return range;
    const items = range.kind === 'list' ? range.items : range.kind === 'map' ? range.entries.map(([key]) => key) : undefined;
    if (items === undefined) return celError('No matching overloads found : <iter_range>');
    const loop = loops[macro.kind]();
    for (const item of items) {
      if (++this.#run.iterations > maxIterations) return this.#fatal('Iteration budget exceeded');
      const inner = new Evaluation(this.#run, new Map([...this.#bound, [macro.variable, item]]));
      const condition = macro.condition === undefined ? celBool(true) : inner.value(macro.condition);
      if (condition.kind !== 'bool') return noCondition(condition);
      const ended = condition.value ? loop.step(inner.value(macro.step), item) : undefined;
      if (this.#run.fatal !== undefined) return this.#run.fatal;
      if (ended !== undefined) return ended;
    }
    return loop.result();
  }
}

interface Loop {
  /** Something ends the loop with this value. */
  step(value: CelValue, item: CelValue): CelValue | undefined;
  result(): CelValue;
}

const loops: Readonly<Record<Exclude<Macro['kind'], 'has'>, () => Loop>> = {
  all: () => quantifier('&&'),
  exists: () => quantifier('||'),
  exists_one() {
    let count = 0;
    return {
      step(value) {
        if (value.kind !== 'bool') return noCondition(value);
        if (value.value) count++;
        return undefined;
      },
      result: () => celBool(count === 1),
    };
  },
  map() {
    const items: CelValue[] = [];
    return {
      step(value) {
        items.push(value);
        return value.kind === 'error' ? value : undefined;
      },
      result: () => ({ kind: 'list', items }),
    };
  },
  filter() {
    const items: CelValue[] = [];
    return {
      step(value, item) {
        if (value.kind !== 'bool') return noCondition(value);
        if (value.value) items.push(item);
        return undefined;
      },
      result: () => ({ kind: 'list', items }),
    };
  },
};

function quantifier(operator: '&&' | '||'): Loop {
  let result = celBool(operator === '&&');
  return {
    step(value) {
      result = combine(operator, result, value);
      return result.kind === 'bool' && result.value === (operator === '||') ? result : undefined;
    },
    result: () => result,
  };
}

/** An error on one side does not matter if the other side decides. */
function combine(operator: '&&' | '||', left: CelValue, right: CelValue): CelValue {
  const decides = (value: CelValue): boolean => value.kind === 'bool' && value.value === (operator === '||');
  if (decides(left)) return left;
  if (decides(right)) return right;
  if (left.kind === 'bool' && right.kind === 'bool') return right;
  if (left.kind === 'error') return left;
  return right.kind === 'error' ? right : noOverload(`_${operator}_`);
}

function noCondition(value: CelValue): CelValue {
  return value.kind === 'error' ? value : noOverload('<jump_condition>');
}
