import type { JsonObject } from '#base/json.ts';
import { goQuote } from '../../../api/go-json.ts';
import type { VerdictBuilder } from '../verdict.ts';
import { durationError } from '../words/durations.ts';
import { message, messages, number, text, textPairs, texts } from '../words/fields.ts';
import { changedHeaderError, isAuthorityHeader, requestHeaderError } from '../words/header-names.ts';
import { headerValueError } from '../words/header-values.ts';
import { checkDestination } from './destination.ts';
import { checkConflicts } from './http-conflicts.ts';
import { checkCors, checkFault } from './http-extras.ts';
import { checkHttpMatches } from './http-match.ts';
import { checkDirectResponse, checkRedirect, checkRetries, checkRewrite } from './http-actions.ts';
import { checkPresent, checkWeighted, checkWeights } from './stream-routes.ts';

export interface RouteContext {
  readonly isDelegate: boolean;
  /** Made from a Gateway API route by istiod. */
  readonly isConverted: boolean;
  readonly minor: number;
}

/** One HTTP route (istio/istio pkg/config/validation/virtualservice.go validateHTTPRoute). */
export function checkHttpRoute(route: JsonObject, context: RouteContext, out: VerdictBuilder): void {
  checkConflicts(route, context.isDelegate, out);
  const matches = messages(route, 'match');
  checkHttpMatches(matches, out.withoutWarnings(), context.minor);
  const headers = message(route, 'headers');
  if (headers !== undefined) checkHeaders(headers, out.at('headers'));
  const cors = message(route, 'corsPolicy');
  if (cors !== undefined) checkCors(cors, out.at('corsPolicy'), context.minor);
  const fault = message(route, 'fault');
  if (fault !== undefined) checkFault(fault, out.at('fault'));
  checkMirroring(route, out);
  const redirect = message(route, 'redirect');
  if (redirect !== undefined) checkRedirect(redirect, matches, out.at('redirect'), context.minor);
  const response = message(route, 'directResponse');
  if (response !== undefined) checkDirectResponse(response, out.at('directResponse'));
  const retries = message(route, 'retries');
  if (retries !== undefined) checkRetries(retries, out.at('retries'));
  const rewrite = message(route, 'rewrite');
  if (rewrite !== undefined) checkRewrite(rewrite, out.at('rewrite'));
  checkAuthority(rewrite ?? {}, headers ?? {}, out);
  const destinations = messages(route, 'route');
  for (const [index, one] of destinations.entries()) {
    const at = out.at('route', index);
    checkPresent(one, at);
    const own = message(one, 'headers');
    if (own !== undefined) checkHeaders(own, at.at('headers'));
    checkWeighted(one, context.isConverted, at);
  }
  checkWeights(destinations, out);
  out.check('istio/duration', durationError(route, 'timeout'), 'timeout');
}

/** Headers added, set and removed. */
function checkHeaders(headers: JsonObject, out: VerdictBuilder): void {
  for (const side of ['request', 'response']) {
    const operations = message(headers, side) ?? {};
    const nameError = side === 'request' ? requestHeaderError : changedHeaderError;
    for (const operation of ['add', 'set']) {
      for (const [name, value] of textPairs(operations, operation)) {
        out.check('istio/header-name', nameError(name), side, operation, name);
        out.check('istio/header-value', headerValueError(value), side, operation, name);
      }
    }
    for (const [index, name] of texts(operations, 'remove').entries())
      out.check('istio/header-name', changedHeaderError(name), side, 'remove', index);
  }
}

/** The authority may be changed in one place (validateAuthorityRewrite). */
function checkAuthority(rewrite: JsonObject, headers: JsonObject, out: VerdictBuilder): void {
  let current = text(rewrite, 'authority');
  const request = message(headers, 'request') ?? {};
  for (const operation of ['set', 'add']) {
    for (const [name, value] of textPairs(request, operation)) {
      if (!isAuthorityHeader(name)) continue;
      if (current !== '') {
        const what = `have ${goQuote(current)}, attempting to set ${goQuote(value)}`;
        out.error('istio/authority-twice', `authority header cannot be set multiple times: ${what}`, 'headers', 'request', operation, name);
        return;
      }
      current = value;
    }
  }
}

function checkMirroring(route: JsonObject, out: VerdictBuilder): void {
  if (route['mirrorPercent'] !== undefined) {
    const percent = number(route, 'mirrorPercent');
    if (percent > 100) out.error('istio/percent', `mirror_percent must have a max value of 100 (it has ${percent})`, 'mirrorPercent');
    out.warn('istio/field-deprecated', 'using deprecated setting "mirrorPercent", use "mirrorPercentage" instead', 'mirrorPercent');
  }
  const percentage = message(route, 'mirrorPercentage');
  if (percentage !== undefined) checkShare('mirror_percentage', percentage, out.at('mirrorPercentage'));
  checkDestination(message(route, 'mirror'), out.at('mirror'));
  for (const [index, mirror] of messages(route, 'mirrors').entries()) {
    const at = out.at('mirrors', index);
    const destination = message(mirror, 'destination');
    if (destination === undefined) {
      at.error('istio/destination-missing', 'destination is required for mirrors');
      continue;
    }
    checkDestination(destination, at.at('destination'));
    const share = message(mirror, 'percentage');
    if (share !== undefined) checkShare('mirror percentage', share, at.at('percentage'));
  }
}

function checkShare(name: string, percentage: JsonObject, out: VerdictBuilder): void {
  const value = number(percentage, 'value');
  if (value > 100) out.error('istio/percent', `${name} must have a max value of 100 (it has ${value.toFixed(6)})`, 'value');
  if (value < 0) out.error('istio/percent', `${name} must have a min value of 0 (it has ${value.toFixed(6)})`, 'value');
}
