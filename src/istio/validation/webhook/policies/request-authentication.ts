import type { JsonObject } from '#base/json.ts';
import { goQuote } from '../../../api/go-json.ts';
import { parseGoUrl } from '../../../api/go-url.ts';
import type { Subject } from '../subject.ts';
import { checkOneTarget, checkSelector, checkTargetRef, checkTargetRefs } from '../targets.ts';
import { VerdictBuilder, type Verdict } from '../verdict.ts';
import { durationError } from '../words/durations.ts';
import { message, messages, text, texts } from '../words/fields.ts';
import { strictHeaderError } from '../words/header-names.ts';
import { readKeySet } from './key-set.ts';

/** The webhook on a RequestAuthentication (istio/istio pkg/config/validation/validation.go ValidateRequestAuthentication). */
export function validateRequestAuthentication({ spec, minor }: Subject): Verdict {
  const out = new VerdictBuilder();
  checkOneTarget(spec, out);
  checkSelector(spec, out);
  const targetRef = message(spec, 'targetRef');
  if (targetRef !== undefined) checkTargetRef(targetRef, ['targetRef'], minor, out);
  checkTargetRefs(spec, minor, out);
  for (const [index, rule] of messages(spec, 'jwtRules').entries()) checkRule(rule, out.at('jwtRules', index), minor.minor);
  return out.verdict;
}

function checkRule(rule: JsonObject, out: VerdictBuilder, minor: number): void {
  const error = (text: string, ...path: (string | number)[]): void => out.error('istio/jwt-rule', text, ...path);
  for (const [index, audience] of texts(rule, 'audiences').entries())
    if (audience === '') error('audience must be non-empty string', 'audiences', index);
  const uri = text(rule, 'jwksUri');
  if (text(rule, 'issuer') === '' && uri === '') error('issuer or jwksUri must be non-empty string');
  if (uri !== '') out.check('istio/jwks-uri', keySetUriError(uri), 'jwksUri');
  const jwks = text(rule, 'jwks');
  const keys = jwks === '' ? { secrets: [] } : readKeySet(jwks);
  if (keys.error !== undefined) out.error('istio/jwks', `jwks parse error: ${keys.error}`, 'jwks');
  for (const [index, header] of messages(rule, 'fromHeaders').entries())
    if (text(header, 'name') === '') error('location header name must be non-empty string', 'fromHeaders', index);
  for (const [index, name] of texts(rule, 'fromParams').entries())
    if (name === '') error('location query must be non-empty string', 'fromParams', index);
  for (const [index, name] of texts(rule, 'fromCookies').entries())
    if (name === '') error('cookie name must be non-empty string', 'fromCookies', index);
  for (const [index, one] of messages(rule, 'outputClaimToHeaders').entries()) {
    const header = text(one, 'header');
    const at = ['outputClaimToHeaders', index] as const;
    if (text(one, 'claim') === '' || header === '') error('outputClaimToHeaders header and claim value must be non-empty string', ...at);
    else out.check('istio/header-name', strictHeaderError(header), ...at, 'header');
  }
  out.check('istio/duration', durationError(rule, 'timeout'), 'timeout');
  if (minor < 30) return;
  for (const index of keys.secrets ?? []) {
    const why = 'contains private key material; only public keys are used for verification';
    out.warn('istio/jwks-secret', `jwks key at index ${index} ${why}`, 'jwks');
  }
}

/** pkg/config/security/security.go ParseJwksURI. */
function keySetUriError(uri: string): string | undefined {
  const { url, error } = parseGoUrl(uri);
  if (url === undefined) return error;
  return url.scheme === 'http' || url.scheme === 'https' ? undefined : `URI scheme ${goQuote(url.scheme)} is not supported`;
}
