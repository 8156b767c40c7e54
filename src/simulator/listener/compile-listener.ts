import type { JsonObject, JsonValue } from '#base/json.ts';
import { asString, isObject } from '#base/json.ts';
import type { ExtensionConfig } from '#envoy/listener.ts';
import { ConfigError } from '../config-error.ts';
import { ConfigReader, openAny } from '../config-reader.ts';
import { enumName } from '../format/header-operations.ts';
import { compileManager, discovered } from '../http/compile-manager.ts';
import type { ListenerInfo } from '../http/connection-info.ts';
import type { HttpManager } from '../http/http-manager.ts';
import type { Proxy } from '../proxy.ts';
import { managerFactory } from '../tcp/filters/http-manager-filter.ts';
import type { TcpConnection } from '../tcp/connection.ts';
import type { NetworkFilterFactory } from '../tcp/network-filter.ts';
import { isNetworkSimulated, loadNetworkFilterType } from '../tcp/registry.ts';
import type { TraceFilter } from '../trace.ts';
import type { WasmServices } from '../wasm/wasm-services.ts';
import type { ChainMatcher } from './chain-matcher.ts';
import { matcherOf } from './chain-matcher.ts';
import type { ListenerFilterFactory } from './listener-filter.ts';
import type { ChainMatch } from './match-chain.ts';
import { readChainMatch } from './match-chain.ts';
import { loadListenerFilterType } from './registry.ts';

export interface ListenerSources {
  readonly proxy: Proxy;
  readonly wasm: WasmServices;
  readonly extensions: ReadonlyMap<string, ExtensionConfig>;
  readonly routes: ReadonlyMap<string, JsonValue>;
  /** Compile this chain alone (its place in `filter_chains`, -1 for the default chain). */
  readonly onlyChain?: number | undefined;
  /** Told before each HTTP filter is made. */
  readonly starting?: ((filter: number) => void) | undefined;
  /** Told before each network filter is made. */
  readonly startingNetwork?: ((filter: number) => void) | undefined;
}

/** One filter chain, ready for connections. */
export interface CompiledChain {
  readonly name: string;
  readonly match: ChainMatch;
  readonly network: readonly NetworkFilterFactory[];
  readonly networkFilters: readonly TraceFilter[];
  /** The HTTP connection manager, if the chain ends with one. */
  readonly manager: HttpManager | undefined;
  readonly httpFilters: readonly TraceFilter[];
}

export interface CompiledListener {
  readonly filters: readonly ListenerFilterFactory[];
  readonly chains: readonly CompiledChain[];
  readonly defaultChain: CompiledChain | undefined;
  /** Chooses among the chains instead of their own matches, where the listener has one. */
  readonly matcher: ChainMatcher | undefined;
  readonly info: ListenerInfo;
  /** Connections that are open now. */
  readonly connections: Set<TcpConnection>;
  /** The listener is removed: its connections are closed, then plugins hear of it. */
  close(): void;
}

const directions = ['UNSPECIFIED', 'INBOUND', 'OUTBOUND'] as const;
const MEBIBYTE = 1024 * 1024;

/** Compiles a listener in Envoy's proto JSON. `ConfigError` is what Envoy would refuse. */
export async function compileListener(value: JsonObject, sources: ListenerSources): Promise<CompiledListener> {
  const config = new ConfigReader(value);
  const bufferLimit = config.number('per_connection_buffer_limit_bytes', MEBIBYTE);
  const filters: ListenerFilterFactory[] = [];
  for (const filter of config.messages('listener_filters')) filters.push(...(await compileListenerFilter(filter, sources.proxy)));
  const only = sources.onlyChain;
  const list = config.messages('filter_chains');
  const chains: CompiledChain[] = [];
  for (const [index, chain] of list.entries())
    if (only === undefined || only === index) chains.push(await compileChain(chain, bufferLimit, sources));
  const other = only === undefined || only < 0 ? config.message('default_filter_chain') : undefined;
  const defaultChain = other === undefined ? undefined : await compileChain(other, bufferLimit, sources);
  const metadata = config.raw('metadata');
  const direction = enumName(config.raw('traffic_direction'), directions) ?? 'UNSPECIFIED';
  const connections = new Set<TcpConnection>();
  return {
    filters,
    chains,
    defaultChain,
    matcher: matcherOf(config),
    connections,
    info: { metadata: isObject(metadata) ? metadata : undefined, direction: directions.indexOf(direction) },
    close() {
      // The newest first (envoy `ActiveConnections` grows at its front).
      for (const connection of [...connections].toReversed()) connection.close('no-flush');
      for (const chain of [...chains, ...(defaultChain === undefined ? [] : [defaultChain])]) {
        for (const filter of chain.manager?.filters.toReversed() ?? []) filter.factory.close?.();
        for (const filter of chain.network.toReversed()) filter.close?.();
      }
    },
  };
}

