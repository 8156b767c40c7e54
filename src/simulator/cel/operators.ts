import { byteStringToUtf8, utf8ToByteString } from '#base/bytes.ts';
import type { BinaryOperator } from './syntax.ts';
import { stepInto } from '../wasm/property-value.ts';
import {
  celBool,
  celDouble,
  celError,
  celInt,
  celUint,
  compareNumbers,
  fromProperty,
  isEqual,
  isNumber,
  mapGet,
  noOverload,
  signature,
  typeOf,
  type CelValue,
} from './value.ts';

/** A binary operator on two values. */
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
      return right.kind === 'map' ? celBool(mapGet(right, left) !== undefined) : noOverload('@in');
    default:
      return arithmetic(operator, left, right) ?? noOverload(signature(`_${operator}_`, [left, right]));
  }
}

function compare(operator: '<' | '<=' | '>' | '>=', left: CelValue, right: CelValue): CelValue {
  let order: number | undefined;
  if (isNumber(left) && isNumber(right)) {
    order = compareNumbers(left, right);
    if (order === undefined) return celBool(false);
  } else if (left.kind === right.kind && 'value' in left && 'value' in right) {
    order = left.value < right.value ? -1 : left.value > right.value ? 1 : 0;
  } else return noOverload(signature(`_${operator}_`, [left, right]));
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
      if (b === 0n) return celError('modulus by zero');
      // the quotient has to fit as well
      return make(a / b).kind === 'error' ? make(a / b) : make(a % b);
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
      return { kind: 'timestamp', value: left.value + right.value };
    case 'timestamp - duration':
      return { kind: 'timestamp', value: left.value - right.value };
    case 'timestamp - timestamp':
    case 'duration - duration':
      return { kind: 'duration', value: left.value - right.value };
    case 'duration + duration':
      return { kind: 'duration', value: left.value + right.value };
    default:
      return undefined;
  }
}

export function applyUnary(operator: '!' | '-', of: CelValue): CelValue {
  if (of.kind === 'error') return of;
  if (operator === '!') return of.kind === 'bool' ? celBool(!of.value) : noOverload('!_');
  if (of.kind === 'int') return celInt(-of.value);
  return of.kind === 'double' ? celDouble(-of.value) : noOverload(signature('-_', [of]));
}

/** `of.field` */
export function select(of: CelValue, field: string): CelValue {
  if (of.kind === 'error') return of;
  const key = utf8ToByteString(field);
  if (of.kind === 'map') return mapGet(of, { kind: 'string', value: key }) ?? missingKey(`"${field}"`);
  if (of.kind !== 'object') return celError('Applying SELECT to non-message type');
  const found = stepInto(of.property, key);
  return found === undefined ? missingKey(`"${field}"`) : fromProperty(found);
}

/** `of[key]` */
export function index(of: CelValue, key: CelValue): CelValue {
  if (of.kind === 'error') return of;
  if (key.kind === 'error') return key;
  if (of.kind === 'list') return item(of.items, key);
  if (of.kind === 'object' && key.kind === 'string') return select(of, byteStringToUtf8(key.value));
  if (of.kind !== 'map') return celError(`Invalid container type: '${typeOf(of)}'`);
  switch (key.kind) {
    case 'string':
      return mapGet(of, key) ?? missingKey(`"${byteStringToUtf8(key.value)}"`);
    case 'int':
    case 'uint':
    case 'double':
    case 'bool':
      return mapGet(of, key) ?? missingKey(String(key.value));
    default:
      return celError(`Invalid map key type: '${typeOf(key)}'`);
  }
}

function item(items: readonly CelValue[], key: CelValue): CelValue {
  const position = isNumber(key) ? Number(key.value) : undefined;
  if (position === undefined || !Number.isInteger(position)) return celError(`Index error: expected integer type, got ${typeOf(key)}`);
  return items[position] ?? celError(`Index error: index=${position} size=${items.length}`);
}

function missingKey(key: string): CelValue {
  return celError(`Key not found in map : ${key}`);
}
