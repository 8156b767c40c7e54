import type { JsonObject } from '#base/json.ts';
import { goFloat, goQuote } from '../../../api/go-json.ts';
import type { VerdictBuilder } from '../verdict.ts';
import { durationError, nanoseconds } from '../words/durations.ts';
import { member, message, messages, number, text, texts } from '../words/fields.ts';
import { corsHeaderError } from '../words/header-names.ts';
import { regexMatchError } from '../words/string-match.ts';

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE']);

/** istio/istio pkg/config/validation/validation.go validateCORSPolicy; `*` as a method since 1.25. */
export function checkCors(cors: JsonObject, out: VerdictBuilder, minor: number): void {
  for (const [index, origin] of messages(cors, 'allowOrigins').entries()) {
    const kind = member(origin, 'exact', 'prefix', 'regex');
    const isEmpty = kind === undefined || text(origin, kind) === '';
    const error = isEmpty ? "'' is not a valid match type for CORS allow origins" : regexMatchError(origin, 'corsPolicy.allowOrigins');
    out.check('istio/string-match', error, 'allowOrigins', index);
  }
  for (const [index, method] of texts(cors, 'allowMethods').entries())
    if (!methods.has(method) && !(method === '*' && minor >= 25))
      out.error('istio/cors-method', `${goQuote(method)} is not a supported HTTP method`, 'allowMethods', index);
  for (const field of ['allowHeaders', 'exposeHeaders'])
    for (const [index, name] of texts(cors, field).entries()) out.check('istio/header-name', corsHeaderError(name, minor), field, index);
  out.check('istio/duration', durationError(cors, 'maxAge'), 'maxAge');
  if (nanoseconds(cors, 'maxAge') % 1_000_000_000n > 0n)
    out.error('istio/duration', 'max_age duration is accurate only to seconds precision', 'maxAge');
}

const grpcStatuses: ReadonlySet<string> = new Set([
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
]);

/** validateHTTPFaultInjection; its warnings get lost. */
export function checkFault(fault: JsonObject, out: VerdictBuilder): void {
  const abort = message(fault, 'abort');
  const delay = message(fault, 'delay');
  if (abort === undefined && delay === undefined) out.error('istio/fault', 'HTTP fault injection must have an abort and/or a delay');
  if (abort !== undefined) checkAbort(abort, out.at('abort'));
  if (delay === undefined) return;
  const at = out.at('delay');
  checkPercentage(delay, at);
  at.check('istio/duration', durationError(delay, 'fixedDelay'), 'fixedDelay');
  at.check('istio/duration', durationError(delay, 'exponentialDelay'), 'exponentialDelay');
  if (delay['exponentialDelay'] !== undefined) at.error('istio/fault', 'exponentialDelay not supported yet', 'exponentialDelay');
}

function checkAbort(abort: JsonObject, out: VerdictBuilder): void {
  checkPercentage(abort, out);
  if (abort['grpcStatus'] !== undefined) {
    const status = text(abort, 'grpcStatus');
    if (grpcStatuses.has(status)) return;
    const see = 'See https://github.com/grpc/grpc/blob/master/doc/statuscodes.md for a list of supported codes';
    out.error('istio/status', `gRPC status ${goQuote(status)} is not supported. ${see}, for example 'NOT_FOUND'`, 'grpcStatus');
  } else if (abort['http2Error'] !== undefined) {
    out.error('istio/fault', 'HTTP/2 abort fault injection not supported yet', 'http2Error');
  } else if (abort['httpStatus'] !== undefined) out.check('istio/status', httpStatusError(number(abort, 'httpStatus')), 'httpStatus');
}

export function httpStatusError(status: number): string | undefined {
  return status < 200 || status > 600 ? `HTTP status ${status} is not in range 200-599` : undefined;
}

function checkPercentage(of: JsonObject, out: VerdictBuilder): void {
  const percentage = message(of, 'percentage');
  if (percentage === undefined) return;
  const value = number(percentage, 'value');
  const isTiny = value > 0 && value < 0.0001;
  if (value < 0 || value > 100 || isTiny)
    out.error('istio/percent', `percentage ${goFloat(value)} is neither 0.0, nor in range [0.0001, 100.0]`, 'percentage', 'value');
}
