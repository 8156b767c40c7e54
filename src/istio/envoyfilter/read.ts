import { asArray, asNumber, asObject, asString, asStringMap, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { Reason } from '#envoy/provenance.ts';
import type { EnvoyTypes } from '#envoy/types.ts';
import { decodeSpec } from '../api/decode.ts';
import { compileGoRegExp } from '../api/go-regexp.ts';
import type { Minor } from '../minors.ts';
import type { Resource } from '../resource.ts';
import { camelCased } from './camel-case.ts';
import {
  isApplyTo,
  patchedMessages,
  type ApplyTo,
  type ClusterMatch,
  type EnvoyFilterReading,
  type ListenerMatch,
  type Operation,
  type Patch,
  type PatchContext,
  type ProxyMatch,
  type RouteMatch,
} from './patch.ts';

const SOURCE = 'istio/istio pilot/pkg/model/envoyfilter.go convertToEnvoyFilterWrapper';

/** Longer version patterns match no proxy (envoyfilter.go maxProxyVersionLen); so in every minor since the limit came. */
export const MAX_PROXY_VERSION = 1024;

const readings = new WeakMap<Resource, Map<string, { readonly types: EnvoyTypes | undefined; readonly reading: EnvoyFilterReading }>>();

export function isEnvoyFilter(resource: Resource): boolean {
  return resource.group === 'networking.istio.io' && resource.kind === 'EnvoyFilter';
}

/** Reads an EnvoyFilter as the given minor does; the same resource, minor and types give the same object. */
export function readEnvoyFilter(resource: Resource, minor: Minor, types: EnvoyTypes | undefined): EnvoyFilterReading {
  let known = readings.get(resource);
  if (known === undefined) readings.set(resource, (known = new Map()));
  const hit = known.get(minor.name);
  if (hit !== undefined && hit.types === types) return hit.reading;
  const reading = read(resource, minor, types);
  known.set(minor.name, { types, reading });
  return reading;
}

function read(resource: Resource, minor: Minor, types: EnvoyTypes | undefined): EnvoyFilterReading {
  const decoded = decodeSpec('istio.networking.v1alpha3.EnvoyFilter', resource.spec, minor.minor);
  if (decoded.error !== undefined) {
    const unreadable = {
      code: 'spec-unreadable',
      text: `istiod cannot read the spec: ${decoded.error}`,
      source: 'istio/istio pilot/pkg/config/kube/crd/conversion.go ConvertObject',
    };
    return { resource, priority: 0, patches: [], dropped: [], unreadable };
  }
  const patches: Patch[] = [];
  const dropped: { index: number; reason: Reason }[] = [];
  for (const [index, entry] of asArray(decoded.value['configPatches']).entries()) {
    const result = readPatch(resource, index, asObject(entry), minor, types);
    if ('code' in result) dropped.push({ index, reason: result });
    else patches.push(result);
  }
  return { resource, priority: asNumber(decoded.value['priority']) ?? 0, patches, dropped };
}

function readPatch(resource: Resource, index: number, entry: JsonObject, minor: Minor, types: EnvoyTypes | undefined): Patch | Reason {
  const patch = entry['patch'];
  if (!isObject(patch)) return { code: 'patch-missing', text: 'The entry has no patch, so istiod skips it.', source: SOURCE };
  const applyTo = asString(entry['applyTo']);
  if (applyTo === undefined || !isApplyTo(applyTo)) {
    return { code: 'apply-to-unknown', text: 'The entry names no object to apply to, so istiod skips it.', source: SOURCE };
  }
  const value = readValue(applyTo, patch['value'], types);
  if (value.reason !== undefined) return value.reason;
  const match = asObject(entry['match']);
  return {
    resource,
    index,
    applyTo,
    operation: effectiveOperation(applyTo, (asString(patch['operation']) ?? 'INVALID') as Operation),
    context: (asString(match['context']) ?? 'ANY') as PatchContext,
    proxy: readProxyMatch(match['proxy'], minor),
    ...(isObject(match['listener']) ? { listener: readListenerMatch(match['listener']) } : {}),
    ...(isObject(match['routeConfiguration']) ? { route: readRouteMatch(match['routeConfiguration']) } : {}),
    ...(isObject(match['cluster']) ? { cluster: readClusterMatch(match['cluster']) } : {}),
    ...(value.value === undefined ? {} : { value: value.value }),
  };
}

const ordered: ReadonlySet<ApplyTo> = new Set(['HTTP_FILTER', 'NETWORK_FILTER', 'LISTENER_FILTER', 'HTTP_ROUTE']);

/** Objects without an order take INSERT_* as ADD. */
export function effectiveOperation(applyTo: ApplyTo, operation: Operation): Operation {
  return operation.startsWith('INSERT_') && !ordered.has(applyTo) ? 'ADD' : operation;
}

interface ValueReading {
  readonly value?: JsonObject | undefined;
  readonly reason?: Reason | undefined;
}

/** The value as the message it patches. Unknown fields are ignored; what does not fit otherwise drops the patch. */
function readValue(applyTo: ApplyTo, value: JsonValue | undefined, types: EnvoyTypes | undefined): ValueReading {
  if (!isObject(value)) return {};
  if (types === undefined) return { value: asObject(camelCased(value)) };
  const { value: normal, problems } = types.normalise(patchedMessages[applyTo], value);
  const fatal = problems.find((problem) => problem.severity === 'error');
  if (fatal === undefined) return { value: normal };
  const text = `istiod cannot read the value as ${patchedMessages[applyTo]} and drops the patch: ${fatal.message}`;
  return { reason: { code: 'value-unreadable', text, source: 'istio/istio pkg/config/xds/xds.go BuildXDSObjectFromStruct' } };
}

function readProxyMatch(value: JsonValue | undefined, minor: Minor): ProxyMatch {
  const match = asObject(value);
  const proxyVersion = asString(match['proxyVersion']);
  const metadata = asStringMap(match['metadata']);
  if (proxyVersion === undefined) return { metadata };
  return { proxyVersion, matchesVersion: versionTest(proxyVersion, minor), metadata };
}

/** A pattern Go cannot compile matches every version, for istiod ignores the error. */
function versionTest(pattern: string, minor: Minor): ((version: string) => boolean) | undefined {
  if (pattern.length > MAX_PROXY_VERSION && minor.minor >= 30) return () => false;
  const { matches } = compileGoRegExp(pattern);
  return matches === undefined ? undefined : (version) => version !== '' && matches(version);
}

function readListenerMatch(match: JsonObject): ListenerMatch {
  const chain = match['filterChain'];
  return {
    name: asString(match['name']),
    portNumber: asNumber(match['portNumber']),
    listenerFilter: asString(match['listenerFilter']),
    ...(isObject(chain)
      ? {
          filterChain: {
            name: asString(chain['name']),
            sni: asString(chain['sni']),
            transportProtocol: asString(chain['transportProtocol']),
            applicationProtocols: asString(chain['applicationProtocols']),
            destinationPort: asNumber(chain['destinationPort']),
            ...(isObject(chain['filter']) ? { filter: readFilterMatch(chain['filter']) } : {}),
          },
        }
      : {}),
  };
}

function readFilterMatch(filter: JsonObject): NonNullable<NonNullable<ListenerMatch['filterChain']>['filter']> {
  const sub = filter['subFilter'];
  return { name: asString(filter['name']) ?? '', ...(isObject(sub) ? { subFilter: { name: asString(sub['name']) ?? '' } } : {}) };
}

function readRouteMatch(match: JsonObject): RouteMatch {
  const vhost = match['vhost'];
  return {
    name: asString(match['name']),
    portNumber: asNumber(match['portNumber']),
    portName: asString(match['portName']),
    gateway: asString(match['gateway']),
    ...(isObject(vhost)
      ? {
          vhost: {
            name: asString(vhost['name']),
            domainName: asString(vhost['domainName']),
            ...(isObject(vhost['route'])
              ? { route: { name: asString(vhost['route']['name']), action: asString(vhost['route']['action']) } }
              : {}),
          },
        }
      : {}),
  };
}

function readClusterMatch(match: JsonObject): ClusterMatch {
  return {
    name: asString(match['name']),
    portNumber: asNumber(match['portNumber']),
    service: asString(match['service']),
    subset: asString(match['subset']),
  };
}
