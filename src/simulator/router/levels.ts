import { isObject } from '#base/json.ts';
import { ConfigError } from '../config-error.ts';
import { ConfigReader, openAny } from '../config-reader.ts';
import { checkType } from '../extension-type.ts';
import { compileHeaderOperations } from '../format/header-operations.ts';
import { checkPerRoute } from './per-route-checks.ts';
import type { HeaderLevel, PerFilterConfigs } from './route.ts';

/** The header changes of a route, virtual host, route configuration or weighted cluster. */
export function headerLevel(config: ConfigReader): HeaderLevel {
  return {
    request: compileHeaderOperations(config.messages('request_headers_to_add'), config.strings('request_headers_to_remove')),
    response: compileHeaderOperations(config.messages('response_headers_to_add'), config.strings('response_headers_to_remove')),
  };
}

/** `typed_per_filter_config` of one level; it joins `all`, so that filters can read every configuration before the first request. */
export function perFilterConfigs(config: ConfigReader, all: PerFilterConfigs[]): PerFilterConfigs {
  const out = new Map<string, ConfigReader>();
  const value = config.raw('typed_per_filter_config');
  if (!isObject(value)) return out;
  for (const [name, item] of Object.entries(value)) {
    if (!isObject(item)) continue;
    checkType(name, item);
    const entry = new ConfigReader(openAny(item));
    if (entry.typeUrl.endsWith('envoy.config.route.v3.FilterConfig') && !entry.has('config') && !entry.bool('disabled')) {
      throw new ConfigError(`Empty route/virtual host per filter configuration for ${name} filter`);
    }
    checkPerRoute(name, entry);
    out.set(name, entry);
  }
  all.push(out);
  return out;
}
