import type { JsonObject, JsonValue } from '#base/json.ts';
import { isObject } from '#base/json.ts';
import type { ExtensionConfig } from '#envoy/listener.ts';
import { ConfigReader, openAny } from '../config-reader.ts';
import type { FilterContext } from '../filters/filter-type.ts';
import { loadFilterType, simulationOf } from '../filters/registry.ts';
import type { Proxy } from '../proxy.ts';
import type { Route } from '../router/route.ts';
import { compileRouteConfig } from '../router/route-config.ts';
import type { TraceFilter } from '../trace.ts';
import type { WasmServices } from '../wasm/wasm-services.ts';
import type { ChainEntry, HttpFilterFactory } from './http-manager.ts';
import { HttpManager, mostSpecific } from './http-manager.ts';
import { readManagerOptions } from './manager-options.ts';

export interface ManagerSources {
  readonly proxy: Proxy;
  readonly wasm: WasmServices;
  /** Answers of ECDS by name. */
  readonly extensions: ReadonlyMap<string, ExtensionConfig>;
  /** Answers of RDS by name. */
  readonly routes: ReadonlyMap<string, JsonValue>;
  readonly bufferLimit: number;
  readonly starting?: ((filter: number) => void) | undefined;
}

export interface CompiledManager {
  readonly manager: HttpManager;
  /** How each filter of the chain takes part. */
  readonly filters: readonly TraceFilter[];
}

const PASS_THROUGH: HttpFilterFactory = { create: () => ({}) };

/** Builds a connection manager from its configuration. `ConfigError` is what Envoy would refuse. */
export async function compileManager(value: JsonObject, sources: ManagerSources): Promise<CompiledManager> {
  const config = new ConfigReader(openAny(value));
  const options = readManagerOptions(config);
  const rds = config.message('rds')?.string('route_config_name');
  const routeConfig = config.raw('route_config') ?? (rds === undefined ? undefined : sources.routes.get(rds));
  const routes = compileRouteConfig(routeConfig);
  const entries: ChainEntry[] = [];
  const shown: TraceFilter[] = [];
  for (const [index, filter] of config.messages('http_filters').entries()) {
    sources.starting?.(index);
    const compiled = await compileEntry(filter, index, options.statPrefix, sources);
    entries.push(compiled.entry);
    shown.push(compiled.shown);
  }
  return {
    manager: new HttpManager({ proxy: sources.proxy, options, filters: entries, routes, connectionBufferLimit: sources.bufferLimit }),
    filters: shown,
  };
}

async function compileEntry(
  filter: ConfigReader,
  index: number,
  statPrefix: string,
  sources: ManagerSources,
): Promise<{ readonly entry: ChainEntry; readonly shown: TraceFilter }> {
  const name = filter.string('name');
  const disabled = filter.bool('disabled');
  const discovery = filter.message('config_discovery');
  const served = discovery === undefined ? filter.raw('typed_config') : discovered(name, discovery, sources);
  const typed = isObject(served) ? openAny(served) : undefined;
  const context: FilterContext = {
    proxy: sources.proxy,
    name,
    statPrefix,
    wasm: sources.wasm,
    compileInner: async (innerName, inner) => (await make(inner, { ...context, name: innerName })).factory,
  };
  const config = new ConfigReader(typed);
  const { factory, note } = await make(config, context);
  const typeUrl = config.typeUrl;
  const shown: TraceFilter = { index, name, type: typeUrl.slice(typeUrl.lastIndexOf('/') + 1), simulated: simulationOf(typed), note };
  const entry: ChainEntry = { index, name, typeUrl, factory, disabledFor: (route) => isDisabled(route, name, disabled) };
  return { entry, shown };
}

async function make(
  config: ConfigReader,
  context: FilterContext,
): Promise<{ readonly factory: HttpFilterFactory; readonly note: string | undefined }> {
  const type = await loadFilterType(config.value);
  if (type === undefined) return { factory: PASS_THROUGH, note: 'passes through unchanged, not simulated' };
  const factory = await type.compile(config, context);
  const unread = config.unread();
  return { factory, note: factory.note ?? (unread.length === 0 ? undefined : `not simulated: ${unread.join(', ')}`) };
}

/** What ECDS gives for this filter: the resource, or the default configuration while there is none. */
function discovered(name: string, discovery: ConfigReader, sources: ManagerSources): JsonValue | undefined {
  const answer = sources.extensions.get(name);
  discovery.ignore('config_source', 'apply_default_config_without_warming', 'type_urls');
  const otherwise = discovery.raw('default_config');
  return answer?.missing === true || answer?.typedConfig === undefined ? otherwise : answer.typedConfig;
}

/** envoy `FilterConfig` in `typed_per_filter_config`: `disabled`, or a bare configuration that switches a disabled filter on. */
function isDisabled(route: Route | undefined, name: string, otherwise: boolean): boolean {
  const config = mostSpecific(route, name);
  if (config === undefined) return otherwise;
  if (!config.typeUrl.endsWith('envoy.config.route.v3.FilterConfig')) return false;
  return config.bool('disabled');
}
