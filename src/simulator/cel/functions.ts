import { byteStringToUtf8 } from '#base/bytes.ts';
import { compileRe2 } from '../matching/regex.ts';
import {
  durationPart,
  isInRange,
  parseDuration,
  parseTimestamp,
  printDuration,
  printTimestamp,
  timePartNames,
  timestampPart,
} from './times.ts';
import { celBool, celDouble, celError, celInt, celString, celUint, isNumber, kindName, typeOf, type CelValue } from './value.ts';

type CelFunction = (args: readonly CelValue[]) => CelValue | undefined;

const nothing: CelValue = { kind: 'null' };

/** Functions and methods by name (cel-cpp `runtime/standard`); a method's target is the first argument. Undefined: no overload fits. */
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
        return celInt(value.value / 1_000_000_000n);
      case 'string':
        return /^[-+]?\d+$/.test(value.value) ? celInt(BigInt(value.value.replace('+', ''))) : celError('cannot convert string to int');
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
        return /^\d+$/.test(value.value) ? celUint(BigInt(value.value)) : celError('cannot convert string to uint');
      default:
        return undefined;
    }
  },
  double: ([value = nothing]) => {
    if (isNumber(value)) return celDouble(Number(value.value));
    if (value.kind === 'bool') return celDouble(value.value ? 1 : 0);
    if (value.kind !== 'string') return undefined;
    const number = value.value.trim() === '' ? Number.NaN : Number(value.value);
    return Number.isNaN(number) && !/^[-+]?nan$/i.test(value.value) ? celError('cannot convert string to double') : celDouble(number);
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
        return celString(value.value);
      case 'int':
      case 'uint':
        return celString(value.value.toString());
      case 'double':
        return celString(String(value.value));
      case 'bool':
        return celString(String(value.value));
      case 'timestamp':
        return celString(printTimestamp(value.value));
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
    if (value.kind === 'int') return inRange(value.value * 1_000_000_000n);
    if (value.kind !== 'string') return undefined;
    const ns = parseTimestamp(value.value);
    return ns === undefined ? celError('String to Timestamp conversion failed') : inRange(ns);
  },
  duration: ([value = nothing]) => {
    if (value.kind === 'duration') return value;
    if (value.kind !== 'string') return undefined;
    const ns = parseDuration(byteStringToUtf8(value.value));
    return ns === undefined ? celError('String to Duration conversion failed') : { kind: 'duration', value: ns };
  },
};

function inRange(ns: bigint): CelValue {
  return isInRange(ns) ? { kind: 'timestamp', value: ns } : celError('timestamp overflow');
}

function onStrings(
  [first = nothing, second = nothing]: readonly CelValue[],
  apply: (a: string, b: string) => CelValue,
): CelValue | undefined {
  return first.kind === 'string' && second.kind === 'string' ? apply(first.value, second.value) : undefined;
}

function matches(text: string, pattern: string): CelValue {
  try {
    return celBool(compileRe2(byteStringToUtf8(pattern)).test(byteStringToUtf8(text)));
  } catch {
    return celError('Invalid regex for match'); // the pattern is the user's; the answer is an error value
  }
}

/** Whether there is a function or method of this name at all; an expression with any other is refused when it is made. */
export function isKnownFunction(name: string): boolean {
  return Object.hasOwn(functions, name) || timePartNames.has(name);
}

/** Calls a function with values; errors among them come back. */
export function callFunction(name: string, args: readonly CelValue[]): CelValue {
  const broken = args.find(({ kind }) => kind === 'error');
  if (broken !== undefined) return broken;
  const result = timePartNames.has(name) ? timePart(name, args) : functions[name]?.(args);
  return result ?? noOverload(name, args);
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

export function noOverload(name: string, args: readonly CelValue[]): CelValue {
  return celError(`No matching overloads found : ${name}(${args.map(kindName).join(', ')})`);
}
