import type { JsonObject, JsonValue } from '#base/json.ts';
import { isObject } from '#base/json.ts';
import type { ExtensionConfig } from '#envoy/listener.ts';
import { ConfigReader } from '../config-reader.ts';
import { enumName } from '../format/header-operations.ts';
import { compileManager } from '../http/compile-manager.ts';
import type { ListenerInfo } from '../http/connection-info.ts';
import type { HttpManager } from '../http/http-manager.ts';
import type { Proxy } from '../proxy.ts';
import type { TraceFilter } from '../trace.ts';
import type { WasmServices } from '../wasm/wasm-services.ts';

export interface ListenerSources {
  readonly proxy: Proxy;
  readonly wasm: WasmServices;
  readonly extensions: ReadonlyMap<string, ExtensionConfig>;
  readonly routes: ReadonlyMap<string, JsonValue>;
  /** Compile this chain alone (its place in `filter_chains`, -1 for the default chain). */
  readonly onlyChain?: number | undefined;
  /** Told before each filter is made. */
  readonly starting?: ((filter: number) => void) | undefined;
}

/** One filter chain, ready for connections. */
export interface CompiledChain {
  readonly name: string;
  readonly manager: HttpManager | undefined;
  readonly httpFilters: readonly TraceFilter[];
}

export interface CompiledListener {
  readonly chains: readonly CompiledChain[];
  readonly info: ListenerInfo;
  /** The listener is removed: plugins hear of it. */
  close(): void;
}

const directions = ['UNSPECIFIED', 'INBOUND', 'OUTBOUND'] as const;
const MEBIBYTE = 1024 * 1024;

/** Compiles a listener in Envoy's proto JSON. `ConfigError` is what Envoy would refuse. */
export async function compileListener(value: JsonObject, sources: ListenerSources): Promise<CompiledListener> {
  const config = new ConfigReader(value);
  const bufferLimit = config.number('per_connection_buffer_limit_bytes', MEBIBYTE);
  const chains: CompiledChain[] = [];
  for (const chain of chosenChains(config, sources.onlyChain)) chains.push(await compileChain(chain, bufferLimit, sources));
  const metadata = config.raw('metadata');
  const direction = enumName(config.raw('traffic_direction'), directions) ?? 'UNSPECIFIED';
  return {
    chains,
    info: { metadata: isObject(metadata) ? metadata : undefined, direction: directions.indexOf(direction) },
    close() {
      for (const chain of chains) for (const filter of chain.manager?.filters.toReversed() ?? []) filter.factory.close?.();
    },
  };
}

function chosenChains(config: ConfigReader, only: number | undefined): readonly ConfigReader[] {
  const chains = config.messages('filter_chains');
  if (only === undefined) return chains;
  const chain = only < 0 ? config.message('default_filter_chain') : chains[only];
  return chain === undefined ? [] : [chain];
}

async function compileChain(chain: ConfigReader, bufferLimit: number, sources: ListenerSources): Promise<CompiledChain> {
  const filters = chain.messages('filters');
  const last = filters.at(-1)?.raw('typed_config');
  const isManager = isObject(last) && String(last['@type']).endsWith('.HttpConnectionManager');
  const name = chain.string('name');
  if (!isManager) return { name, manager: undefined, httpFilters: [] };
  const compiled = await compileManager(last, { ...sources, bufferLimit });
  return { name, manager: compiled.manager, httpFilters: compiled.filters };
}
