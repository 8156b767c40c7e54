import { asArray, asObject, asString, isObject, type JsonObject, type JsonPath } from '#base/json.ts';
import { isEnvoyFilter } from '../../envoyfilter/read.ts';
import type { Resource } from '../../resource.ts';
import type { ValidationContext } from '../context.ts';

/** One `configPatches` entry as written. */
export interface PatchText {
  readonly resource: Resource;
  readonly index: number;
  readonly path: JsonPath;
  readonly applyTo: string;
  readonly operation: string;
  readonly context: string;
  readonly match: JsonObject;
  readonly listener: JsonObject | undefined;
  /** `match.listener.filterChain.filter`. */
  readonly filter: JsonObject | undefined;
  readonly subFilter: string | undefined;
  readonly value: JsonObject | undefined;
}

export function patchTexts(context: ValidationContext): readonly PatchText[] {
  return context.resources.filter(isEnvoyFilter).flatMap((resource) =>
    asArray(asObject(resource.raw['spec'])['configPatches']).map((item, index): PatchText => {
      const entry = asObject(item);
      const match = asObject(entry['match']);
      const patch = asObject(entry['patch']);
      const listener = isObject(match['listener']) ? match['listener'] : undefined;
      const chain = asObject(listener?.['filterChain']);
      const filter = isObject(chain['filter']) ? chain['filter'] : undefined;
      return {
        resource,
        index,
        path: ['spec', 'configPatches', index],
        applyTo: asString(entry['applyTo']) ?? '',
        operation: asString(patch['operation']) ?? '',
        context: asString(match['context']) ?? 'ANY',
        match,
        listener,
        filter,
        subFilter: asString(asObject(filter?.['subFilter'])['name']),
        value: isObject(patch['value']) ? patch['value'] : undefined,
      };
    }),
  );
}

/** A field of a value in either spelling. */
export function fieldOf(value: JsonObject, name: string): JsonObject[string] {
  return value[name] ?? value[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
}
