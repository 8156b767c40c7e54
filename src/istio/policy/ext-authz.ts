import { asArray, asNumber, asObject, asString, asStringMap, isObject, type JsonObject } from '#base/json.ts';
import type { TypedConfig } from '#envoy/listener.ts';
import { message, typed, unlessDefault } from '../proto-json.ts';
import { isIpAddress } from '../registry/host.ts';
import { lookUpProviderService } from '../registry/service-registry.ts';
import { perSnapshot, type Snapshot } from '../snapshot.ts';

/** An external authorization service of the mesh configuration, or why it cannot be used. */
export type ExtAuthz =
  | { readonly kind: 'http'; readonly host: string; readonly cluster: string; readonly provider: JsonObject }
  | { readonly kind: 'grpc'; readonly host: string; readonly cluster: string; readonly provider: JsonObject }
  | { readonly kind: 'bad'; readonly why: string };

/** By provider name (istio/istio `pilot/pkg/security/authz/builder/extauthz.go processExtensionProvider`). */
export const extAuthzProviders = perSnapshot((snapshot: Snapshot): ReadonlyMap<string, ExtAuthz> => {
  const out = new Map<string, ExtAuthz>();
  for (const entry of snapshot.mesh.extensionProviders) {
    const name = asString(entry['name']) ?? '';
    const http = entry['envoyExtAuthzHttp'];
    const grpc = entry['envoyExtAuthzGrpc'];
    if (!isObject(http) && !isObject(grpc)) continue;
    const nameProblem = providerNameProblem(name, out, snapshot);
    const provider = isObject(http) ? http : asObject(grpc);
    out.set(name, nameProblem ?? readProvider(isObject(http) ? 'http' : 'grpc', provider, snapshot));
  }
  return out;
});

function bad(why: string): ExtAuthz {
  return { kind: 'bad', why };
}

function providerNameProblem(name: string, known: ReadonlyMap<string, ExtAuthz>, snapshot: Snapshot): ExtAuthz | undefined {
  if (known.has(name)) return bad(`several providers are called ${name}`);
  // the name became part of filter metadata with the switch to several providers
  if (snapshot.minor.customProviders !== 'deny-each') return undefined;
  return /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name) ? undefined : bad(`${name} is not a valid provider name`);
}

function readProvider(kind: 'http' | 'grpc', provider: JsonObject, snapshot: Snapshot): ExtAuthz {
  const port = asNumber(provider['port']) ?? 0;
  if (port < 1 || port > 65535) return bad(`port ${port} is not a port`);
  const service = asString(provider['service']) ?? '';
  const host = lookUpProviderService(snapshot, service);
  if (host !== undefined && !isFullName(host)) return bad(`service ${service} has a wildcard or is no domain name`);
  if (host === undefined) return bad(`service ${service === '' ? 'is missing' : `${service} is not known`}`);
  const status = asString(provider['statusOnError']);
  if (status !== undefined && status !== '' && !statusCodes.has(Number(status))) return bad(`statusOnError ${status} is not known`);
  if (kind === 'http') {
    const path = asString(provider['pathPrefix']) ?? '';
    if (path !== '' && !path.startsWith('/')) return bad('pathPrefix must begin with /');
    const lists = [
      'includeRequestHeadersInCheck',
      'includeHeadersInCheck',
      'headersToDownstreamOnDeny',
      'headersToDownstreamOnAllow',
      'headersToUpstreamOnAllow',
    ];
    for (const list of lists) {
      if (asArray(provider[list]).includes('*')) return bad(`a single * is not allowed in ${list}`);
    }
  }
  return { kind, host, cluster: `outbound|${port}||${host}`, provider };
}

/** `pkg/config/validation/agent/validation.go ValidateFQDN`, or an address. */
function isFullName(host: string): boolean {
  if (isIpAddress(host)) return true;
  const labels = host.split('.');
  const top = labels.at(-1) ?? '';
  if (host.length > 255 || /^\d+$/.test(top)) return false;
  return (top === '' ? labels.slice(0, -1) : labels).every(
    (label) => label.length <= 63 && /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/.test(label),
  );
}

/** The codes of Envoy's `StatusCode` enum. */
const statusCodes = new Set([
  0, 100, 102, 104, 200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 307, 308, 400, 401, 402, 403, 404, 405,
  406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 423, 424, 426, 428, 429, 431, 500, 501, 502, 503, 504, 505, 506,
  507, 508, 510, 511,
]);

