import type { JsonObject } from '#base/json.ts';
import { openAny } from '../config-reader.ts';
import type { HttpFilterType } from './filter-type.ts';

/** How a filter takes part in a preview. */
export type Simulation = 'wasm' | 'native' | 'pass-through';

interface RegistryEntry {
  readonly load: () => Promise<{ readonly filterType: HttpFilterType }>;
  readonly simulation: Simulation;
}

const native = (load: RegistryEntry['load']): RegistryEntry => ({ load, simulation: 'native' });

/** HTTP filters by the message of their configuration. To add one: a file beside this one and an entry here; it is loaded when a chain needs it. */
const registry: Readonly<Record<string, RegistryEntry>> = {
  'envoy.extensions.filters.http.router.v3.Router': native(() => import('./router.ts')),
  'envoy.extensions.filters.http.header_mutation.v3.HeaderMutation': native(() => import('./header-mutation.ts')),
  'envoy.extensions.filters.http.basic_auth.v3.BasicAuth': native(() => import('./basic-auth.ts')),
  'envoy.extensions.filters.http.buffer.v3.Buffer': native(() => import('./buffer.ts')),
  'envoy.extensions.filters.http.cache.v3.CacheConfig': native(() => import('./cache/filter.ts')),
  'envoy.extensions.filters.http.compressor.v3.Compressor': native(() => import('./compressor/filter.ts')),
  'envoy.extensions.common.matching.v3.ExtensionWithMatcher': native(() => import('./composite/extension-with-matcher.ts')),
  'envoy.extensions.filters.http.composite.v3.Composite': native(() => import('./composite/filter.ts')),
  'envoy.extensions.filters.http.cors.v3.Cors': native(() => import('./cors.ts')),
  'envoy.extensions.filters.http.csrf.v3.CsrfPolicy': native(() => import('./csrf.ts')),
  'envoy.extensions.filters.http.decompressor.v3.Decompressor': native(() => import('./decompressor.ts')),
  'envoy.extensions.filters.http.ext_authz.v3.ExtAuthz': native(() => import('./ext-authz/filter.ts')),
  'envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor': native(() => import('./ext-proc/filter.ts')),
  'envoy.extensions.filters.http.fault.v3.HTTPFault': native(() => import('./fault.ts')),
  'envoy.extensions.filters.http.grpc_http1_bridge.v3.Config': native(() => import('./grpc-http1-bridge.ts')),
  'envoy.extensions.filters.http.grpc_http1_reverse_bridge.v3.FilterConfig': native(() => import('./grpc-http1-reverse-bridge.ts')),
  'envoy.extensions.filters.http.grpc_stats.v3.FilterConfig': native(() => import('./grpc-stats.ts')),
  'envoy.extensions.filters.http.grpc_json_transcoder.v3.GrpcJsonTranscoder': native(() => import('./grpc-json-transcoder/filter.ts')),
  'envoy.extensions.filters.http.grpc_web.v3.GrpcWeb': native(() => import('./grpc-web.ts')),
  'envoy.extensions.filters.http.header_to_metadata.v3.Config': native(() => import('./header-to-metadata.ts')),
  'envoy.extensions.filters.http.set_metadata.v3.Config': native(() => import('./set-metadata.ts')),
  'envoy.extensions.filters.http.health_check.v3.HealthCheck': native(() => import('./health-check.ts')),
  'envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication': native(() => import('./jwt-authn/filter.ts')),
  'envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit': native(() => import('./local-ratelimit/filter.ts')),
  'envoy.extensions.filters.http.lua.v3.Lua': native(() => import('./lua/filter.ts')),
  'envoy.extensions.filters.http.oauth2.v3.OAuth2': native(() => import('./oauth2/filter.ts')),
  'envoy.extensions.filters.http.ratelimit.v3.RateLimit': native(() => import('./ratelimit/filter.ts')),
  'envoy.extensions.filters.http.rbac.v3.RBAC': native(() => import('./rbac.ts')),
  'envoy.extensions.filters.http.api_key_auth.v3.ApiKeyAuth': native(() => import('./api-key-auth.ts')),
  'envoy.extensions.filters.http.ip_tagging.v3.IPTagging': native(() => import('./ip-tagging.ts')),
  'envoy.extensions.filters.http.set_filter_state.v3.Config': native(() => import('./set-filter-state.ts')),
  'envoy.extensions.filters.http.json_to_metadata.v3.JsonToMetadata': native(() => import('./json-to-metadata.ts')),
  'envoy.extensions.filters.http.stateful_session.v3.StatefulSession': native(() => import('./stateful-session/filter.ts')),
  'envoy.extensions.filters.http.bandwidth_limit.v3.BandwidthLimit': native(() => import('./bandwidth-limit/filter.ts')),
  'envoy.extensions.filters.http.custom_response.v3.CustomResponse': native(() => import('./custom-response/filter.ts')),
  'io.istio.http.peer_metadata.Config': native(() => import('./istio/peer-metadata.ts')),
  'istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig': native(() => import('./istio/alpn.ts')),
  'stats.PluginConfig': native(() => import('./istio/stats.ts')),
  'envoy.extensions.filters.http.wasm.v3.Wasm': { load: () => import('./wasm.ts'), simulation: 'wasm' },
};

/** The messages of all HTTP filters that take part in a preview. */
export const simulatedHttpFilters: readonly string[] = Object.keys(registry);

function entryOf(typedConfig: JsonObject | undefined): RegistryEntry | undefined {
  const type = typedConfig === undefined ? '' : openAny(typedConfig)['@type'];
  if (typeof type !== 'string') return undefined;
  const name = type.slice(type.lastIndexOf('/') + 1);
  return Object.hasOwn(registry, name) ? registry[name] : undefined;
}

/** Is a filter of this configuration simulated, and how? Cheap: loads nothing. */
export function simulationOf(typedConfig: JsonObject | undefined): Simulation {
  return entryOf(typedConfig)?.simulation ?? 'pass-through';
}

/** The implementation; undefined if there is none. */
export async function loadFilterType(typedConfig: JsonObject | undefined): Promise<HttpFilterType | undefined> {
  return (await entryOf(typedConfig)?.load())?.filterType;
}
