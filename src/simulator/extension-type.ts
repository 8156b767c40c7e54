import type { JsonObject } from '#base/json.ts';
import { asString } from '#base/json.ts';
import { ConfigError } from './config-error.ts';

/**
 * Refuses an extension that has no type, or the type of a plain value (envoy `Config::Utility::getAndCheckFactory`). Whether Envoy was built with a
 * filter of some other type cannot be known here.
 */
export function checkType(name: string, typedConfig: JsonObject | undefined): void {
  const url = asString(typedConfig?.['@type']) ?? '';
  const type = url.slice(url.lastIndexOf('/') + 1);
  if (type === '' || type.startsWith('google.protobuf.')) {
    throw new ConfigError(`Didn't find a registered implementation for '${name}' with type URL: '${type}'`);
  }
}
