import { byteStringToUtf8, utf8ToByteString } from '#base/bytes.ts';
import type { JsonObject } from '#base/json.ts';
import { jsonToLua, luaToJson, pairsOf, structToLua } from '../lua-json.ts';
import type { HostClass } from '../objects.ts';
import { ScriptError } from '../script-error.ts';
import type { StreamRun } from '../stream-run.ts';
import { logMethods } from './log-methods.ts';

interface Iterable {
  iterating: boolean;
}

function beginIteration(target: Iterable): void {
  if (target.iterating) throw new ScriptError('cannot create a second iterator before completing the first');
  target.iterating = true;
}

function endIteration(target: Iterable): [] {
  target.iterating = false;
  return [];
}

/** envoy `MetadataMapWrapper`: metadata of a route, or the filter's context. */
export const metadataClass: HostClass<{ readonly struct: JsonObject } & Iterable, StreamRun> = {
  name: 'metadata',
  cppName: 'N5Envoy10Extensions7Filters6Common3Lua18MetadataMapWrapperE',
  methods: {
    ...logMethods,
    get({ struct }, args) {
      const key = byteStringToUtf8(args.string(2));
      return Object.hasOwn(struct, key) ? [jsonToLua(struct[key])] : [];
    },
    pairs(target) {
      beginIteration(target);
      return [pairsOf(Object.entries(target.struct).map(([key, value]) => [utf8ToByteString(key), jsonToLua(value)]))];
    },
    'pairs done': endIteration,
  },
};

/** envoy `DynamicMetadataMapWrapper`: of the stream, writable, or of the connection. */
export const dynamicMetadataClass: HostClass<
  { readonly namespaces: ReadonlyMap<string, JsonObject>; readonly writable: boolean } & Iterable,
  StreamRun
> = {
  name: 'dynamicMetadata',
  cppName: 'N5Envoy10Extensions11HttpFilters3Lua25DynamicMetadataMapWrapperE',
  methods: {
    ...logMethods,
    get({ namespaces }, args) {
      const struct = namespaces.get(byteStringToUtf8(args.string(2)));
      return struct === undefined ? [] : [structToLua(struct)];
    },
    set(target, args, run) {
      if (target.iterating) throw new ScriptError('dynamic metadata map cannot be modified while iterating');
      const namespace = byteStringToUtf8(args.string(2));
      const key = byteStringToUtf8(args.string(3));
      run.stream.info.setDynamicMetadata(namespace, { [key]: luaToJson(args.at(4)) });
      return [];
    },
    pairs(target) {
      beginIteration(target);
      return [pairsOf([...target.namespaces].map(([key, struct]) => [utf8ToByteString(key), structToLua(struct)]))];
    },
    'pairs done': endIteration,
  },
};
