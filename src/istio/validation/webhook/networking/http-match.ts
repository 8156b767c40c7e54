import type { JsonObject } from '#base/json.ts';
import type { VerdictBuilder } from '../verdict.ts';
import { message, pairs, text } from '../words/fields.ts';
import { matchHeaderError } from '../words/header-names.ts';
import { isDnsLabel } from '../words/names.ts';
import { regexMatchError, stringMatchError } from '../words/string-match.ts';
import { checkOrigin } from './stream-routes.ts';

/** istio/istio pkg/config/validation/virtualservice.go validateHTTPRouteMatchRequest. */
export function checkHttpMatches(matches: readonly JsonObject[], out: VerdictBuilder, minor: number): void {
  for (const [index, match] of matches.entries()) checkTexts(match, out.at('match', index), minor);
  for (const [index, match] of matches.entries()) {
    const at = out.at('match', index);
    checkOrigin(match, at);
    const namespace = text(match, 'sourceNamespace');
    if (namespace !== '' && !isDnsLabel(namespace))
      at.error('istio/namespace-invalid', `sourceNamespace match ${namespace} is invalid`, 'sourceNamespace');
  }
}

function checkTexts(match: JsonObject, out: VerdictBuilder, minor: number): void {
  for (const [name, matcher] of pairs(match, 'headers')) {
    out.check('istio/header-name', matchHeaderError(name, minor), 'headers', name);
    out.check('istio/string-match', stringMatchError(matcher, 'headers'), 'headers', name);
  }
  for (const [name, matcher] of pairs(match, 'withoutHeaders')) {
    out.check('istio/header-name', matchHeaderError(name, minor), 'withoutHeaders', name);
    // `*` stands for "is there" and is not read as an expression.
    if (matcher['regex'] !== '*') out.check('istio/string-match', stringMatchError(matcher, 'withoutHeaders'), 'withoutHeaders', name);
  }
  const uri = message(match, 'uri');
  if (uri !== undefined) out.check('istio/string-match', regexMatchError(uri, 'uri'), 'uri');
  for (const field of ['scheme', 'method', 'authority'])
    out.check('istio/string-match', stringMatchError(message(match, field) ?? {}, field), field);
  for (const [name, matcher] of pairs(match, 'queryParams'))
    out.check('istio/string-match', stringMatchError(matcher, 'queryParams'), 'queryParams', name);
}
