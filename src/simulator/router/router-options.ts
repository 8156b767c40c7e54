import type { ConfigReader } from '../config-reader.ts';

/** `envoy.extensions.filters.http.router.v3.Router`. */
export interface RouterOptions {
  readonly suppressEnvoyHeaders: boolean;
}

export function readRouterOptions(config: ConfigReader): RouterOptions {
  config.ignore('dynamic_stats', 'start_child_span');
  return { suppressEnvoyHeaders: config.bool('suppress_envoy_headers') };
}
