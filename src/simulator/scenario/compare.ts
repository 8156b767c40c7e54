import type { JsonValue } from '#base/json.ts';
import { isArray, isObject } from '#base/json.ts';
import { SERVICE_TIME } from './normalise.ts';
import { refusalPlace } from './refusal.ts';

/** One place where what was observed is not what was recorded. */
export interface Difference {
  readonly path: string;
  readonly expected: JsonValue | undefined;
  readonly observed: JsonValue | undefined;
}

/** Parts of a recording that say how Envoy was watched, not what it did. */
const informative = new Set(['raw', 'mainThread', 'trace', 'envoy']);

/** What differs, by the rules of the format: everything but raw lines, the main thread and code offsets of back traces, and the keys in `skipped`. */
export function compareObserved(
  expected: JsonValue | undefined,
  observed: JsonValue | undefined,
  path = '',
  skipped: readonly string[] = [],
): readonly Difference[] {
  if (isArray(expected) && isArray(observed)) {
    if (expected[0] === SERVICE_TIME && observed[0] === SERVICE_TIME) return [];
    const length = Math.max(expected.length, observed.length);
    return Array.from({ length }, (_, i) => compareObserved(expected[i], observed[i], `${path}/${i}`, skipped)).flat();
  }
  if (isObject(expected) && isObject(observed)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(observed)]);
    if (isCutOff(expected['upstream']) && isCutOff(observed['upstream'])) keys.delete('upstream');
    return [...keys]
      .filter((key) => !informative.has(key) && !skipped.includes(key))
      .flatMap((key) => compareObserved(meaning(key, expected[key]), meaning(key, observed[key]), `${path}/${key}`, skipped));
  }
  return expected === observed ? [] : [{ path, expected, observed }];
}

/** A request that was cut off may have reached the upstream or not: that depends on whether its connection stood already. */
function isCutOff(upstream: JsonValue | undefined): boolean {
  return upstream === null || (isObject(upstream) && upstream['aborted'] === true);
}

/** A start or end that tells only of the main thread counts as absent. */
function meaning(key: string, value: JsonValue | undefined): JsonValue | undefined {
  if ((key === 'start' || key === 'end') && isObject(value) && Object.keys(value).every((name) => informative.has(name))) return undefined;
  if (key === 'rejected' && typeof value === 'string') return refusalPlace(value);
  if (key === 'host' && typeof value === 'string') return value.replaceAll(/0x[0-9a-f]+/g, '0x');
  return value;
}