async function compileListenerFilter(filter: ConfigReader, proxy: Proxy): Promise<readonly ListenerFilterFactory[]> {
  const typed = filter.raw('typed_config');
  const config = isObject(typed) ? openAny(typed) : undefined;
  const type = await loadListenerFilterType(config);
  return type === undefined ? [] : [type.compile(new ConfigReader(config), proxy)];
}

async function compileChain(chain: ConfigReader, bufferLimit: number, sources: ListenerSources): Promise<CompiledChain> {
  const network: NetworkFilterFactory[] = [];
  const networkFilters: TraceFilter[] = [];
  let manager: HttpManager | undefined;
  let httpFilters: readonly TraceFilter[] = [];
  for (const [index, filter] of chain.messages('filters').entries()) {
    const name = filter.string('name');
    sources.startingNetwork?.(index);
    const { typed, note } = servedTo(name, filter, sources);
    const typeUrl = asString(typed?.['@type']) ?? '';
    const shown = { index, name, type: typeUrl.slice(typeUrl.lastIndexOf('/') + 1) };
    if (typed !== undefined && typeUrl.endsWith('.HttpConnectionManager')) {
      const compiled = await compileManager(typed, { ...sources, bufferLimit });
      manager = compiled.manager;
      httpFilters = compiled.filters;
      network.push(managerFactory(compiled.manager));
      networkFilters.push({ ...shown, simulated: 'native' });
      continue;
    }
    const config = new ConfigReader(typed);
    const type = await loadNetworkFilterType(typed);
    if (type === undefined) {
      network.push({ create: () => ({}) });
      networkFilters.push({ ...shown, simulated: 'pass-through', note: note ?? 'passes through unchanged, not simulated' });
      continue;
    }
    const factory = await type.compile(config, { ...sources, bufferLimit, name });
    const unread = config.unread();
    network.push(factory);
    networkFilters.push({
      ...shown,
      simulated: typeUrl.includes('.network.wasm.') ? 'wasm' : isNetworkSimulated(typed) ? 'native' : 'pass-through',
      note: note ?? factory.note ?? (unread.length === 0 ? undefined : `not simulated: ${unread.join(', ')}`),
    });
  }
  const match = chain.raw('filter_chain_match');
  const conditions = readChainMatch(isObject(match) ? match : undefined);
  checkServerNames(conditions);
  return { name: chain.string('name'), match: conditions, network, networkFilters, manager, httpFilters };
}

function servedTo(
  name: string,
  filter: ConfigReader,
  sources: ListenerSources,
): { readonly typed: JsonObject | undefined; readonly note?: string | undefined } {
  const discovery = filter.message('config_discovery');
  const inline = filter.raw('typed_config');
  const { typedConfig, note } = discovery === undefined ? { typedConfig: inline, note: undefined } : discovered(name, discovery, sources);
  return { typed: isObject(typedConfig) ? openAny(typedConfig) : undefined, note };
}

/** Partial wildcards and the bare `*` are refused (envoy `FilterChainManagerImpl`). */
function checkServerNames({ serverNames }: ChainMatch): void {
  for (const name of serverNames) {
    if (name.includes('*') && !/^\*\.[^*]+$/.test(name)) {
      throw new ConfigError(`partial wildcards are not supported in "server_names"`);
    }
  }
}
