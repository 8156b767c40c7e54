import type { ConfigReader } from '../config-reader.ts';
import type { ActiveFilter } from '../http/active-filter.ts';
import type { HttpFilterFactory } from '../http/http-manager.ts';
import { mostSpecific } from '../http/http-manager.ts';
import type { Proxy } from '../proxy.ts';
import type { WasmServices } from '../wasm/wasm-services.ts';

/** What a filter's configuration may use while it is compiled. */
export interface FilterContext {
  readonly proxy: Proxy;
  /** The name in the chain: the key of `typed_per_filter_config`. */
  readonly name: string;
  readonly statPrefix: string;
  readonly wasm: WasmServices;
  /** Compiles an inner filter, for filters that hold others. */
  compileInner(name: string, config: ConfigReader): Promise<HttpFilterFactory>;
}

/** A kind of HTTP filter. Throws `ConfigError` for what Envoy would refuse. */
export interface HttpFilterType {
  compile(config: ConfigReader, context: FilterContext): HttpFilterFactory | Promise<HttpFilterFactory>;
}

const compiledRoutes = new WeakMap<ConfigReader, unknown>();

/** Per-route configuration of a filter, compiled once for each place that has one. */
export function routeOptions<T>(context: FilterContext, compile: (config: ConfigReader) => T): (callbacks: ActiveFilter) => T | undefined {
  return (callbacks) => {
    const config = mostSpecific(callbacks.stream.routes.get(), context.name);
    if (config === undefined) return undefined;
    return compiledOf(config, compile);
  };
}

/** The same for all levels, the most specific first. */
export function allRouteOptions<T>(
  context: FilterContext,
  compile: (config: ConfigReader) => T,
): (callbacks: ActiveFilter) => readonly T[] {
  return (callbacks) => {
    const route = callbacks.stream.routes.get();
    return (route?.perFilter ?? []).flatMap((level) => {
      const config = level.get(context.name);
      return config === undefined ? [] : [compiledOf(config, compile)];
    });
  };
}

function compiledOf<T>(config: ConfigReader, compile: (config: ConfigReader) => T): T {
  if (!compiledRoutes.has(config)) compiledRoutes.set(config, compile(config));
  return compiledRoutes.get(config) as T; // the key is one reader, compiled by one filter type only
}
