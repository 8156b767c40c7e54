import type { Result } from '#base/result.ts';
import { fail, ok } from '#base/result.ts';
import { buildAutomaton } from './automaton.ts';

/** A schema's `pattern`. Undefined: it cannot be tested on this text in bounded time. */
export type Pattern = (text: string) => boolean | undefined;

/** A pattern that backtracks may double its work with every character. */
const maxBacktrackingLength = 24;
const maxAutomatonLength = 100_000;

const cache = new Map<string, Result<Pattern>>();

/**
 * Compiles a pattern of a schema. Schemas come from strangers, and the engine's own matcher can be made to run for ever, so
 * regular patterns run on an automaton (time linear in the text) and the few others, with back references or look-around, only
 * on short texts. Fails for what is no regular expression.
 */
export function compilePattern(source: string): Result<Pattern> {
  const known = cache.get(source);
  if (known !== undefined) return known;
  const made = make(source);
  if (cache.size > 1000) cache.clear();
  cache.set(source, made);
  return made;
}

function make(source: string): Result<Pattern> {
  // JSON Schema asks for Unicode mode (core §6.4), but schemas with escapes such as `\-`, legal only without it, are common.
  const unicode = compile(source, 'u');
  const expression = unicode.ok ? unicode : compile(source, '');
  if (!expression.ok) return expression;
  const automaton = buildAutomaton(source, unicode.ok ? 'u' : '');
  if (automaton !== undefined) return ok((text) => (text.length > maxAutomatonLength ? undefined : automaton(text)));
  return ok((text) => (text.length > maxBacktrackingLength ? undefined : expression.value.test(text)));
}

function compile(source: string, flags: '' | 'u'): Result<RegExp> {
  try {
    return ok(new RegExp(source, flags));
  } catch (error) {
    return fail('bad-pattern', error instanceof Error ? error.message : String(error));
  }
}
