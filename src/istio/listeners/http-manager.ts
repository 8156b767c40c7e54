import { asObject, asString, type JsonObject } from '#base/json.ts';
import type { HttpFilter, NetworkFilter } from '#envoy/listener.ts';
import type { Provenance } from '#envoy/provenance.ts';
import { gatewaysWithPools } from '../gateway-api/inference-pools.ts';
import { statsFilters, type ListenerClass } from '../policy/telemetry.ts';
import { message, unlessDefault } from '../proto-json.ts';
import type { Protocol } from '../registry/protocol.ts';
import { isWildcard } from '../registry/host.ts';
import type { Service } from '../registry/service.ts';
import { accessLogField, accessLogs } from './access-log.ts';
import {
  alpnFilter,
  cors,
  fault,
  grpcStats,
  grpcWeb,
  httpStats,
  inferencePoolFilter,
  inboundMetadataExchange,
  outboundMetadataExchange,
  router,
  statefulSession,
} from './builtin-filters.ts';
import { connectionFields } from './connection-settings.ts';
import { modeOf, type BuildContext } from './context.ts';
import { httpManager } from './draft.ts';
import { allowAnyDynamicDnsFilter, outboundForwardProxy, waypointForwardProxy } from './dynamic-forward-proxy.ts';
import { httpPlugins } from './plugin-filters.ts';
import { proxyHeaders } from './proxy-headers.ts';
import { requestIdExtension, tracingFields } from './tracing.ts';

export interface HttpManagerOptions {
  readonly listenerClass: ListenerClass;
  readonly statPrefix: string;
  /** The port plugins are matched with. */
  readonly port: number;
  readonly protocol: Protocol;
  /** Name of the routes that come by RDS, or the routes themselves. */
  readonly routes: { readonly rds: string } | { readonly config: JsonObject };
  /** Fields that depend on the kind of listener; they are laid under the common ones. */
  readonly fields?: JsonObject | undefined;
  readonly useRemoteAddress?: boolean | undefined;
  readonly skipMetadataHeaders?: boolean | undefined;
  /** Behind an HBONE tunnel metadata exchange is not needed. */
  readonly hbone?: boolean | undefined;
  readonly service?: Service | undefined;
  readonly provenance: Provenance;
}

const normalization: Readonly<Record<string, JsonObject>> = {
  NONE: { normalizePath: false, pathWithEscapedSlashesAction: 'KEEP_UNCHANGED' },
  BASE: { normalizePath: true, pathWithEscapedSlashesAction: 'KEEP_UNCHANGED' },
  DEFAULT: { normalizePath: true, pathWithEscapedSlashesAction: 'KEEP_UNCHANGED' },
  MERGE_SLASHES: { normalizePath: true, mergeSlashes: true, pathWithEscapedSlashesAction: 'KEEP_UNCHANGED' },
  DECODE_AND_MERGE_SLASHES: { normalizePath: true, mergeSlashes: true, pathWithEscapedSlashesAction: 'UNESCAPE_AND_FORWARD' },
};

/** A connection manager of sidecars and gateways (istio/istio `pilot/pkg/networking/core/listener_builder.go buildHTTPConnectionManager`). */
export function buildHttpManager(context: BuildContext, options: HttpManagerOptions): NetworkFilter {
  return httpManager(managerFields(context, options), httpFilters(context, options), options.provenance);
}

/** All fields of the message but the filters. */
export function managerFields(context: BuildContext, options: HttpManagerOptions): JsonObject {
  const { proxy, snapshot } = context;
  const { listenerClass, service, fields = {} } = options;
  const tracing = tracingFields(proxy, snapshot, listenerClass, service);
  const headers = asObject(proxy.proxyConfig['proxyHeaders']);
  const path = asString(asObject(snapshot.mesh.raw['pathNormalization'])['normalization']) ?? 'DEFAULT';
  const common: JsonObject = {
    ...fields,
    ...(headers['preserveHttp1HeaderCase'] === true ? preserveCase(fields) : {}),
    ...message({
      statPrefix: options.statPrefix,
      appendXForwardedPort: unlessDefault(asObject(headers['xForwardedPort'])['enabled'] === true),
      useRemoteAddress: options.useRemoteAddress ?? false,
      upgradeConfigs: [{ upgradeType: 'websocket' }],
      commonHttpProtocolOptions: proxy.idleTimeout === undefined ? undefined : { idleTimeout: proxy.idleTimeout },
      streamIdleTimeout: '0s',
    }),
    ...normalization[path],
    ...routeFields(options.routes),
    ...accessLogField(accessLogs(proxy, snapshot, listenerClass, 'http', service)),
    ...message({
      tracing: tracing.tracing,
      requestIdExtension: requestIdExtension(tracing.useRequestIdForTraceSampling),
      proxy100Continue: unlessDefault(snapshot.features.on('ENABLE_100_CONTINUE_HEADERS')),
    }),
  };
  return { ...common, ...connectionFields(proxy, snapshot, common) };
}

