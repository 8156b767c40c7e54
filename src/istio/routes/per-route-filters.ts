import { asArray, asNumber, asObject, asString, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { TypedConfig } from '#envoy/listener.ts';
import { message, typed, unlessDefault } from '../proto-json.ts';
import { strings } from '../collections.ts';
import type { EndpointPicker } from '../gateway-api/inference-pools.ts';
import { fraction, stringMatch } from './translate-match.ts';

/** Configuration that a route gives to a filter (istio/istio `pilot/pkg/networking/core/route/route.go`). */

const grpcCodes = [
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
];

/** Delays and aborts (`TranslateFault`). */
export function faultFilter(fault: JsonValue | undefined): TypedConfig | undefined {
  if (!isObject(fault)) return undefined;
  const delay = fault['delay'];
  const fixedDelay = isObject(delay) ? asString(delay['fixedDelay']) : undefined;
  const abort = abortOf(fault['abort']);
  const type = 'envoy.extensions.filters.http.fault.v3.HTTPFault';
  if (fixedDelay === undefined && abort === undefined) return typed(type);
  return typed(type, {
    delay:
      fixedDelay === undefined
        ? undefined
        : { fixedDelay, percentage: fraction(asObject(delay)['percentage'], asObject(delay)['percent']) },
    abort,
  });
}

function abortOf(abort: JsonValue | undefined): JsonObject | undefined {
  if (!isObject(abort)) return undefined;
  const status = asNumber(abort['httpStatus']);
  const grpc = asString(abort['grpcStatus']);
  if (status === undefined && grpc === undefined) return undefined;
  return message({
    ...(status === undefined ? { grpcStatus: Math.max(0, grpcCodes.indexOf(grpc ?? '')) } : { httpStatus: status }),
    percentage: isObject(abort['percentage']) ? fraction(abort['percentage'], undefined) : undefined,
  });
}

/** `TranslateCORSPolicy`. */
export function corsPolicy(policy: JsonValue | undefined): TypedConfig | undefined {
  if (!isObject(policy)) return undefined;
  const origins = asArray(policy['allowOrigins'])
    .filter(isObject)
    .map(stringMatch)
    .filter((matcher) => matcher !== undefined);
  const older = strings(policy['allowOrigin']).map((exact) => ({ exact }));
  const maxAge = /^(\d+)/.exec(asString(policy['maxAge']) ?? '')?.[1];
  const list = (field: string): string | undefined => unlessDefault(strings(policy[field]).join(','));
  return typed('envoy.extensions.filters.http.cors.v3.CorsPolicy', {
    allowOriginStringMatch: unlessDefault(policy['allowOrigins'] === undefined ? older : origins),
    allowMethods: list('allowMethods'),
    allowHeaders: list('allowHeaders'),
    exposeHeaders: list('exposeHeaders'),
    maxAge,
    allowCredentials: typeof policy['allowCredentials'] === 'boolean' ? policy['allowCredentials'] : undefined,
    filterEnabled: { defaultValue: { numerator: 100 } },
    forwardNotMatchingPreflights: policy['unmatchedPreflights'] !== 'IGNORE',
  });
}

/** Whole messages go to and fro between the gateway and the picker, on these routes alone (`TranslateRoute`). */
export function endpointPickerOverrides(picker: EndpointPicker | undefined): JsonObject {
  if (picker === undefined) return {};
  return {
    'envoy.filters.http.ext_proc': typed('envoy.extensions.filters.http.ext_proc.v3.ExtProcPerRoute', {
      overrides: {
        processingMode: {
          requestHeaderMode: 'SEND',
          responseHeaderMode: 'SEND',
          requestBodyMode: 'FULL_DUPLEX_STREAMED',
          responseBodyMode: 'FULL_DUPLEX_STREAMED',
          requestTrailerMode: 'SEND',
          responseTrailerMode: 'SEND',
        },
        grpcService: { envoyGrpc: { clusterName: `outbound|${goInteger(picker.port)}||${picker.host}` } },
        failureModeAllow: picker.failureModeAllow,
      },
    }),
  };
}

/** A number in a label; what is none counts as 0. */
function goInteger(text: string): number {
  return /^[+-]?\d+$/.test(text) ? Number(text) : 0;
}
