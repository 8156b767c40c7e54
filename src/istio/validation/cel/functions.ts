import { parseGoDuration } from '../../api/go-duration.ts';
import { compileGoRegExp } from '../../api/go-regexp.ts';
import { parseGoRequestUri } from '../../api/go-url.ts';
import { CelError } from './error.ts';
import { CelMap, CelUrl, isList, type CelValue } from './value.ts';

const noOverload = (): never => {
  throw new CelError('no such overload');
};

function text(value: CelValue | undefined): string {
  return typeof value === 'string' ? value : noOverload();
}

function size(value: CelValue | undefined): bigint {
  if (typeof value === 'string') return BigInt(Array.from(value).length);
  if (isList(value)) return BigInt(value.length);
  return value instanceof CelMap ? BigInt(value.keys.length) : noOverload();
}

function whole(value: CelValue | undefined): bigint {
  if (typeof value === 'bigint') return value;
  const digits = typeof value === 'string' ? /^[-+]?\d+$/.exec(value)?.[0] : undefined;
  if (digits === undefined) throw new CelError("type conversion error from 'string' to 'int'");
  return BigInt(digits.replace('+', ''));
}

function duration(value: CelValue | undefined): bigint {
  const parsed = parseGoDuration(text(value));
  if (typeof parsed === 'object') throw new CelError("type conversion error from 'string' to 'google.protobuf.Duration'");
  return parsed;
}

function matches(value: string, pattern: string): boolean {
  const compiled = compileGoRegExp(pattern);
  if (compiled.matches === undefined) throw new CelError(compiled.error);
  return compiled.matches(value);
}

function url(value: CelValue | undefined): CelUrl {
  const parsed = parseGoRequestUri(text(value));
  if (parsed.url === undefined) throw new CelError(`URL parse error during conversion from string: ${parsed.error}`);
  return new CelUrl(parsed.url.scheme, parsed.url.host);
}

function urlOf(value: CelValue | undefined): CelUrl {
  return value instanceof CelUrl ? value : noOverload();
}

function string(value: CelValue | undefined): string {
  if (typeof value === 'string' || typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  return noOverload();
}

function substring(value: string, from: bigint, to: bigint): string {
  const chars = Array.from(value);
  if (from < 0n || to < from || to > BigInt(chars.length)) throw new CelError(`index out of range: ${to.toString()}`);
  return chars.slice(Number(from), Number(to)).join('');
}

type Builtin = (args: readonly CelValue[]) => CelValue;

/** The functions that rules of Istio's CRDs call, by name; of a method the first argument is its target. */
const builtins: Readonly<Record<string, Builtin>> = {
  size: ([value]) => size(value),
  contains: ([value, part]) => text(value).includes(text(part)),
  startsWith: ([value, part]) => text(value).startsWith(text(part)),
  endsWith: ([value, part]) => text(value).endsWith(text(part)),
  matches: ([value, pattern]) => matches(text(value), text(pattern)),
  substring: ([value, from, to]) => substring(text(value), whole(from), to === undefined ? size(value) : whole(to)),
  int: ([value]) => whole(value),
  string: ([value]) => string(value),
  duration: ([value]) => duration(value),
  isURL: ([value]) => parseGoRequestUri(text(value)).url !== undefined,
  url: ([value]) => url(value),
  getScheme: ([value]) => urlOf(value).scheme,
  getHost: ([value]) => urlOf(value).host,
};

export function callFunction(name: string, args: readonly CelValue[]): CelValue {
  const builtin = Object.hasOwn(builtins, name) ? builtins[name] : undefined;
  if (builtin === undefined) throw new CelError(`undeclared reference to '${name}'`);
  return builtin(args);
}
