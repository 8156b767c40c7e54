import { isArray, isObject, type JsonValue } from '#base/json.ts';
import { CelError } from './error.ts';

/** CEL's values: an int is a bigint, and so is a duration (in nanoseconds); a double is a number. */
export type CelValue = null | boolean | string | number | bigint | CelList | CelMap | CelUrl;
export type CelList = readonly CelValue[];

/** A map or an object; what it holds is converted when it is looked at, so that what nobody looks at gives no error. */
export class CelMap {
  readonly #fields: ReadonlyMap<string, () => CelValue>;

  constructor(fields: Iterable<readonly [string, () => CelValue]>) {
    this.#fields = new Map(fields);
  }

  get keys(): readonly string[] {
    return [...this.#fields.keys()];
  }

  has(key: string): boolean {
    return this.#fields.has(key);
  }

  get(key: string): CelValue | undefined {
    return this.#fields.get(key)?.();
  }
}

/** The API server's url type. */
export class CelUrl {
  readonly scheme: string;
  readonly host: string;

  constructor(scheme: string, host: string) {
    this.scheme = scheme;
    this.host = host;
  }
}

/** How numbers came in: an API server tells int from float; a plain JSON decoder in Go makes all of them floats. */
export type Numbers = 'int' | 'float';

/**
 * JSON as CEL sees it. All numbers in rules of Istio's CRDs are typed int, and the API server refuses a float there; lists are looked at
 * as a whole, as all of their items have one type.
 */
export function celValue(value: JsonValue, numbers: Numbers): CelValue {
  if (typeof value === 'number') {
    if (numbers === 'float') throw new CelError('invalid data, expected int, got float64');
    return Number.isInteger(value) ? BigInt(value) : value;
  }
  if (isArray(value)) return value.map((item) => celValue(item, numbers));
  if (!isObject(value)) return value;
  const fields = Object.entries(value).filter(([, item]) => item !== undefined);
  return new CelMap(fields.map(([key, item]) => [key, () => celValue(item ?? null, numbers)] as const));
}

export function isEqual(left: CelValue, right: CelValue): boolean {
  if (isNumber(left) && isNumber(right)) return typeof left === typeof right ? left === right : Number(left) === Number(right);
  if (isList(left) && isList(right)) return left.length === right.length && left.every((item, at) => isEqual(item, right[at] ?? null));
  if (left instanceof CelMap && right instanceof CelMap) {
    const { keys } = left;
    return (
      keys.length === right.keys.length && keys.every((key) => right.has(key) && isEqual(left.get(key) ?? null, right.get(key) ?? null))
    );
  }
  return left === right;
}

export function isNumber(value: CelValue): value is number | bigint {
  return typeof value === 'bigint' || typeof value === 'number';
}

export function isList(value: CelValue | undefined): value is CelList {
  return Array.isArray(value);
}
