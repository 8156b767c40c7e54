import type { ConfigReader } from '../config-reader.ts';
import type { ActiveFilter } from '../http/active-filter.ts';
import type { HttpFilterFactory } from '../http/http-manager.ts';
import type { Proxy } from '../proxy.ts';
import type { PerFilterConfigs } from '../router/route.ts';
import type { WasmServices } from '../wasm/wasm-services.ts';

/** What a filter's configuration may use while it is compiled. */
export interface FilterContext {
  readonly proxy: Proxy;
  /** The name in the chain: the key of `typed_per_filter_config`. */
  readonly name: string;
  readonly statPrefix: string;
  readonly wasm: WasmServices;
  /** `typed_per_filter_config` of every level of the routes. */
  readonly perFilter: readonly PerFilterConfigs[];
  /** Compiles an inner filter, for filters that hold others. */
  compileInner(name: string, config: ConfigReader): Promise<HttpFilterFactory>;
}

/** A kind of HTTP filter. Throws `ConfigError` for what Envoy would refuse. */
export interface HttpFilterType {
  compile(config: ConfigReader, context: FilterContext): HttpFilterFactory | Promise<HttpFilterFactory>;
}

const compiledRoutes = new WeakMap<ConfigReader, unknown>();

/** Per-route configuration of a filter, compiled once for each place that has one: at once, so that what Envoy would refuse is refused with the listener. */
export function routeOptions<T>(context: FilterContext, compile: (config: ConfigReader) => T): (callbacks: ActiveFilter) => T | undefined {
  compileAll(context, compile);
  return (callbacks) => {
    for (const level of callbacks.stream.routes.get()?.perFilter ?? []) {
      const config = level.size === 0 ? undefined : ownConfig(level.get(context.name));
      if (config !== undefined) return compiledOf(config, compile);
    }
    return undefined;
  };
}

/** The same for all levels, the most specific first. */
export function allRouteOptions<T>(
  context: FilterContext,
  compile: (config: ConfigReader) => T,
): (callbacks: ActiveFilter) => readonly T[] {
  compileAll(context, compile);
  return (callbacks) => {
    const route = callbacks.stream.routes.get();
    return (route?.perFilter ?? []).flatMap((level) => {
      const config = ownConfig(level.get(context.name));
      return config === undefined ? [] : [compiledOf(config, compile)];
    });
  };
}

function compileAll(context: FilterContext, compile: (config: ConfigReader) => unknown): void {
  for (const level of context.perFilter) {
    const config = ownConfig(level.get(context.name));
    if (config !== undefined) compiledOf(config, compile);
  }
}

const wrapped = new WeakMap<ConfigReader, ConfigReader | undefined>();

/** What stands in a `FilterConfig`, if it is one; that may be nothing, and then the next level counts. */
function ownConfig(config: ConfigReader | undefined): ConfigReader | undefined {
  if (config === undefined || !config.typeUrl.endsWith('envoy.config.route.v3.FilterConfig')) return config;
  if (!wrapped.has(config)) wrapped.set(config, config.any('config'));
  return wrapped.get(config);
}

function compiledOf<T>(config: ConfigReader, compile: (config: ConfigReader) => T): T {
  if (!compiledRoutes.has(config)) compiledRoutes.set(config, compile(config));
  return compiledRoutes.get(config) as T; // the key is one reader, compiled by one filter type only
}
