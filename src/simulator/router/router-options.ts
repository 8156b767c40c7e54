import type { ConfigReader } from '../config-reader.ts';

/** `envoy.extensions.filters.http.router.v3.Router`. */
export interface RouterOptions {
  readonly suppressEnvoyHeaders: boolean;
  readonly respectExpectedTimeout: boolean;
  /** Headers whose values are refused when they make no sense. */
  readonly strictHeaders: readonly string[];
}

export function readRouterOptions(config: ConfigReader): RouterOptions {
  config.ignore('dynamic_stats', 'start_child_span', 'suppress_grpc_request_failure_code_stats', 'upstream_log', 'upstream_log_options');
  return {
    suppressEnvoyHeaders: config.bool('suppress_envoy_headers'),
    respectExpectedTimeout: config.bool('respect_expected_rq_timeout'),
    strictHeaders: config.strings('strict_check_headers'),
  };
}
