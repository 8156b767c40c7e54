import { asArray, asObject, asString, type JsonObject } from '#base/json.ts';
import { HTTP_WASM_TYPE, messageName, NETWORK_WASM_TYPE, type ExtensionConfig, type HttpFilter, type NetworkFilter } from './listener.ts';

const LUA_TYPE = 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua';
const codeTypes: ReadonlySet<string> = new Set([HTTP_WASM_TYPE, NETWORK_WASM_TYPE, LUA_TYPE].map(messageName));

/** Istio's own filters were Wasm in name only until 1.19: this runtime runs C++ that is linked into Envoy. */
const NULL_RUNTIME = 'envoy.wasm.runtime.null';

/**
 * Does the filter run code that somebody brought, a Wasm module or a Lua script? Its configuration may be a `TypedStruct`, or come by
 * discovery: then `extension` is the answer, and without one the types it asks for count.
 */
export function runsCode(
  filter: Pick<HttpFilter | NetworkFilter, 'typedConfig' | 'configDiscovery'>,
  extension?: ExtensionConfig,
): boolean {
  const config = extension?.typedConfig ?? filter.typedConfig;
  if (config === undefined)
    return asArray(filter.configDiscovery?.['typeUrls']).some((url) => codeTypes.has(messageName(asString(url) ?? '')));
  const { type, message } = openStruct(config);
  if (!codeTypes.has(type)) return false;
  const vm = asObject(asObject(message['config'])['vmConfig'] ?? asObject(message['config'])['vm_config']);
  return vm['runtime'] !== NULL_RUNTIME;
}

/** The message inside a `TypedStruct`, or the message itself. */
export function openStruct(config: JsonObject): { readonly type: string; readonly message: JsonObject } {
  const type = messageName(asString(config['@type']) ?? '');
  if (!type.endsWith('.TypedStruct')) return { type, message: config };
  return { type: messageName(asString(config['typeUrl'] ?? config['type_url']) ?? ''), message: asObject(config['value']) };
}
