import type { JsonObject, JsonValue } from '#base/json.ts';
import { isObject } from '#base/json.ts';
import type { ExtensionConfig } from '#envoy/listener.ts';
import { ConfigError } from '../config-error.ts';
import { ConfigReader, openAny } from '../config-reader.ts';
import { checkType } from '../extension-type.ts';
import type { FilterContext } from '../filters/filter-type.ts';
import { loadFilterType, simulationOf } from '../filters/registry.ts';
import type { Proxy } from '../proxy.ts';
import type { Route } from '../router/route.ts';
import { compileRouteConfig } from '../router/route-config.ts';
import type { TraceFilter } from '../trace.ts';
import { rewriteAsAgent } from '../wasm/agent-rewrite.ts';
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

/** The configuration of a filter, and what there is to say about where it comes from. */
interface Served {
  readonly typedConfig: JsonObject | undefined;
  readonly note?: string | undefined;
}

const PASS_THROUGH: HttpFilterFactory = { create: () => ({}) };

/** Builds a connection manager from its configuration. `ConfigError` is what Envoy would refuse. */
export async function compileManager(value: JsonObject, sources: ManagerSources): Promise<CompiledManager> {
  const config = new ConfigReader(openAny(value));
  const options = readManagerOptions(config, sources.proxy.nodeId);
  const rds = config.message('rds')?.string('route_config_name');
  const inline = config.raw('route_config');
  const routeConfig = inline ?? (rds === undefined ? undefined : sources.routes.get(rds));
  const routes = compileRouteConfig(routeConfig, (cluster) => sources.proxy.clusters.get(cluster) !== undefined, inline === undefined);
  const entries: ChainEntry[] = [];
  const shown: TraceFilter[] = [];
  checkTerminal(config.messages('http_filters'));
  for (const [index, filter] of config.messages('http_filters').entries()) {
    sources.starting?.(index);
    const compiled = await compileEntry(filter, index, { statPrefix: options.statPrefix, perFilter: routes.perFilter }, sources);
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
  of: Pick<FilterContext, 'statPrefix' | 'perFilter'>,
  sources: ManagerSources,
): Promise<{ readonly entry: ChainEntry; readonly shown: TraceFilter }> {
  const name = filter.string('name');
  const disabled = filter.bool('disabled');
  const discovery = filter.message('config_discovery');
  const inline = filter.raw('typed_config');
  const served: Served =
    discovery === undefined ? { typedConfig: isObject(inline) ? inline : undefined } : discovered(name, discovery, sources);
  if (discovery === undefined) checkType(name, served.typedConfig);
  const typed = served.typedConfig === undefined ? undefined : openAny(served.typedConfig);
  const context: FilterContext = {
    proxy: sources.proxy,
    name,
    ...of,
    wasm: sources.wasm,
    compileInner: async (innerName, inner) => (await make(inner, { ...context, name: innerName })).factory,
  };
  const config = new ConfigReader(typed);
  const { factory, note } = await make(config, context);
  const typeUrl = config.typeUrl;
  const shown: TraceFilter = {
    index,
    name,
    type: typeUrl.slice(typeUrl.lastIndexOf('/') + 1),
    simulated: simulationOf(typed),
    note: served.note ?? note,
  };
  const entry: ChainEntry = { index, name, typeUrl, factory, disabledFor: (route) => isDisabled(route, name, disabled) };
  return { entry, shown };
}

/** Envoy asks for a router, or another filter that ends the chain, at its end and nowhere else (envoy `Config::Utility::validateTerminalFilters`). */
function checkTerminal(filters: readonly ConfigReader[]): void {
  const at = filters.findIndex((filter) => filter.any('typed_config')?.typeUrl === ROUTER);
  if (at >= 0 && at < filters.length - 1) {
    const name = filters[at]?.string('name') ?? '';
    throw new ConfigError(
      `Error: terminal filter named ${name} of type envoy.filters.http.router must be the last filter in a http filter chain.`,
    );
  }
}

const ROUTER = 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router';

async function make(
  config: ConfigReader,
  context: FilterContext,
): Promise<{ readonly factory: HttpFilterFactory; readonly note: string | undefined }> {
  const type = await loadFilterType(config.value);
  if (type === undefined) return { factory: PASS_THROUGH, note: 'passes through unchanged, not simulated' };
  const factory = await type.compile(config, context);
  const unread = config.unread();
  const notes = [factory.note, unread.length === 0 ? undefined : `not simulated: ${unread.join(', ')}`];
  return { factory, note: notes.filter((note) => note !== undefined).join('; ') || undefined };
}

/** What ECDS gives for this filter: the resource, or the default configuration while there is none. */
export function discovered(name: string, discovery: ConfigReader, sources: Pick<ManagerSources, 'extensions' | 'wasm'>): Served {
  const answer = sources.extensions.get(name);
  discovery.ignore('config_source', 'apply_default_config_without_warming', 'type_urls');
  if (answer?.missing !== true && answer?.typedConfig !== undefined) return rewriteAsAgent(answer.typedConfig, sources.wasm);
  const otherwise = discovery.raw('default_config');
  if (isObject(otherwise)) return { typedConfig: otherwise, note: 'Nothing serves its configuration: the default one is in force.' };
  return { typedConfig: undefined, note: 'Nothing serves its configuration: Envoy waits for it, and the listener takes no connections.' };
}

/** envoy `FilterConfig` in `typed_per_filter_config`: `disabled`, or a bare configuration that switches a disabled filter on. */
function isDisabled(route: Route | undefined, name: string, otherwise: boolean): boolean {
  const config = mostSpecific(route, name);
  if (config === undefined) return otherwise;
  if (!config.typeUrl.endsWith('envoy.config.route.v3.FilterConfig')) return false;
  return config.bool('disabled');
}
