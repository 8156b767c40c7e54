import type { ByteString } from '#base/bytes.ts';
import { utf8ToByteString } from '#base/bytes.ts';
import type { JsonObject } from '#base/json.ts';
import { asObject } from '#base/json.ts';
import { ConfigError } from '../../config-error.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { ActiveFilter } from '../../http/active-filter.ts';
import type { BodyBuffer } from '../../http/body-buffer.ts';
import type {
  DataStatus as DataResult,
  HeadersStatus as HeadersResult,
  HttpFilter,
  TrailersStatus as TrailersResult,
} from '../../http/filter.ts';
import { DataStatus, HeadersStatus, TrailersStatus } from '../../http/filter.ts';
import type { Headers } from '../../http/headers.ts';
import { luaModule } from '../../lua/lua-module.ts';
import { dataSource } from '../../router/direct-action.ts';
import type { HttpFilterType } from '../filter-type.ts';
import { routeOptions } from '../filter-type.ts';
import { LuaScript } from './script.ts';
import type { RunOwner } from './stream-run.ts';
import { StreamRun } from './stream-run.ts';

/** `LuaPerRoute`. */
interface RouteScript {
  readonly disabled: boolean;
  readonly name: string;
  readonly script: LuaScript | undefined;
  readonly context: JsonObject | undefined;
}

interface LuaConfig {
  readonly script: LuaScript | undefined;
  readonly named: ReadonlyMap<string, LuaScript>;
  readonly context: JsonObject;
  readonly clearRouteCache: boolean;
  readonly statPrefix: string;
  routeScript(callbacks: ActiveFilter): RouteScript | undefined;
}

/** envoy.filters.http.lua (envoy `source/extensions/filters/http/lua`). */
export const filterType: HttpFilterType = {
  async compile(config, context) {
    const module = await luaModule();
    const load = (code: ByteString): LuaScript | undefined => (code === '' ? undefined : new LuaScript(module, context.proxy, code));
    // Which VM scripts share decides about memory alone.
    config.ignore('shared_vm_id');
    const source = config.message('default_source_code');
    const inline = config.string('inline_code');
    if (source !== undefined && inline !== '') {
      throw new ConfigError('Error: Only one of `inline_code` or `default_source_code` can be set for the Lua filter.');
    }
    const prefix = config.string('stat_prefix');
    const compiled: LuaConfig = {
      script: load(source === undefined ? utf8ToByteString(inline) : dataSource(source)),
      named: new Map(config.map('source_codes').flatMap(([name, code]) => asEntry(name, load(dataSource(code))))),
      context: asObject(config.raw('filter_context')),
      clearRouteCache: config.bool('clear_route_cache', true),
      statPrefix: `http.${context.statPrefix}.lua.${prefix === '' ? '' : `${prefix}.`}`,
      routeScript: routeOptions(context, (route) => readRoute(route, load)),
    };
    for (const name of ['errors', 'executions']) context.proxy.stats.counter(compiled.statPrefix + name);
    return { create: (callbacks) => new LuaFilter(callbacks, compiled) };
  },
};

function asEntry(name: string, script: LuaScript | undefined): readonly (readonly [string, LuaScript])[] {
  return script === undefined ? [] : [[name, script]];
}

function readRoute(route: ConfigReader, load: (code: ByteString) => LuaScript | undefined): RouteScript {
  const source = route.message('source_code');
  return {
    disabled: route.bool('disabled'),
    name: route.string('name'),
    script: source === undefined ? undefined : load(dataSource(source)),
    context: route.has('filter_context') ? asObject(route.raw('filter_context')) : undefined,
  };
}

class LuaFilter implements HttpFilter, RunOwner {
  readonly callbacks: ActiveFilter;
  readonly #config: LuaConfig;
  #request: StreamRun | undefined;
  #response: StreamRun | undefined;

  constructor(callbacks: ActiveFilter, config: LuaConfig) {
    this.callbacks = callbacks;
    this.#config = config;
  }

  get clearRouteCache(): boolean {
    return this.#config.clearRouteCache;
  }

  get statPrefix(): string {
    return this.#config.statPrefix;
  }

  filterContext(): JsonObject {
    return this.#config.routeScript(this.callbacks)?.context ?? this.#config.context;
  }

  failed(message: ByteString): void {
    this.callbacks.stream.manager.proxy.onLog?.({ logger: 'lua', level: 4, message, filter: this.callbacks.entry.index });
    this.#request = undefined;
    this.#response = undefined;
  }

  decodeHeaders(headers: Headers, endStream: boolean): HeadersResult {
    const script = this.#script();
    if (script?.handlesRequests !== true) return HeadersStatus.Continue;
    this.#request = new StreamRun(this, script, true, headers, endStream);
    return this.#request.onHeaders();
  }

  decodeData(data: BodyBuffer, endStream: boolean): DataResult {
    return this.#request?.onData(data, endStream) ?? DataStatus.Continue;
  }

  decodeTrailers(trailers: Headers): TrailersResult {
    return this.#request?.onTrailers(trailers) ?? TrailersStatus.Continue;
  }

  encodeHeaders(headers: Headers, endStream: boolean): HeadersResult {
    const script = this.#script();
    if (script?.handlesResponses !== true) return HeadersStatus.Continue;
    this.#response = new StreamRun(this, script, false, headers, endStream);
    return this.#response.onHeaders();
  }

  encodeData(data: BodyBuffer, endStream: boolean): DataResult {
    return this.#response?.onData(data, endStream) ?? DataStatus.Continue;
  }

  encodeTrailers(trailers: Headers): TrailersResult {
    return this.#response?.onTrailers(trailers) ?? TrailersStatus.Continue;
  }

  onDestroy(): void {
    this.#request?.onDestroy();
    this.#response?.onDestroy();
  }

  /** The script for this stream's route. */
  #script(): LuaScript | undefined {
    const route = this.#config.routeScript(this.callbacks);
    if (route?.disabled === true) return undefined;
    if (route !== undefined && route.name !== '') return this.#config.named.get(route.name);
    return route?.script ?? this.#config.script;
  }
}
