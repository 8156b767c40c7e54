import { asArray, asNumber, asObject, asString, isObject, type JsonObject, type JsonValue } from '#base/json.ts';

/**
 * A `FilterChainMatch` in words, in the order in which Envoy compares: `dst port 8080 · TLS · ALPN istio-http/1.1, h2`.
 * `everything else` for a match without conditions.
 * Order: envoyproxy/envoy `envoy/config/listener/v3/listener_components.proto`, message FilterChainMatch.
 */
export function matchInWords(match: JsonObject | undefined): string {
  const found = conditions(match ?? {});
  return found.length === 0 ? 'everything else' : found.join(' · ');
}

function conditions(match: JsonObject): readonly string[] {
  const port = asNumber(match['destinationPort']);
  const names = texts(match['serverNames']);
  const alpn = texts(match['applicationProtocols']);
  return [
    ...(port === undefined || port === 0 ? [] : [`dst port ${port}`]),
    ...ranges('dst', match['prefixRanges']),
    ...(names.length === 0 ? [] : [`SNI ${list(names)}`]),
    ...transport(asString(match['transportProtocol']) ?? ''),
    ...(alpn.length === 0 ? [] : [`ALPN ${list(alpn)}`]),
    ...ranges('direct source', match['directSourcePrefixRanges']),
    ...sourceType(asString(match['sourceType'])),
    ...ranges('source', match['sourcePrefixRanges']),
    ...ports(asArray(match['sourcePorts'])),
    ...(asString(match['addressSuffix']) ? [`address suffix ${asString(match['addressSuffix'])}`] : []),
  ];
}

function transport(protocol: string): readonly string[] {
  if (protocol === '') return [];
  return [protocol === 'tls' ? 'TLS' : protocol === 'raw_buffer' ? 'plain text' : protocol];
}

function sourceType(type: string | undefined): readonly string[] {
  if (type === 'SAME_IP_OR_LOOPBACK') return ['from this host'];
  return type === 'EXTERNAL' ? ['from other hosts'] : [];
}

function ports(values: readonly JsonValue[]): readonly string[] {
  return values.length === 0 ? [] : [`source port ${values.map((value) => JSON.stringify(value)).join(', ')}`];
}

/** `10.0.0.0/8`; without the length when it is the whole address. */
function ranges(what: string, value: JsonValue | undefined): readonly string[] {
  const cidrs = asArray(value).filter(isObject).map(cidrText);
  return cidrs.length === 0 ? [] : [`${what} ${list(cidrs)}`];
}

function cidrText(range: JsonObject): string {
  const { addressPrefix, prefixLen } = asObject(range);
  const address = asString(addressPrefix) ?? '';
  const whole = address.includes(':') ? 128 : 32;
  const length = asNumber(prefixLen) ?? 0;
  return length === whole ? address : `${address}/${length}`;
}

function texts(value: JsonValue | undefined): readonly string[] {
  return asArray(value).filter((item) => typeof item === 'string');
}

/** The first five, so that a hundred server names stay a line. */
function list(values: readonly string[]): string {
  return values.length <= 5 ? values.join(', ') : `${values.slice(0, 5).join(', ')} and ${values.length - 5} more`;
}
