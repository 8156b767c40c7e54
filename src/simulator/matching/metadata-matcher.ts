import type { JsonObject, JsonValue } from '#base/json.ts';
import { getIn, isArray } from '#base/json.ts';
import type { ConfigReader } from '../config-reader.ts';
import { compileStringMatcher } from './string-matcher.ts';

export type ValuePredicate = (value: JsonValue | undefined) => boolean;

/** `type.matcher.v3.ValueMatcher`. */
export function compileValueMatcher(config: ConfigReader | undefined): ValuePredicate {
  const kind = config?.which('null_match', 'double_match', 'string_match', 'bool_match', 'present_match', 'list_match', 'or_match');
  if (config === undefined || kind === undefined) return () => false;
  switch (kind) {
    case 'null_match':
      return (value) => value === null;
    case 'bool_match': {
      const wanted = config.bool('bool_match');
      return (value) => value === wanted;
    }
    case 'present_match': {
      const wanted = config.bool('present_match');
      return (value) => wanted && value !== undefined;
    }
    case 'double_match': {
      const matcher = config.message('double_match');
      const range = matcher?.message('range');
      const exact = matcher?.number('exact');
      if (exact !== undefined) return (value) => value === exact;
      const start = range?.number('start', 0) ?? 0;
      const end = range?.number('end', 0) ?? 0;
      return (value) => typeof value === 'number' && value >= start && value < end;
    }
    case 'string_match': {
      const matcher = config.message('string_match');
      const test = matcher === undefined ? () => false : compileStringMatcher(matcher);
      return (value) => typeof value === 'string' && test(value);
    }
    case 'list_match': {
      const test = compileValueMatcher(config.message('list_match')?.message('one_of'));
      return (value) => isArray(value) && value.some(test);
    }
    default: {
      const tests = config.message('or_match')?.messages('value_matchers').map(compileValueMatcher) ?? [];
      return (value) => tests.some((test) => test(value));
    }
  }
}

/** `type.matcher.v3.MetadataMatcher` over metadata by filter name. */
export function compileMetadataMatcher(config: ConfigReader): (metadata: ReadonlyMap<string, JsonObject>) => boolean {
  const filter = config.string('filter');
  const path = config.messages('path').map((step) => step.string('key'));
  const test = compileValueMatcher(config.message('value'));
  const invert = config.bool('invert');
  return (metadata) => test(getIn(metadata.get(filter), path)) !== invert;
}
