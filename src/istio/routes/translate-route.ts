import { asArray, asNumber, asObject, asString, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { isSubset, strings } from '../collections.ts';
import { configMetadata } from '../listeners/metadata.ts';
import type { BuildContext } from '../listeners/context.ts';
import { proxyHeaders } from '../listeners/proxy-headers.ts';
import { quoteMeta } from '../policy/rbac-matchers.ts';
import { message, unlessDefault } from '../proto-json.ts';
import { domainName } from '../registry/host.ts';
import type { Service } from '../registry/service.ts';
import type { VirtualService } from '../scope/virtual-service.ts';
import { directResponseAction, redirectAction } from './answer-actions.ts';
import { destinationHash, hashPolicy } from './hash-policy.ts';
import { headerOperations } from './header-operations.ts';
import { corsPolicy, endpointPickerOverrides, faultFilter } from './per-route-filters.ts';
import { retryPolicy } from './retry.ts';
import { perFilter, statefulSessionConfig } from './stateful-session.ts';
import { isCatchAll, fraction, routeMatch } from './translate-match.ts';

/** How destinations of routes are found. */
export interface RouteOptions {
  readonly port: number;
  /** `mesh`, or the gateway the routes are for. */
  readonly gateway: string;
  readonly isTls: boolean;
  /** Responses tell that HTTP/3 is served on the same port. */
  readonly advertisesHttp3?: boolean | undefined;
  readonly lookUp: (host: string) => Service | undefined;
  readonly cluster: (destination: JsonObject, service: Service | undefined, port: number) => string;
}

/** The routes of a VirtualService on a port (istio/istio `pilot/pkg/networking/core/route/route.go BuildHTTPRoutesForVirtualService`). */
export function virtualServiceRoutes(context: BuildContext, virtualService: VirtualService, options: RouteOptions): readonly JsonObject[] {
  const out: JsonObject[] = [];
  for (const http of virtualService.http) {
    const matches = asArray(http['match']).filter(isObject);
    if (matches.length === 0) {
      const route = translateRoute(context, virtualService, http, undefined, options);
      return route === undefined ? out : [...out, route];
    }
    for (const match of matches) {
      const route = translateRoute(context, virtualService, http, match, options);
      if (route === undefined) continue;
      out.push(route);
      if (isCatchAll(route)) return out;
    }
  }
  return out;
}

/** Port, gateway, labels and namespace of the caller, which istiod can decide itself. */
function matchesCaller(context: BuildContext, match: JsonObject, options: RouteOptions): boolean {
  const port = asNumber(match['port']) ?? 0;
  if (port !== 0 && port !== options.port) return false;
  const gateways = strings(match['gateways']);
  if (gateways.length > 0) return gateways.includes(options.gateway);
  const labels = Object.fromEntries(Object.entries(asObject(match['sourceLabels'])).map(([key, value]) => [key, asString(value) ?? '']));
  const namespace = asString(match['sourceNamespace']) ?? '';
  return isSubset(labels, context.proxy.labels) && (namespace === '' || namespace === context.proxy.namespace);
}

/** One route; nothing when its match is not for this proxy (`TranslateRoute`). */
export function translateRoute(
  context: BuildContext,
  virtualService: VirtualService,
  http: JsonObject,
  match: JsonObject | undefined,
  options: RouteOptions,
): JsonObject | undefined {
  if (match !== undefined && !matchesCaller(context, match, options)) return undefined;
  const own = asString(http['name']) ?? '';
  const matchName = asString(match?.['name']) ?? '';
  const translated = routeMatch(virtualService, match);
  const operations = headerOperations(http['headers']);
  const redirect = http['redirect'];
  const direct = http['directResponse'];
  const action: RouteParts = isObject(redirect)
    ? redirectAction(redirect, options.port, options.isTls)
    : isObject(direct)
      ? directResponseAction(direct)
      : routeAction(context, virtualService, http, translated, operations.authority, options);
  const byPolicy = message({
    'envoy.filters.http.fault': faultFilter(http['fault']),
    'envoy.filters.http.cors': corsPolicy(http['corsPolicy']),
  });
  const picker = context.proxy.type === 'waypoint' ? undefined : virtualService.endpointPickers?.get(own);
  const filters = message({
    // the list that fault and cors write is a new one: with either, the picker is lost
    ...(Object.keys(byPolicy).length > 0 ? byPolicy : endpointPickerOverrides(picker)),
    ...(isObject(redirect) || isObject(direct) ? {} : sessionOf(context, http, options)),
  });
  const headers = action.headers === undefined ? operations.fields : mergeHeaders(operations.fields, action.headers);
  return message({
    name: unlessDefault(matchName === '' ? own : `${own}.${matchName}`),
    match: translated,
    ...action.fields,
    metadata: configMetadata(virtualService.apiVersion, {
      kind: 'VirtualService',
      namespace: virtualService.namespace,
      name: virtualService.name,
    }),
    decorator: { operation: operationOf(translated, action.fields, virtualService, options.port) },
    statPrefix: unlessDefault(asString(match?.['statPrefix'])),
    ...(options.advertisesHttp3 === true ? mergeHeaders(headers, { responseHeadersToAdd: [http3Header(options.port)] }) : headers),
    typedPerFilterConfig: perFilter(filters),
  });
}

/** Sticky sessions of the destinations: that of the last one, until two have one (`TranslateRoute`). */
function sessionOf(context: BuildContext, http: JsonObject, options: RouteOptions): JsonObject {
  let out: JsonObject = {};
  const hosts = new Set(asArray(http['route']).map((entry) => asString(asObject(asObject(entry)['destination'])['host']) ?? ''));
  for (const host of hosts) {
    const own = statefulSessionConfig(options.lookUp(host), context.snapshot);
    if (Object.keys(own).length > 0 && Object.keys(out).length > 0) break;
    out = own;
  }
  return out;
}

/** Tells clients that the same port speaks HTTP/3. */
function http3Header(port: number): JsonObject {
  return { header: { key: 'alt-svc', value: `h3=":${port}"; ma=86400` } };
}

export interface RouteParts {
  /** The action of the route. */
  readonly fields: JsonObject;
  /** Header operations of the only destination. */
  readonly headers?: JsonObject | undefined;
}

/** Lists of header operations, one behind the other. */
function mergeHeaders(first: JsonObject, second: JsonObject): JsonObject {
  const out: Record<string, JsonValue | undefined> = { ...first };
  for (const [field, list] of Object.entries(second)) out[field] = [...asArray(out[field]), ...asArray(list)];
  return message(out);
}

/** What traces call the request: destination and path (`GetRouteOperation`). */
function operationOf(match: JsonObject, fields: JsonObject, virtualService: VirtualService, port: number): string {
  const { prefix, path, safeRegex } = match;
  const where =
    typeof prefix === 'string'
      ? `${prefix}*`
      : typeof path === 'string'
        ? path
        : isObject(safeRegex)
          ? (asString(safeRegex['regex']) ?? '')
          : '/*';
  const parts = (asString(asObject(fields['route'])['cluster']) ?? '').split('|');
  return parts.length === 4 ? `${parts[3] ?? ''}:${parts[1] ?? ''}${where}` : `${virtualService.name}:${port}${where}`;
}

/** The action that sends requests on (`applyHTTPRouteDestination`). */
function routeAction(
  context: BuildContext,
  virtualService: VirtualService,
  http: JsonObject,
  match: JsonObject,
  headerAuthority: string,
  options: RouteOptions,
): RouteParts {
  const rewrite = asObject(http['rewrite']);
  const destinations = asArray(http['route']).filter(isObject);
  const timeout = asString(http['timeout']) ?? '0s';
  let authority = asString(rewrite['authority']) ?? '';
  if (authority === '') authority = headerAuthority;
  const target = destinationFields(context, destinations, options);
  if (authority === '') authority = target.authority;
  const policy = http['retries'] ?? context.snapshot.mesh.raw['defaultHttpRetryPolicy'];
  const fields = message({
    ...target.cluster,
    timeout,
    maxGrpcTimeout: timeout,
    clusterNotFoundResponseCode: virtualService.semantics === 'gateway-api' ? 'INTERNAL_SERVER_ERROR' : undefined,
    ...(isObject(http['rewrite']) ? rewriteFields(context, rewrite, virtualService, match) : {}),
    hostRewriteLiteral: unlessDefault(authority),
    requestMirrorPolicies: unlessDefault(mirrors(context, http, options)),
    hashPolicy: unlessDefault(target.hashPolicies),
    retryPolicy: retryPolicy(policy, destinations.length === 1 && target.hashPolicies.length > 0),
  });
  return { fields: { route: fields }, headers: target.headers };
}

function rewriteFields(context: BuildContext, rewrite: JsonObject, virtualService: VirtualService, match: JsonObject): JsonObject {
  const appendXForwardedHost = unlessDefault(proxyHeaders(context.proxy.proxyConfig, 'outbound').xForwardedHost);
  const regex = rewrite['uriRegexRewrite'];
  if (isObject(regex)) {
    const pattern = message({ regex: unlessDefault(asString(regex['match'])) });
    return message({ appendXForwardedHost, regexRewrite: message({ pattern, substitution: unlessDefault(asString(regex['rewrite'])) }) });
  }
  const uri = asString(rewrite['uri']) ?? '';
  if (uri === '') return message({ appendXForwardedHost });
  if (virtualService.semantics === 'gateway-api' && uri === '/') {
    // takes the prefix away and keeps one slash
    const prefix = asString(match['pathSeparatedPrefix']) ?? '';
    return message({
      appendXForwardedHost,
      regexRewrite: { pattern: { regex: `^${quoteMeta(prefix)}(/?)(.*)` }, substitution: String.raw`/\2` },
    });
  }
  return message({ appendXForwardedHost, prefixRewrite: uri });
}

interface DestinationFields {
  readonly cluster: JsonObject;
  readonly headers: JsonObject | undefined;
  readonly authority: string;
  readonly hashPolicies: readonly JsonObject[];
}

/** One cluster, or several with weights. */
function destinationFields(context: BuildContext, destinations: readonly JsonObject[], options: RouteOptions): DestinationFields {
  const clusterOf = (entry: JsonObject): string => {
    const destination = asObject(entry['destination']);
    return options.cluster(destination, options.lookUp(asString(destination['host']) ?? ''), options.port);
  };
  const hashOf = (entry: JsonObject): readonly JsonObject[] => hashPolicy(destinationHash(asObject(entry['destination']), context));
  const [only] = destinations;
  if (destinations.length === 1 && only !== undefined) {
    const operations = headerOperations(only['headers']);
    return {
      cluster: { cluster: clusterOf(only) },
      headers: operations.fields,
      authority: operations.authority,
      hashPolicies: hashOf(only),
    };
  }
  const weighted = destinations.filter((entry) => (asNumber(entry['weight']) ?? 0) !== 0);
  const clusters = weighted.map((entry) => {
    const operations = headerOperations(entry['headers']);
    return message({
      name: clusterOf(entry),
      weight: asNumber(entry['weight']) ?? 0,
      ...operations.fields,
      hostRewriteLiteral: unlessDefault(operations.authority),
    });
  });
  return {
    cluster: { weightedClusters: message({ clusters: unlessDefault(clusters) }) },
    headers: undefined,
    authority: '',
    hashPolicies: weighted.flatMap(hashOf),
  };
}

function mirrors(context: BuildContext, http: JsonObject, options: RouteOptions): readonly JsonObject[] {
  const policy = (destination: JsonObject, defaultValue: JsonObject): JsonObject =>
    message({
      cluster: options.cluster(destination, options.lookUp(asString(destination['host']) ?? ''), options.port),
      runtimeFraction: { defaultValue },
      traceSampled: false,
      disableShadowHostSuffixAppend: unlessDefault(context.snapshot.features.on('DISABLE_SHADOW_HOST_SUFFIX')),
    });
  const out: JsonObject[] = [];
  if (isObject(http['mirror'])) {
    const share =
      http['mirrorPercentage'] === undefined && http['mirrorPercent'] === undefined
        ? fraction(undefined, 100)
        : fraction(http['mirrorPercentage'], http['mirrorPercent']);
    if (share['numerator'] !== undefined) out.push(policy(http['mirror'], share));
  }
  for (const mirror of asArray(http['mirrors']).filter(isObject)) {
    const share = fraction(mirror['percentage'], 100);
    if (share['numerator'] !== undefined && isObject(mirror['destination'])) out.push(policy(mirror['destination'], share));
  }
  return out;
}

/** The route of a service without routes of its own (`BuildDefaultHTTPOutboundRoute`). */
export function defaultOutboundRoute(
  context: BuildContext,
  cluster: string,
  host: string,
  port: number,
  hash: JsonObject | undefined,
): JsonObject {
  return {
    name: 'default',
    match: { prefix: '/' },
    decorator: { operation: `${domainName(host, port)}/*` },
    route: message({
      cluster,
      timeout: '0s',
      maxGrpcTimeout: '0s',
      retryPolicy: retryPolicy(context.snapshot.mesh.raw['defaultHttpRetryPolicy'], false),
      hashPolicy: unlessDefault(hashPolicy(hash)),
    }),
  };
}
