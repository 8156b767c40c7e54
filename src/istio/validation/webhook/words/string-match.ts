import type { JsonObject } from '#base/json.ts';
import { goQuote } from '../../../api/go-json.ts';
import { compileGoRegExp } from '../../../api/go-regexp.ts';
import { text } from './fields.ts';
import { bytes } from './names.ts';

/** A StringMatch (istio/istio pkg/config/validation/validation.go validateStringMatch). */
export function stringMatchError(match: JsonObject, where: string): string | undefined {
  if (match['prefix'] === '') return `${goQuote(where)}: prefix string match should not be empty`;
  return regexMatchError(match, where);
}

/** Only the regular expression, if it is one. */
export function regexMatchError(match: JsonObject, where: string): string | undefined {
  if (match['regex'] === undefined) return undefined;
  const regex = text(match, 'regex');
  return regex === '' ? `${goQuote(where)}: regex string match should not be empty` : regexError(regex, where);
}

export function regexError(regex: string, where: string): string | undefined {
  if (bytes(regex) > 1024) return `${goQuote(where)}: regex is too large, max length allowed is 1024`;
  const { error } = compileGoRegExp(regex);
  if (error === undefined) return undefined;
  return `${goQuote(where)}: ${error}; Istio uses RE2 style regex-based match (https://github.com/google/re2/wiki/Syntax)`;
}
