import { base64ToBytes, byteStringToBytes, bytesToBase64, bytesToByteString } from '#base/bytes.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { asArray, asString, isArray, isObject } from '#base/json.ts';
import type { Scenario } from '../scenario.ts';
import type { GrpcRule } from './grpc-bodies.ts';
import { readGrpcRule, settleGrpc } from './grpc-bodies.ts';

/** How long an upstream took: another number on every machine. */
export const SERVICE_TIME = 'x-envoy-upstream-service-time';

/** Names for the ports of this run. */
export type PortNames = ReadonlyMap<number, string>;

/** The automatic normalisation of the format and the scenario's own rules, applied to everything that was observed. */
export function normalise(observed: JsonObject, ports: PortNames, scenario: Scenario): JsonObject {
  const rules = (scenario.normalise ?? []).flatMap((rule): readonly (readonly [RegExp, string])[] => {
    const pattern = asString(rule['pattern']);
    return pattern === undefined ? [] : [[new RegExp(pattern, 'g'), asString(rule['replace']) ?? '']];
  });
  const texts =
    ports.size === 0
      ? []
      : [...ports].map(([port, name]) => [new RegExp(`\\b((?:127|0)\\.0\\.0\\.\\d+):${port}\\b`, 'g'), `$1:${name}`] as const);
  const text = (value: string): string => {
    let out = value;
    for (const [pattern, name] of texts) out = out.replace(pattern, name);
    out = out.replaceAll(/\b(127\.0\.0\.\d+):[1-9]\d{3,4}\b/g, '$1:{port}');
    out = out.replaceAll(/\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT\b/g, '{date}');
    out = out.replaceAll(/(x-envoy-upstream-service-time\\?"?:\\?")\d+/g, '$1{ms}');
    for (const [pattern, replacement] of rules) out = out.replace(pattern, replacement);
    return out;
  };
  const walk = (value: JsonValue): JsonValue => {
    if (typeof value === 'string') return text(value);
    if (isArray(value) && value[0] === SERVICE_TIME && value.length === 2) return [SERVICE_TIME, '{ms}'];
    if (isArray(value)) return value.map(walk);
    if (!isObject(value)) return value;
    const { base64 } = value;
    if (typeof base64 === 'string') return { base64: maskPorts(base64) };
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, item]) =>
        item === undefined ? [] : [[key.replace(/^(listener\.127\.0\.0\.1)_\d+\./, '$1_{listener}.'), walk(item)]],
      ),
    );
  };
  const rulesForCalls = (scenario.normalise ?? []).flatMap((rule): readonly ((call: JsonObject) => JsonObject)[] => {
    if (rule['sort'] === 'callouts') return [sortHeaders];
    const grpc = rule['grpc'];
    return isObject(grpc) ? [settleBody(readGrpcRule(grpc))] : [];
  });
  return walk(rulesForCalls.reduce(changeCallouts, observed)) as JsonObject;
}

function maskPorts(base64: string): string {
  const text = bytesToByteString(base64ToBytes(base64) ?? new Uint8Array(0));
  const masked = text.replaceAll(
    /\b(127\.0\.0\.\d+):([1-9]\d{3,4})\b/g,
    (_, address: string, port: string) => `${address}:${'0'.repeat(port.length)}`,
  );
  return bytesToBase64(byteStringToBytes(masked));
}

function changeCallouts(observed: JsonObject, change: (call: JsonObject) => JsonObject): JsonObject {
  if (observed['exchanges'] === undefined) return observed;
  const exchanges = asArray(observed['exchanges']).map((exchange): JsonValue => {
    if (!isObject(exchange) || exchange['callouts'] === undefined) return exchange;
    return { ...exchange, callouts: asArray(exchange['callouts']).map((call) => (isObject(call) ? change(call) : call)) };
  });
  return { ...observed, exchanges };
}

function sortHeaders(call: JsonObject): JsonObject {
  return { ...call, headers: asArray(call['headers']).toSorted((a, b) => (String(asArray(a)[0]) < String(asArray(b)[0]) ? -1 : 1)) };
}

function settleBody(rule: GrpcRule): (call: JsonObject) => JsonObject {
  return (call) => {
    const body = call['body'];
    const base64 = isObject(body) ? body['base64'] : undefined;
    return typeof base64 === 'string' ? { ...call, body: { base64: settleGrpc(base64, rule) } } : call;
  };
}
