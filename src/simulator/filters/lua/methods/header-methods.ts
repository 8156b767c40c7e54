import type { Headers } from '../../../http/headers.ts';
import { lowerName } from '../../../http/headers.ts';
import { pairsOf } from '../lua-json.ts';
import type { HostClass } from '../objects.ts';
import { ScriptError } from '../script-error.ts';
import type { StreamRun } from '../stream-run.ts';
import { logMethods } from './log-methods.ts';

/** Headers or trailers in the hands of a script. */
export interface ScriptHeaders {
  readonly map: Headers;
  /** Asked before every change; false: they have gone on already. */
  readonly modifiable: () => boolean;
  iterating: boolean;
}

function checkModifiable(headers: ScriptHeaders): void {
  if (headers.iterating) throw new ScriptError('header map cannot be modified while iterating');
  if (!headers.modifiable()) throw new ScriptError('header map can no longer be modified');
}

/** envoy `HeaderMapWrapper`. */
export const headerClass: HostClass<ScriptHeaders, StreamRun> = {
  name: 'headers',
  cppName: 'N5Envoy10Extensions11HttpFilters3Lua16HeaderMapWrapperE',
  methods: {
    ...logMethods,
    add(headers, args) {
      checkModifiable(headers);
      const name = lowerName(args.string(2));
      headers.map.add(name, args.string(3));
      return [];
    },
    get({ map }, args) {
      const value = map.joined(lowerName(args.string(2)));
      return value === undefined ? [] : [value];
    },
    getAtIndex({ map }, args) {
      const values = map.all(lowerName(args.string(2)));
      const value = values[Math.trunc(args.number(3))];
      return value === undefined ? [] : [value];
    },
    getNumValues: ({ map }, args) => [map.all(lowerName(args.string(2))).length],
    replace(headers, args) {
      checkModifiable(headers);
      const name = lowerName(args.string(2));
      headers.map.replace(name, args.string(3));
      return [];
    },
    remove(headers, args) {
      checkModifiable(headers);
      headers.map.remove(lowerName(args.string(2)));
      return [];
    },
    setHttp1ReasonPhrase(headers, args) {
      checkModifiable(headers);
      args.string(2);
      return [];
    },
    pairs(headers) {
      if (headers.iterating) throw new ScriptError('cannot create a second iterator before completing the first');
      headers.iterating = true;
      return [pairsOf(headers.map.entries())];
    },
    'pairs done'(headers) {
      headers.iterating = false;
      return [];
    },
  },
};
