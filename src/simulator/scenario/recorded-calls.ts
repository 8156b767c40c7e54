import type { JsonObject, JsonValue } from '#base/json.ts';
import { shownBody } from '../upstreams/body-spec.ts';
import type { CallRecord } from '../upstreams/clusters.ts';

/** A request to a cluster in the shape of a recording. */
export function upstreamCall(call: CallRecord): JsonObject {
  return {
    headers: call.headers.map((pair) => [...pair]),
    body: shownBody(call.body),
    ...(call.trailers === undefined ? {} : { trailers: call.trailers.map((pair) => [...pair]) }),
    ...(call.aborted ? { aborted: true } : {}),
  };
}

export function calloutOf(call: CallRecord): JsonObject {
  return { cluster: call.cluster, ...upstreamCall(call) };
}

/** What cluster `upstream` got: nothing, one request, or a list. */
export function upstreamOf(calls: readonly CallRecord[]): JsonValue {
  const list = calls.map(upstreamCall);
  const [first] = list;
  return first === undefined ? null : list.length === 1 ? first : list;
}