/** Envoy keeps the case of header names of HTTP/1.x. */
function preserveCase(fields: JsonObject): JsonObject {
  const headerKeyFormat: JsonObject = {
    statefulFormatter: {
      name: 'preserve_case',
      typedConfig: { '@type': 'type.googleapis.com/envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig' },
    },
  };
  return { httpProtocolOptions: { ...asObject(fields['httpProtocolOptions']), headerKeyFormat } };
}

function routeFields(routes: HttpManagerOptions['routes']): JsonObject {
  if ('config' in routes) return { routeConfig: routes.config };
  return { rds: { configSource: { ads: {}, initialFetchTimeout: '0s', resourceApiVersion: 'V3' }, routeConfigName: routes.rds } };
}

/** The HTTP filters in their order. */
function httpFilters(context: BuildContext, options: HttpManagerOptions): readonly HttpFilter[] {
  const { proxy, snapshot, security } = context;
  const { listenerClass } = options;
  const outbound = listenerClass === 'outbound';
  const plugins = httpPlugins(proxy, snapshot, { mode: modeOf(listenerClass), port: options.port });
  const exchange = snapshot.features.on('PILOT_ENABLE_METADATA_EXCHANGE') && options.hbone !== true;
  const mx = listenerClass === 'inbound' ? inboundMetadataExchange : outboundMetadataExchange(options.skipMetadataHeaders === true);
  return [
    ...(exchange ? [mx] : []),
    ...(outbound ? [] : security.customHttp),
    ...plugins('AUTHN'),
    ...(outbound ? [] : security.jwt),
    ...plugins('AUTHZ'),
    ...(outbound ? [] : security.localHttp),
    ...plugins('STATS'),
    ...plugins('UNSPECIFIED_PHASE'),
    ...(leadsToPool(context) ? [inferencePoolFilter] : []),
    ...commonFilters(context, options),
    ...statsFilters(proxy, snapshot, listenerClass).map(httpStats),
    ...lateFilters(context, options),
    router(proxyHeaders(proxy.proxyConfig, listenerClass).suppressDebugHeaders),
  ];
}

/** Does a route of this gateway of the Gateway API lead to an InferencePool? */
function leadsToPool({ proxy, snapshot }: BuildContext): boolean {
  const gateway = proxy.labels['gateway.networking.k8s.io/gateway-name'];
  return gateway !== undefined && gatewaysWithPools(snapshot).has(`${proxy.namespace}/${gateway}`);
}

/** From grpc_web to cors; waypoints have them too. */
export function commonFilters(
  context: BuildContext,
  options: Pick<HttpManagerOptions, 'protocol' | 'listenerClass'>,
): readonly HttpFilter[] {
  const alpn = context.snapshot.features.on('PILOT_ENABLE_ALPN_FILTER') && options.listenerClass !== 'inbound';
  return [...(options.protocol === 'GRPC-Web' ? [grpcWeb] : []), grpcStats, ...(alpn ? [alpnFilter] : []), fault, cors];
}

/** Between statistics and router. */
export function lateFilters(context: BuildContext, options: Pick<HttpManagerOptions, 'listenerClass' | 'service'>): readonly HttpFilter[] {
  const { proxy, snapshot, scope } = context;
  const { listenerClass, service } = options;
  const out: HttpFilter[] = [];
  if (snapshot.features.on('PILOT_ENABLE_PERSISTENT_SESSION_FILTER') && listenerClass !== 'inbound') out.push(statefulSession);
  const wildcard = service !== undefined && isWildcard(service.hostname) ? service : undefined;
  if (wildcard !== undefined && listenerClass === 'inbound') out.push(waypointForwardProxy(wildcard, proxy));
  if (wildcard?.resolution === 'DynamicDNS' && listenerClass === 'outbound' && snapshot.minor.dynamicDns)
    out.push(outboundForwardProxy(wildcard, proxy));
  if (listenerClass === 'outbound' && scope.outboundMode === 'ALLOW_ANY_DYNAMIC_DNS') out.push(allowAnyDynamicDnsFilter(proxy));
  return out;
}

export function http1Options(context: BuildContext): JsonObject {
  const accept = context.snapshot.features.on('PILOT_HTTP10') || context.proxy.http10;
  return accept ? { httpProtocolOptions: { acceptHttp10: true } } : {};
}