/** Ask the service only for requests that the shadow rules in front of it have marked. */
function enabledMetadata(filter: string, prefix: string): JsonObject {
  return { filter, path: [{ key: 'istio_ext_authz_shadow_effective_policy_id' }], value: { stringMatch: { prefix } } };
}

/** The filter for HTTP chains. `prefix`: how the names of the policies begin that belong to it. */
export function httpExtAuthz(service: Exclude<ExtAuthz, { kind: 'bad' }>, prefix: string): TypedConfig {
  const { provider } = service;
  const status = asString(provider['statusOnError']);
  return typed('envoy.extensions.filters.http.ext_authz.v3.ExtAuthz', {
    ...(service.kind === 'http'
      ? httpService(service.host, service.cluster, provider)
      : { grpcService: grpcService(service.host, service.cluster, provider) }),
    transportApiVersion: 'V3',
    failureModeAllow: unlessDefault(provider['failOpen']),
    statusOnError: status === undefined || status === '' ? undefined : { code: statusName(Number(status)) },
    filterEnabledMetadata: enabledMetadata('envoy.filters.http.rbac', prefix),
    withRequestBody: requestBody(provider['includeRequestBodyInCheck']),
  });
}

/** The filter for TCP chains; only gRPC services can be asked there. */
export function tcpExtAuthz(service: ExtAuthz, prefix: string): TypedConfig | undefined {
  if (service.kind !== 'grpc') return undefined;
  return typed('envoy.extensions.filters.network.ext_authz.v3.ExtAuthz', {
    statPrefix: 'tcp.',
    failureModeAllow: unlessDefault(service.provider['failOpen']),
    transportApiVersion: 'V3',
    grpcService: grpcService(service.host, service.cluster, service.provider),
    filterEnabledMetadata: enabledMetadata('envoy.filters.network.rbac', prefix),
  });
}

function grpcService(authority: string, clusterName: string, provider: JsonObject): JsonObject {
  return { envoyGrpc: { clusterName, authority }, timeout: asString(provider['timeout']) ?? '600s' };
}

function httpService(host: string, cluster: string, provider: JsonObject): JsonObject {
  const headers = Object.entries(asStringMap(provider['includeAdditionalHeadersInCheck'])).sort(([a], [b]) => (a < b ? -1 : 1));
  const upstream = headerPatterns(provider['headersToUpstreamOnAllow']);
  const onDeny = headerPatterns(provider['headersToDownstreamOnDeny']);
  const onAllow = headerPatterns(provider['headersToDownstreamOnAllow']);
  return message({
    httpService: message({
      serverUri: { uri: `http://${host}`, cluster, timeout: asString(provider['timeout']) ?? '600s' },
      pathPrefix: unlessDefault(provider['pathPrefix']),
      authorizationRequest:
        headers.length === 0 ? undefined : { headersToAdd: headers.map(([key, value]) => message({ key, value: unlessDefault(value) })) },
      authorizationResponse:
        upstream === undefined && onDeny === undefined && onAllow === undefined
          ? undefined
          : message({ allowedUpstreamHeaders: upstream, allowedClientHeaders: onDeny, allowedClientHeadersOnSuccess: onAllow }),
    }),
    allowedHeaders: headerPatterns(provider['includeRequestHeadersInCheck']) ?? headerPatterns(provider['includeHeadersInCheck']),
  });
}

function headerPatterns(value: JsonObject[string]): JsonObject | undefined {
  const headers = asArray(value).filter((item) => typeof item === 'string');
  if (headers.length === 0) return undefined;
  return {
    patterns: headers.map((header) => {
      if (header.startsWith('*')) return { suffix: header.slice(1), ignoreCase: true };
      return header.endsWith('*') ? { prefix: header.slice(0, -1), ignoreCase: true } : { exact: header, ignoreCase: true };
    }),
  };
}

function requestBody(value: JsonObject[string]): JsonObject | undefined {
  if (!isObject(value)) return undefined;
  return message({
    maxRequestBytes: unlessDefault(value['maxRequestBytes']),
    allowPartialMessage: unlessDefault(value['allowPartialMessage']),
    packAsBytes: unlessDefault(value['packAsBytes']),
  });
}

const statusNames: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'NoContent',
  400: 'BadRequest',
  401: 'Unauthorized',
  402: 'PaymentRequired',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  408: 'RequestTimeout',
  409: 'Conflict',
  410: 'Gone',
  413: 'PayloadTooLarge',
  429: 'TooManyRequests',
  500: 'InternalServerError',
  501: 'NotImplemented',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  504: 'GatewayTimeout',
};

function statusName(code: number): string | number {
  return statusNames[code] ?? code;
}
