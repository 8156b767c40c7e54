import { ConfigError } from '../config-error.ts';
import type { ConfigReader } from '../config-reader.ts';

const PREFIX = 'envoy.extensions.filters.http.';

/** Filters that take no configuration of routes (measured; envoy `FactoryBase::createRouteSpecificFilterConfig`). */
const withoutRoutes = new Set([
  'cache.v3.CacheConfig',
  'decompressor.v3.Decompressor',
  'grpc_http1_bridge.v3.Config',
  'grpc_stats.v3.FilterConfig',
  'grpc_web.v3.GrpcWeb',
  'health_check.v3.HealthCheck',
  'ip_tagging.v3.IPTagging',
  'router.v3.Router',
  'wasm.v3.Wasm',
]);

/** What some filters ask of a configuration of routes, whether they are in the chain or not. */
const demands: Readonly<Record<string, (config: ConfigReader) => string | undefined>> = {
  'header_to_metadata.v3.Config': (config) =>
    config.messages('request_rules').length + config.messages('response_rules').length > 0
      ? undefined
      : 'header_to_metadata_filter: Per filter configs must at least specify either request or response rules',
  'json_to_metadata.v3.JsonToMetadata': (config) =>
    config.has('request_rules') || config.has('response_rules')
      ? undefined
      : 'json_to_metadata_filter: Per route configs must at least specify one of request_rules or response_rules.',
};

/** Refuses an entry of `typed_per_filter_config` that Envoy refuses with the routes. */
export function checkPerRoute(name: string, entry: ConfigReader): void {
  if (entry.typeUrl.endsWith('envoy.config.route.v3.FilterConfig')) {
    const inner = entry.any('config');
    if (inner !== undefined && !entry.bool('disabled') && !entry.bool('is_optional')) checkPerRoute(name, inner);
    return;
  }
  const type = entry.typeUrl.slice(entry.typeUrl.lastIndexOf('/') + 1);
  if (!type.startsWith(PREFIX)) return;
  const kind = type.slice(PREFIX.length);
  if (withoutRoutes.has(kind)) throw new ConfigError(`The filter ${name} doesn't support virtual host or route specific configurations`);
  const problem = Object.hasOwn(demands, kind) ? demands[kind]?.(entry) : undefined;
  if (problem !== undefined) throw new ConfigError(problem);
}
