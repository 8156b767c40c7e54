import { asArray, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import { HTTP_WASM_TYPE, NETWORK_WASM_TYPE, type ExtensionConfig } from '#envoy/listener.ts';
import { matches } from './case-summary.ts';
import type { MeshOutput } from './mesh.ts';
import { rdsNameOf } from './routes/outbound-routes.ts';
import { goJson } from './api/go-json.ts';

/** An ECDS answer in the form of recorded cases: for Wasm the plugin configuration alone. */
export function extensionOutput(extension: ExtensionConfig): JsonObject {
  const { name, typedConfig, missing } = extension;
  if (missing === true || typedConfig === undefined) return { name, missing: true };
  const type = typedConfig['@type'];
  const isWasm = type === HTTP_WASM_TYPE || type === NETWORK_WASM_TYPE;
  return {
    name,
    type: type.replace(/^type\.googleapis\.com\//, ''),
    config: isWasm ? pluginConfig(asObject(typedConfig['config'])) : typedConfig,
  };
}

/** A configuration that is an Any without a type has no JSON form. */
function pluginConfig(config: JsonObject): JsonObject {
  const { configuration, ...rest } = config;
  return isObject(configuration) && typeof configuration['@type'] === 'string' ? config : rest;
}

/** The route configurations in the number in which chains ask for them: cases have one for each. */
export function askedRoutes(output: MeshOutput): readonly JsonObject[] {
  const byName = new Map(output.routes.map((config) => [asString(config['name']) ?? '', config]));
  const asked = new Set<string>();
  return output.listeners
    .flatMap((listener) => listener.filterChains)
    .flatMap((chain) => chain.networkFilters)
    .map((filter) => byName.get((filter.typedConfig === undefined ? undefined : rdsNameOf(filter.typedConfig)) ?? ''))
    .filter((config) => config !== undefined)
    .map((config) => {
      const name = asString(config['name']) ?? '';
      const isAgain = asked.has(name);
      asked.add(name);
      return isAgain && name.includes(':') && !name.startsWith('unix:') ? withoutHosts(config) : config;
    });
}

/**
 * Asked a second time in one answer, a sniffed port has no hosts: its only one was given the domain `*`, and is not found by its name
 * again (istio/istio `httproute.go getVirtualHostsForSniffedServicePort`, with the cache of `buildSidecarOutboundHTTPRouteConfig`).
 */
function withoutHosts(config: JsonObject): JsonObject {
  const { virtualHosts: _, ...rest } = config;
  return rest;
}

/** Route configurations in the form of recorded cases: names, domains and matches, or the whole when `show` asks for it. */
export function routeOutput(routes: readonly JsonObject[], show: readonly string[]): readonly JsonObject[] {
  return [...routes]
    .sort((a, b) => ((asString(a['name']) ?? '') < (asString(b['name']) ?? '') ? -1 : 1))
    .map((config) => {
      const name = asString(config['name']) ?? '';
      if (matches(show, `route:${name}`)) return { name, config };
      const virtualHosts = asArray(config['virtualHosts']).filter(isObject).map(virtualHostOutput);
      return virtualHosts.length > 0 ? { name, virtualHosts } : { name };
    });
}

function virtualHostOutput(host: JsonObject): JsonObject {
  return {
    name: asString(host['name']) ?? '',
    domains: host['domains'] === undefined ? null : asArray(host['domains']),
    routes: asArray(host['routes'])
      .filter(isObject)
      .map((route) => `${asString(route['name']) ?? ''} ${goJson(route['match'] ?? {})}`),
  };
}
