import { byteStringToUtf8, utf8ToByteString, type ByteString } from '#base/bytes.ts';
import { compileRe2 } from '../matching/regex.ts';
import type { CelCall } from './syntax.ts';
import {
  durationPart,
  durationProblem,
  parseDuration,
  parseTimestamp,
  printDuration,
  printTimestamp,
  secondsOf,
  timePartNames,
  timestampPart,
  timestampProblem,
} from './times.ts';
import {
  celBool,
  celDouble,
  celError,
  celInt,
  celString,
  celUint,
  isNumber,
  methodSignature,
  noOverload,
  signature,
  typeOf,
  type CelValue,
} from './value.ts';

type CelFunction = (args: readonly CelValue[]) => CelValue | undefined;

const nothing: CelValue = { kind: 'null' };

/** Functions by name (cel-cpp `runtime/standard`); a method's target is the first argument. Undefined: no overload fits. */
const functions: Readonly<Record<string, CelFunction>> = {
  size: ([value = nothing]) => {
    // characters, not bytes and not UTF-16 units: each begins with a byte that is no continuation
    if (value.kind === 'string') return celInt(BigInt(value.value.replace(/[\x80-\xbf]/g, '').length));
    if (value.kind === 'bytes') return celInt(BigInt(value.value.length));
    if (value.kind === 'list') return celInt(BigInt(value.items.length));
    return value.kind === 'map' ? celInt(BigInt(value.entries.length)) : undefined;
  },
  contains: (args) => onStrings(args, (text, part) => celBool(text.includes(part))),
  startsWith: (args) => onStrings(args, (text, part) => celBool(text.startsWith(part))),
  endsWith: (args) => onStrings(args, (text, part) => celBool(text.endsWith(part))),
  matches: (args) => onStrings(args, matches),
  int: ([value = nothing]) => {
    switch (value.kind) {
      case 'int':
        return value;
      case 'uint':
        return value.value < 1n << 63n ? celInt(value.value) : celError('integer overflow');
      case 'double':
        return Math.abs(value.value) < 2 ** 63 ? celInt(BigInt(Math.trunc(value.value))) : celError('double out of int64 range');
      case 'bool':
        return celInt(value.value ? 1n : 0n);
      case 'timestamp':
        return celInt(secondsOf(value.value));
      case 'string':
        return wholeNumber(value.value, /^[-+]?\d+$/, celInt) ?? celError('cannot convert string to int');
      default:
        return undefined;
    }
  },
  uint: ([value = nothing]) => {
    switch (value.kind) {
      case 'uint':
        return value;
      case 'int':
        return value.value >= 0n ? celUint(value.value) : celError('int64 out of uint64 range');
      case 'double':
        return value.value >= 0 && value.value < 2 ** 64
          ? celUint(BigInt(Math.trunc(value.value)))
          : celError('double out of uint64 range');
      case 'bool':
        return celUint(value.value ? 1n : 0n);
      case 'string':
        return wholeNumber(value.value, /^\+?\d+$/, celUint) ?? celError('cannot convert string to uint');
      default:
        return undefined;
    }
  },
  double: ([value = nothing]) => {
    if (isNumber(value)) return celDouble(Number(value.value));
    if (value.kind === 'bool') return celDouble(value.value ? 1 : 0);
    if (value.kind !== 'string') return undefined;
    const number = parseDouble(value.value);
    return number === undefined ? celError('cannot convert string to double') : celDouble(number);
  },
  bool: ([value = nothing]) => {
    if (value.kind === 'bool') return value;
    if (value.kind !== 'string') return undefined;
    if (/^(?:1|t|true|TRUE|True)$/.test(value.value)) return celBool(true);
    return /^(?:0|f|false|FALSE|False)$/.test(value.value) ? celBool(false) : celError("Type conversion error from 'string' to 'bool'");
  },
  string: ([value = nothing]) => {
    switch (value.kind) {
      case 'string':
        return value;
      case 'bytes':
        return isUtf8(value.value) ? celString(value.value) : celError('malformed UTF-8 bytes');
      case 'int':
      case 'uint':
        return celString(value.value.toString());
      case 'double':
        return celString(printDouble(value.value));
      case 'bool':
        return celString(String(value.value));
      case 'timestamp': {
        const problem = timestampProblem(value.value);
        return problem === undefined ? celString(printTimestamp(value.value)) : celError(problem);
      }
      case 'duration':
        return celString(printDuration(value.value));
      default:
        return undefined;
    }
  },
  bytes: ([value = nothing]) => (value.kind === 'bytes' || value.kind === 'string' ? { kind: 'bytes', value: value.value } : undefined),
  type: ([value = nothing]) => (value.kind === 'error' ? value : { kind: 'type', name: typeOf(value) }),
  dyn: ([value = nothing]) => value,
  timestamp: ([value = nothing]) => {
    if (value.kind === 'timestamp') return value;
    if (value.kind === 'int') return { kind: 'timestamp', value: value.value * 1_000_000_000n };
    if (value.kind !== 'string') return undefined;
    const ns = parseTimestamp(value.value);
    return ns === undefined ? celError('String to Timestamp conversion failed') : { kind: 'timestamp', value: ns };
  },
  duration: ([value = nothing]) => {
    if (value.kind === 'duration') return value;
    if (value.kind !== 'string') return undefined;
    const ns = parseDuration(value.value);
    if (ns === undefined) return celError('String to Duration conversion failed');
    const problem = durationProblem(ns);
    return problem === undefined ? { kind: 'duration', value: ns } : celError(problem);
  },
};

