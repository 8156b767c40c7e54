import { noOverload } from './functions.ts';
import type { BinaryOperator } from './syntax.ts';
import { isInRange } from './times.ts';
import { celBool, celDouble, celError, celInt, celUint, compareNumbers, isEqual, isNumber, mapGet, type CelValue } from './value.ts';

/** A binary operator on two values, both of them there (`&&` and `||` are the evaluator's). */
export function applyOperator(operator: BinaryOperator, left: CelValue, right: CelValue): CelValue {
  if (left.kind === 'error') return left;
  if (right.kind === 'error') return right;
  switch (operator) {
    case '==':
      return celBool(isEqual(left, right));
    case '!=':
      return celBool(!isEqual(left, right));
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compare(operator, left, right);
    case 'in':
      if (right.kind === 'list') return celBool(right.items.some((item) => isEqual(item, left)));
      return right.kind === 'map' ? celBool(mapGet(right, left) !== undefined) : noOverload('@in', [left, right]);
    default:
      return arithmetic(operator, left, right) ?? noOverload(`_${operator}_`, [left, right]);
  }
}

function compare(operator: '<' | '<=' | '>' | '>=', left: CelValue, right: CelValue): CelValue {
  let order: number | undefined;
  if (isNumber(left) && isNumber(right)) {
    order = compareNumbers(left, right);
    if (order === undefined) return celBool(false);
  } else if (left.kind === right.kind && 'value' in left && 'value' in right) {
    order = left.value < right.value ? -1 : left.value > right.value ? 1 : 0;
  } else return noOverload(`_${operator}_`, [left, right]);
  if (operator === '<') return celBool(order < 0);
  if (operator === '<=') return celBool(order <= 0);
  return celBool(operator === '>' ? order > 0 : order >= 0);
}

function arithmetic(operator: string, left: CelValue, right: CelValue): CelValue | undefined {
  if (left.kind === 'int' && right.kind === 'int') return integers(operator, left.value, right.value, celInt);
  if (left.kind === 'uint' && right.kind === 'uint') return integers(operator, left.value, right.value, celUint);
  if (left.kind === 'double' && right.kind === 'double') return doubles(operator, left.value, right.value);
  if (operator === '+') {
    if ((left.kind === 'string' || left.kind === 'bytes') && left.kind === right.kind)
      return { kind: left.kind, value: left.value + right.value };
    if (left.kind === 'list' && right.kind === 'list') return { kind: 'list', items: [...left.items, ...right.items] };
  }
  return times(operator, left, right);
}

function integers(operator: string, a: bigint, b: bigint, make: (value: bigint) => CelValue): CelValue | undefined {
  switch (operator) {
    case '+':
      return make(a + b);
    case '-':
      return make(a - b);
    case '*':
      return make(a * b);
    case '/':
      return b === 0n ? celError('divide by zero') : make(a / b);
    case '%':
      return b === 0n ? celError('modulus by zero') : make(a % b);
    default:
      return undefined;
  }
}

function doubles(operator: string, a: number, b: number): CelValue | undefined {
  switch (operator) {
    case '+':
      return celDouble(a + b);
    case '-':
      return celDouble(a - b);
    case '*':
      return celDouble(a * b);
    case '/':
      return celDouble(a / b);
    default:
      return undefined;
  }
}

function times(operator: string, left: CelValue, right: CelValue): CelValue | undefined {
  if (!('value' in left) || !('value' in right) || typeof left.value !== 'bigint' || typeof right.value !== 'bigint') return undefined;
  const kinds = `${left.kind} ${operator} ${right.kind}`;
  switch (kinds) {
    case 'timestamp + duration':
    case 'duration + timestamp':
      return moment(left.value + right.value);
    case 'timestamp - duration':
      return moment(left.value - right.value);
    case 'timestamp - timestamp':
    case 'duration - duration':
      return { kind: 'duration', value: left.value - right.value };
    case 'duration + duration':
      return { kind: 'duration', value: left.value + right.value };
    default:
      return undefined;
  }
}

function moment(ns: bigint): CelValue {
  return isInRange(ns) ? { kind: 'timestamp', value: ns } : celError('timestamp overflow');
}
