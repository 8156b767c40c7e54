import type { ConfigReader } from '../config-reader.ts';
import type { Headers } from '../http/headers.ts';
import { lowerName } from '../http/headers.ts';
import { compileFullMatch } from './regex.ts';
import type { StringPredicate } from './string-matcher.ts';
import { compileStringMatcher } from './string-matcher.ts';

export type HeaderPredicate = (headers: Headers) => boolean;

/** `config.route.v3.HeaderMatcher` (envoy `source/common/http/header_utility.cc`): one of several lines of a name is enough (measured). */
export function compileHeaderMatcher(config: ConfigReader): HeaderPredicate {
  const name = lowerName(config.string('name'));
  const invert = config.bool('invert_match');
  const missingIsEmpty = config.bool('treat_missing_header_as_empty');
  if (config.has('present_match') || valueTest(config) === undefined) {
    const wanted = config.bool('present_match', true);
    if (missingIsEmpty) return () => wanted !== invert;
    return (headers) => (headers.has(name) === wanted) !== invert;
  }
  const test = valueTest(config) ?? (() => false);
  return (headers) => {
    // What is not there matches no value, also not the inverted one.
    if (!headers.has(name)) return missingIsEmpty && test('') !== invert;
    return headers.some(name, test) !== invert;
  };
}

function valueTest(config: ConfigReader): StringPredicate | undefined {
  const kind = config.which(
    'string_match',
    'exact_match',
    'safe_regex_match',
    'range_match',
    'prefix_match',
    'suffix_match',
    'contains_match',
  );
  switch (kind) {
    case undefined:
      return undefined;
    case 'string_match': {
      const matcher = config.message('string_match');
      return matcher === undefined ? undefined : compileStringMatcher(matcher);
    }
    case 'safe_regex_match':
      return compileFullMatch(config.message('safe_regex_match')?.string('regex') ?? '');
    case 'range_match': {
      const range = config.message('range_match');
      const start = range?.number('start', 0) ?? 0;
      const end = range?.number('end', 0) ?? 0;
      return (text) => /^\s*[-+]?\d+\s*$/.test(text) && Number(text) >= start && Number(text) < end;
    }
    default: {
      const want = config.string(kind);
      if (kind === 'exact_match') return (text) => text === want;
      if (kind === 'prefix_match') return (text) => text.startsWith(want);
      if (kind === 'suffix_match') return (text) => text.endsWith(want);
      return (text) => text.includes(want);
    }
  }
}

/** All of them must hold. */
export function compileHeaderMatchers(configs: readonly ConfigReader[]): HeaderPredicate {
  const list = configs.map(compileHeaderMatcher);
  if (list.length === 0) return () => true;
  return (headers) => list.every((test) => test(headers));
}
