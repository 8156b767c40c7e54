import type { JsonObject } from '#base/json.ts';
import { message, typed } from '../proto-json.ts';
import { isIpv6 } from '../registry/host.ts';

/** Matchers that choose a chain of `main_internal` (istio/istio `pilot/pkg/networking/core/match/match.go`). */
export type OnMatch = JsonObject;

const inputs = 'envoy.extensions.matching.common_inputs.network.v3';

export function toChain(name: string): OnMatch {
  return { action: { name, typedConfig: typed('google.protobuf.StringValue', { value: name }) } };
}

/** HTTP when the inspector saw it, else TCP. */
export function byApplicationProtocol(http: OnMatch, tcp: OnMatch, http10: boolean): OnMatch {
  const map: Record<string, OnMatch> = { "'h2c'": http, "'http/1.1'": http, ...(http10 ? { "'http/1.0'": http } : {}) };
  return { matcher: { ...exactMap('application-protocol', `${inputs}.ApplicationProtocolInput`, map), onNoMatch: tcp } };
}

export function byPort(ports: Readonly<Record<string, OnMatch>>): OnMatch {
  return { matcher: exactMap('port', `${inputs}.DestinationPortInput`, ports) };
}

/** By what the request says it has been through (`x-istio-source`). */
export function bySource(sources: Readonly<Record<string, OnMatch>>, otherwise: OnMatch): OnMatch {
  const input = { name: 'request-source-filter-state', typedConfig: typed(`${inputs}.FilterStateInput`, { key: 'io.istio.source' }) };
  return { matcher: { matcherTree: { input, exactMatchMap: { map: sources } }, onNoMatch: otherwise } };
}

/** By the address a connection is for. */
export function byAddress(ranges: readonly { readonly addresses: readonly string[]; readonly onMatch: OnMatch }[]): JsonObject {
  const rangeMatchers = ranges.map(({ addresses, onMatch }) => ({ ranges: addresses.map(cidrOf), onMatch }));
  return {
    matcherTree: {
      input: { name: 'ip', typedConfig: typed(`${inputs}.DestinationIPInput`) },
      customMatch: {
        name: 'ip',
        typedConfig: typed(
          'xds.type.matcher.v3.IPMatcher',
          message({ rangeMatchers: rangeMatchers.length > 0 ? rangeMatchers : undefined }),
        ),
      },
    },
  };
}

/** By the authority of the CONNECT request, then by address: addresses of other networks may overlap. */
export function byAuthority(hosts: Readonly<Record<string, OnMatch>>, otherwise: JsonObject): JsonObject {
  const input = { name: 'authority-filter-state', typedConfig: typed(`${inputs}.FilterStateInput`, { key: 'io.istio.connect_authority' }) };
  return { matcherTree: { input, exactMatchMap: { map: hosts } }, onNoMatch: { matcher: otherwise } };
}

function exactMap(name: string, type: string, map: Readonly<Record<string, OnMatch>>): JsonObject {
  return { matcherTree: { input: { name, typedConfig: typed(type) }, exactMatchMap: { map } } };
}

function cidrOf(address: string): JsonObject {
  const [addressPrefix = '', length] = address.split('/');
  return { addressPrefix, prefixLen: length === undefined ? (isIpv6(address) ? 128 : 32) : Number(length) };
}
