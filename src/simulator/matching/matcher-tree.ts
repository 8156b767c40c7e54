import { asObject } from '#base/json.ts';
import { ConfigReader } from '../config-reader.ts';
import type { StringPredicate } from './string-matcher.ts';
import { compileStringMatcher } from './string-matcher.ts';

/** Reads what is matched: undefined where there is nothing. */
export type MatchInput<Subject> = (subject: Subject) => string | undefined;

/** What a kind of matcher needs to know: its inputs and its actions, by the message of their configuration. */
export interface MatcherKind<Subject, Action> {
  /** Undefined: an input that is not simulated; it matches nothing. */
  input(type: string, config: ConfigReader): MatchInput<Subject> | undefined;
  action(type: string, config: ConfigReader): Action;
  /** A matcher of another kind than text, with the text of its input; undefined: not simulated, it matches nothing. */
  custom?(type: string, config: ConfigReader): ((subject: Subject, text: string | undefined) => boolean) | undefined;
}

/** The first action that fits. */
export type MatcherTree<Subject, Action> = (subject: Subject) => Action | undefined;

/** An `xds.type.matcher.v3.Matcher` (envoy `source/common/matcher/`): a list of conditions or a map, with matchers inside. */
export function compileMatcherTree<Subject, Action>(
  config: ConfigReader,
  kind: MatcherKind<Subject, Action>,
): MatcherTree<Subject, Action> {
  const list = config.message('matcher_list');
  const tree = config.message('matcher_tree');
  const otherwise = compileOnMatch(config.message('on_no_match'), kind);
  const steps = list?.messages('matchers').map((matcher) => {
    const test = compilePredicate(matcher.message('predicate'), kind);
    const then = compileOnMatch(matcher.message('on_match'), kind);
    // An action with `keep_matching` is passed over.
    const keeps = matcher.message('on_match')?.bool('keep_matching') === true;
    return (subject: Subject) => (!keeps && test(subject) ? then(subject) : undefined);
  });
  const byMap = tree === undefined ? undefined : compileMap(tree, kind);
  return (subject) => {
    for (const step of steps ?? []) {
      const found = step(subject);
      if (found !== undefined) return found;
    }
    return byMap?.(subject) ?? otherwise(subject);
  };
}

function compileOnMatch<Subject, Action>(
  config: ConfigReader | undefined,
  kind: MatcherKind<Subject, Action>,
): MatcherTree<Subject, Action> {
  const inner = config?.message('matcher');
  if (inner !== undefined) return compileMatcherTree(inner, kind);
  const message = config?.message('action')?.any('typed_config');
  if (message === undefined) return () => undefined;
  const action = kind.action(typeOf(message), message);
  return () => action;
}

function compilePredicate<Subject, Action>(
  config: ConfigReader | undefined,
  kind: MatcherKind<Subject, Action>,
): (subject: Subject) => boolean {
  const single = config?.message('single_predicate');
  if (single !== undefined) return compileSingle(single, kind);
  for (const name of ['or_matcher', 'and_matcher'] as const) {
    const tests = config
      ?.message(name)
      ?.messages('predicate')
      .map((predicate) => compilePredicate(predicate, kind));
    if (tests === undefined) continue;
    return name === 'or_matcher' ? (subject) => tests.some((test) => test(subject)) : (subject) => tests.every((test) => test(subject));
  }
  const not = config?.message('not_matcher');
  if (not === undefined) return () => false;
  const test = compilePredicate(not, kind);
  return (subject) => !test(subject);
}

function compileSingle<Subject, Action>(config: ConfigReader, kind: MatcherKind<Subject, Action>): (subject: Subject) => boolean {
  const input = compileInput(config, kind);
  const message = config.message('custom_match')?.any('typed_config');
  const custom = message === undefined ? undefined : kind.custom?.(typeOf(message), message);
  if (custom !== undefined) return (subject) => custom(subject, input(subject));
  const value = config.message('value_match');
  const test: StringPredicate = value === undefined ? () => false : compileStringMatcher(value);
  return (subject) => {
    const text = input(subject);
    return text !== undefined && test(text);
  };
}

function compileMap<Subject, Action>(config: ConfigReader, kind: MatcherKind<Subject, Action>): MatcherTree<Subject, Action> {
  const input = compileInput(config, kind);
  const entries = (name: string): ReadonlyMap<string, MatcherTree<Subject, Action>> => {
    const map = config.message(name);
    const values = Object.entries(asObject(map?.raw('map')));
    return new Map(values.map(([key, value]) => [key, compileOnMatch(new ConfigReader(value), kind)]));
  };
  const exact = entries('exact_match_map');
  const prefixes = [...entries('prefix_match_map')].toSorted(([a], [b]) => b.length - a.length);
  return (subject) => {
    const text = input(subject);
    if (text === undefined) return undefined;
    const found = exact.get(text)?.(subject);
    if (found !== undefined) return found;
    // A longer prefix that leads nowhere leaves it to the shorter ones.
    for (const [prefix, then] of prefixes) {
      const action = text.startsWith(prefix) ? then(subject) : undefined;
      if (action !== undefined) return action;
    }
    return undefined;
  };
}

function compileInput<Subject, Action>(config: ConfigReader, kind: MatcherKind<Subject, Action>): MatchInput<Subject> {
  const message = config.message('input')?.any('typed_config');
  const input = message === undefined ? undefined : kind.input(typeOf(message), message);
  return input ?? (() => undefined);
}

function typeOf(message: ConfigReader): string {
  const url = message.typeUrl;
  return url.slice(url.lastIndexOf('/') + 1);
}