function isUtf8(bytes: ByteString): boolean {
  return utf8ToByteString(byteStringToUtf8(bytes)) === bytes;
}

/** `absl::SimpleAtoi`: blanks around the number do not matter; undefined if it is none or too great. */
function wholeNumber(text: string, form: RegExp, make: (value: bigint) => CelValue): CelValue | undefined {
  const digits = text.trim();
  if (!form.test(digits)) return undefined;
  const value = make(BigInt(digits.replace('+', '')));
  return value.kind === 'error' ? undefined : value;
}

/** `absl::SimpleAtod` */
function parseDouble(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^[-+]?nan$/i.test(trimmed)) return Number.NaN;
  const infinite = /^([-+]?)inf(?:inity)?$/i.exec(trimmed);
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity;
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(trimmed) ? Number(trimmed) : undefined;
}

/** The fewest digits that mean this number, with an exponent from 1e6 on and below 1e-4 (cel-cpp `StringConversion`, as measured). */
function printDouble(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (Object.is(value, -0)) return '-0';
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e6)) return String(value);
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits}e${exponent.charAt(0)}${exponent.slice(1).padStart(2, '0')}`;
}

function onStrings(
  [first = nothing, second = nothing]: readonly CelValue[],
  apply: (a: string, b: string) => CelValue,
): CelValue | undefined {
  return first.kind === 'string' && second.kind === 'string' ? apply(first.value, second.value) : undefined;
}

function matches(text: string, pattern: string): CelValue {
  try {
    return celBool(compileRe2(byteStringToUtf8(pattern)).test(text));
  } catch (error) {
    // the pattern is the user's; the answer is an error value
    return celError(`invalid regular expression: ${error instanceof Error ? error.message : pattern}`);
  }
}

/** Which forms a function has: `f(a)`, `a.f()`; by the number of arguments, the target among them. */
const forms: Readonly<Record<string, { readonly functions: readonly number[]; readonly methods: readonly number[] }>> = {
  ...Object.fromEntries(Object.keys(functions).map((name) => [name, { functions: [1], methods: [] }])),
  size: { functions: [1], methods: [1] },
  contains: { functions: [2], methods: [2] },
  startsWith: { functions: [2], methods: [2] },
  endsWith: { functions: [2], methods: [2] },
  matches: { functions: [2], methods: [2] },
  ...Object.fromEntries([...timePartNames].map((name) => [name, { functions: [], methods: [1, 2] }])),
};

/** Whether there is a function or method like this at all; an expression with any other is refused when it is made. */
export function isKnownCall({ target, name, args }: CelCall): boolean {
  const form = Object.hasOwn(forms, name) ? forms[name] : undefined;
  return target === undefined ? form?.functions.includes(args.length) === true : form?.methods.includes(args.length + 1) === true;
}

/** Calls a function with values; errors among them come back. */
export function callFunction(name: string, isMethod: boolean, args: readonly CelValue[]): CelValue {
  const broken = args.find(({ kind }) => kind === 'error');
  if (broken !== undefined) return broken;
  const result = timePartNames.has(name) ? timePart(name, args) : functions[name]?.(args);
  return result ?? noOverload(isMethod ? methodSignature(name, args) : signature(name, args));
}

function timePart(name: string, [of = nothing, zone]: readonly CelValue[]): CelValue | undefined {
  if (of.kind === 'timestamp') {
    if (zone !== undefined && zone.kind !== 'string') return undefined;
    const part = timestampPart(name, of.value, zone?.value);
    return part === undefined ? celError('Invalid timezone') : celInt(part);
  }
  const part = of.kind === 'duration' && zone === undefined ? durationPart(name, of.value) : undefined;
  return part === undefined ? undefined : celInt(part);
}
