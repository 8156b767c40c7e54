import type { JsonValue } from '#base/json.ts';
import { CelError } from './error.ts';
import { callFunction } from './functions.ts';
import type { BinaryOperator, CelNode } from './syntax.ts';
import { CelMap, celValue, isEqual, isList, isNumber, type CelValue, type Numbers } from './value.ts';

type Scope = ReadonlyMap<string, CelValue>;
type Of<K extends CelNode['kind']> = Extract<CelNode, { readonly kind: K }>;

/** Evaluates a rule with `self` bound; throws a `CelError` where cel-go would give an error value. */
export function evaluateCel(rule: CelNode, self: JsonValue, numbers: Numbers = 'int'): CelValue {
  return evaluate(rule, new Map([['self', celValue(self, numbers)]]));
}

function evaluate(node: CelNode, scope: Scope): CelValue {
  const at = (part: CelNode): CelValue => evaluate(part, scope);
  switch (node.kind) {
    case 'literal':
      return node.value;
    case 'name':
      return known(scope.get(node.name), `undeclared reference to '${node.name}'`);
    case 'select':
      return select(at(node.of), node.field);
    case 'index':
      return item(at(node.of), at(node.at));
    case 'list':
      return node.items.map(at);
    case 'map':
      return new CelMap(node.entries.map(([key, value]) => [keyOf(at(key)), () => at(value)] as const));
    case 'unary':
      return unary(node.operator, at(node.of));
    case 'choice':
      return at(bool(at(node.test)) ? node.yes : node.no);
    case 'binary':
      return node.operator === '||' || node.operator === '&&'
        ? logical(node.operator === '||', node, scope)
        : operators[node.operator](at(node.left), at(node.right));
    case 'call':
      break;
  }
  return call(node, scope);
}

function known(value: CelValue | undefined, problem: string): CelValue {
  if (value === undefined) throw new CelError(problem);
  return value;
}

function select(of: CelValue, field: string): CelValue {
  if (!(of instanceof CelMap)) throw new CelError('no such overload');
  return known(of.get(field), `no such key: ${field}`);
}

function keyOf(value: CelValue): string {
  if (typeof value === 'string' || isNumber(value) || typeof value === 'boolean') return value.toString();
  throw new CelError('unsupported key type');
}

function item(of: CelValue, at: CelValue): CelValue {
  const key = keyOf(at);
  return isList(of) ? known(of[Number(key)], `index out of bounds: ${key}`) : select(of, key);
}

function unary(operator: '!' | '-', value: CelValue): CelValue {
  if (operator === '!') return !bool(value);
  if (!isNumber(value)) throw new CelError('no such overload');
  return -value;
}

/** `||` and `&&` forgive an error on one side when the other side decides. */
function logical(decides: boolean, { left, right }: Of<'binary'>, scope: Scope): boolean {
  try {
    if (bool(evaluate(left, scope)) === decides) return decides;
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    if (bool(evaluate(right, scope)) === decides) return decides;
    throw error;
  }
  return bool(evaluate(right, scope));
}

type Strict = Exclude<BinaryOperator, '||' | '&&'>;

const operators: Readonly<Record<Strict, (left: CelValue, right: CelValue) => CelValue>> = {
  '==': isEqual,
  '!=': (left, right) => !isEqual(left, right),
  in: (left, right) => contains(right, left),
  '<': (left, right) => order(left, right) < 0,
  '<=': (left, right) => order(left, right) <= 0,
  '>': (left, right) => order(left, right) > 0,
  '>=': (left, right) => order(left, right) >= 0,
  '+': (left, right) => (typeof left === 'string' && typeof right === 'string' ? left + right : int(left) + int(right)),
  '-': (left, right) => int(left) - int(right),
  '*': (left, right) => int(left) * int(right),
  '/': (left, right) => int(left) / divisor(right, 'division by zero'),
  '%': (left, right) => int(left) % divisor(right, 'modulus by zero'),
};

function contains(of: CelValue, value: CelValue): boolean {
  if (of instanceof CelMap) return of.has(keyOf(value));
  if (!isList(of)) throw new CelError('no such overload');
  return of.some((one) => isEqual(value, one));
}

function order(left: CelValue, right: CelValue): number {
  if (isNumber(left) && isNumber(right)) return left < right ? -1 : left > right ? 1 : 0;
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0;
  throw new CelError('no such overload');
}

function int(value: CelValue): bigint {
  if (typeof value !== 'bigint') throw new CelError('no such overload');
  return value;
}

function divisor(value: CelValue, problem: string): bigint {
  if (value === 0n) throw new CelError(problem);
  return int(value);
}

function call(node: Of<'call'>, scope: Scope): CelValue {
  const [first, second] = node.args;
  if (node.name === 'has' && first?.kind === 'select') {
    const of = evaluate(first.of, scope);
    return of instanceof CelMap && of.has(first.field);
  }
  if (node.target !== undefined && isMacro(node.name) && first?.kind === 'name' && second !== undefined) {
    const holds = (one: CelValue): boolean => bool(evaluate(second, new Map([...scope, [first.name, one]])));
    return macro(node.name, evaluate(node.target, scope), holds);
  }
  const args = node.target === undefined ? node.args : [node.target, ...node.args];
  return callFunction(
    node.name,
    args.map((arg) => evaluate(arg, scope)),
  );
}

type Macro = 'all' | 'exists' | 'exists_one';

function isMacro(name: string): name is Macro {
  return name === 'all' || name === 'exists' || name === 'exists_one';
}

/** Over the items of a list or the keys of a map. */
function macro(name: Macro, of: CelValue, holds: (one: CelValue) => boolean): boolean {
  const items = of instanceof CelMap ? of.keys : of;
  if (!isList(items)) throw new CelError('no such overload');
  if (name === 'all') return items.every(holds);
  return name === 'exists' ? items.some(holds) : items.filter(holds).length === 1;
}

function bool(value: CelValue): boolean {
  if (typeof value !== 'boolean') throw new CelError('no such overload');
  return value;
}
