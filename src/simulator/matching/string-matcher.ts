import { ConfigError } from '../config-error.ts';
import type { ConfigReader } from '../config-reader.ts';
import { compileFullMatch } from './regex.ts';

export type StringPredicate = (text: string) => boolean;

/** `type.matcher.v3.StringMatcher` (envoy `source/common/common/matchers.h` `StringMatcherImpl`). */
export function compileStringMatcher(config: ConfigReader): StringPredicate {
  const ignoreCase = config.bool('ignore_case');
  const kind = config.which('exact', 'prefix', 'suffix', 'contains', 'safe_regex');
  if (kind === 'safe_regex') return compileFullMatch(config.message('safe_regex')?.string('regex') ?? '');
  if (kind === undefined) throw new ConfigError('StringMatcher: field match_pattern is required');
  const wanted = config.string(kind);
  const want = ignoreCase ? lower(wanted) : wanted;
  const test = textTests[kind];
  return ignoreCase ? (text) => test(lower(text), want) : (text) => test(text, want);
}

const textTests = {
  exact: (text: string, want: string): boolean => text === want,
  prefix: (text: string, want: string): boolean => text.startsWith(want),
  suffix: (text: string, want: string): boolean => text.endsWith(want),
  contains: (text: string, want: string): boolean => text.includes(want),
};

function lower(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** True if one of the matchers holds; undefined if there are none. */
export function compileAny(configs: readonly ConfigReader[]): StringPredicate | undefined {
  if (configs.length === 0) return undefined;
  const list = configs.map(compileStringMatcher);
  return (text) => list.some((test) => test(text));
}
