import type { JsonObject } from '#base/json.ts';
import { HTTP_WASM_TYPE, NETWORK_WASM_TYPE, type HttpFilter, type NetworkFilter } from '#envoy/listener.ts';
import type { Provenance } from '#envoy/provenance.ts';
import type { Plugin } from './plugin.ts';

export const LUA_TYPE = 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua';
export const HTTP_RBAC_TYPE = 'type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC';
export const NETWORK_RBAC_TYPE = 'type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC';

/**
 * What a plugin puts into a connection manager: for Wasm a reference to be resolved by ECDS, for Lua the code itself (istio/istio
 * pilot/pkg/networking/core/extension/extensionfilter.go toEnvoyHTTPTrafficExtension).
 */
export function httpPlaceholder(plugin: Plugin, provenance: Provenance): HttpFilter {
  if (plugin.code.kind === 'lua') {
    const typedConfig = { '@type': LUA_TYPE, defaultSourceCode: { inlineString: plugin.code.inlineCode } };
    return { name: plugin.filterName, typedConfig, provenance };
  }
  return { name: plugin.filterName, configDiscovery: discovery([HTTP_WASM_TYPE, HTTP_RBAC_TYPE]), provenance };
}

/** What a plugin puts into a filter chain; Lua never stands there. */
export function networkPlaceholder(plugin: Plugin, provenance: Provenance): NetworkFilter | undefined {
  if (plugin.code.kind === 'lua') return undefined;
  return { name: plugin.filterName, configDiscovery: discovery([NETWORK_WASM_TYPE, NETWORK_RBAC_TYPE]), rest: {}, provenance };
}

/** A timeout of 0 lets the listener wait for the module without limit. */
function discovery(typeUrls: readonly string[]): JsonObject {
  return { configSource: { ads: {}, initialFetchTimeout: '0s', resourceApiVersion: 'V3' }, typeUrls };
}
