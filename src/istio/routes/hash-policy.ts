import { asArray, asObject, asString, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { BuildContext } from '../listeners/context.ts';
import { message, unlessDefault } from '../proto-json.ts';
import { destinationRuleFor } from '../scope/destination-rules.ts';

/** The consistent hash a DestinationRule asks for a destination: subset and port before the whole (istio/istio `route.go HashForHTTPDestination`). */
export function destinationHash(destination: JsonObject, context: BuildContext): JsonObject | undefined {
  const host = asString(destination['host']) ?? '';
  const rule = destinationRuleFor(context.scope.byHost.get(host), context.proxy, context.snapshot);
  if (rule === undefined) return undefined;
  const policy = asObject(rule['trafficPolicy']);
  const wanted = asString(destination['subset']) ?? '';
  const subset = asArray(rule['subsets'])
    .filter(isObject)
    .find((candidate) => (asString(candidate['name']) ?? '') === wanted);
  const subsetPolicy = asObject(subset?.['trafficPolicy']);
  const port = isObject(destination['port']) ? asObject(destination['port'])['number'] : undefined;
  const byPort = (from: JsonObject): JsonObject | undefined => (port === undefined ? undefined : portHash(from, port));
  return byPort(subsetPolicy) ?? hashOf(subsetPolicy) ?? byPort(policy) ?? hashOf(policy);
}

/** The same for a service that no route names (`hashForService`). */
export function serviceHash(rule: JsonObject | undefined, port: number): JsonObject | undefined {
  const policy = asObject(rule?.['trafficPolicy']);
  return portHash(policy, port) ?? hashOf(policy);
}

function hashOf(policy: JsonObject): JsonObject | undefined {
  const hash = asObject(policy['loadBalancer'])['consistentHash'];
  return isObject(hash) ? hash : undefined;
}

function portHash(policy: JsonObject, port: JsonValue): JsonObject | undefined {
  const setting = asArray(policy['portLevelSettings'])
    .filter(isObject)
    .find((candidate) => asObject(candidate['port'])['number'] === port);
  return setting === undefined ? undefined : hashOf(setting);
}

/** `ConsistentHashToHashPolicy`. */
export function hashPolicy(hash: JsonObject | undefined): readonly JsonObject[] {
  if (hash === undefined) return [];
  const { httpHeaderName, httpCookie, useSourceIp, httpQueryParameterName } = hash;
  if (typeof httpHeaderName === 'string') return [{ header: message({ headerName: unlessDefault(httpHeaderName) }) }];
  if (isObject(httpCookie)) {
    const attributes = asArray(httpCookie['attributes'])
      .filter(isObject)
      .map((entry) => message({ name: unlessDefault(entry['name']), value: unlessDefault(entry['value']) }));
    const cookie = message({
      name: unlessDefault(httpCookie['name']),
      ttl: asString(httpCookie['ttl']),
      path: unlessDefault(httpCookie['path']),
      attributes: unlessDefault(attributes),
    });
    return [{ cookie }];
  }
  if (typeof useSourceIp === 'boolean') return [{ connectionProperties: message({ sourceIp: unlessDefault(useSourceIp) }) }];
  return typeof httpQueryParameterName === 'string' ? [{ queryParameter: message({ name: unlessDefault(httpQueryParameterName) }) }] : [];
}
