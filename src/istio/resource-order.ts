import type { Resource } from './resource.ts';

/** The age istiod gives an object without `creationTimestamp` in this program: all such objects are of one second, so names decide. */
export const defaultCreationTime = '2020-01-01T00:00:00Z';

const times = new WeakMap<Resource, number>();

/** Seconds since 1970, as Kubernetes stores creation times. */
export function creationTime(resource: Resource): number {
  let time = times.get(resource);
  if (time === undefined) {
    const parsed = Date.parse(resource.creationTimestamp ?? defaultCreationTime);
    time = Math.floor((Number.isNaN(parsed) ? Date.parse(defaultCreationTime) : parsed) / 1000);
    times.set(resource, time);
  }
  return time;
}

/** Order of Go strings: by UTF-8 bytes, which is code point order. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    let x = a.charCodeAt(i);
    let y = b.charCodeAt(i);
    if (x === y) continue;
    // surrogates stand for code points above every other UTF-16 unit
    if (x >= 0xd800 && x < 0xe000) x += 0x10000;
    if (y >= 0xd800 && y < 0xe000) y += 0x10000;
    return x - y;
  }
  return a.length - b.length;
}

/** Older first, then name, then namespace (istio/istio `pilot/pkg/model/config.go configCompareByCreationTime`). */
export function compareByCreation(a: Resource, b: Resource): number {
  return creationTime(a) - creationTime(b) || compareText(a.name, b.name) || compareText(a.namespace, b.namespace);
}
