import type { Diagnostic } from '#base/diagnostic.ts';
import { asObject, asString, formatPath, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { TextRange } from '#base/text-range.ts';
import { listenerFromProto } from '../from-proto.ts';
import { type ExtensionConfig, type Listener, messageName, type TypedConfig } from '../listener.ts';
import { parsePluginName, parseUnmarkedPluginName } from '../plugin-name.ts';
import { diagnostic, type ProblemArgs, type ProblemCode } from '../problems.ts';
import type { EnvoyTypes } from '../types.ts';
import type { ConfigDump, DumpedListener } from './dump.ts';
import type { DumpItem } from './items.ts';
import { nodeOf } from './node.ts';
import { configProvenance, pluginProvenance } from './provenance.ts';

const ADMIN = 'envoy.admin.v3.';
const LISTENER = 'envoy.config.listener.v3.Listener';

export interface SourceRanges {
  readonly file: string;
  rangeOf(value: JsonValue): TextRange | undefined;
}

/** Takes the messages of a dump one by one and gives the whole at the end. */
export class DumpCollector {
  readonly #types: EnvoyTypes;
  readonly #source: SourceRanges;
  readonly #listeners: DumpedListener[] = [];
  readonly #routes: JsonObject[] = [];
  readonly #clusters: JsonObject[] = [];
  readonly #endpoints: JsonObject[] = [];
  readonly #extensions: ExtensionConfig[] = [];
  readonly #diagnostics: Diagnostic[] = [];
  /** Problems that repeat in every listener are told once, with their number. */
  readonly #problems = new Map<string, { readonly at: TextRange | undefined; readonly args: ProblemArgs; count: number }>();
  #bootstrap: JsonObject | undefined;
  #sawExtensions = false;

  constructor(types: EnvoyTypes, source: SourceRanges) {
    this.#types = types;
    this.#source = source;
  }

  /** False when it is nothing that a dump is read for. */
  add({ type, value }: DumpItem): boolean {
    const short = type.startsWith(ADMIN) ? type.slice(ADMIN.length) : type;
    const range = this.#source.rangeOf(value);
    switch (short) {
      case 'ListenersConfigDump.StaticListener':
        this.#listener(value['listener'], 'static', range);
        return true;
      case 'ListenersConfigDump.DynamicListener':
        this.#dynamicListener(value, range);
        return true;
      case 'ClustersConfigDump.StaticCluster':
      case 'ClustersConfigDump.DynamicCluster':
        this.#message('envoy.config.cluster.v3.Cluster', value['cluster'], this.#clusters, range);
        return true;
      case 'RoutesConfigDump.StaticRouteConfig':
      case 'RoutesConfigDump.DynamicRouteConfig':
        this.#message('envoy.config.route.v3.RouteConfiguration', either(value, 'route_config'), this.#routes, range);
        return true;
      case 'EndpointsConfigDump.StaticEndpointConfig':
      case 'EndpointsConfigDump.DynamicEndpointConfig':
        this.#message('envoy.config.endpoint.v3.ClusterLoadAssignment', either(value, 'endpoint_config'), this.#endpoints, range);
        return true;
      case 'EcdsConfigDump.EcdsFilterConfig':
        this.#extension(either(value, 'ecds_filter'), range);
        this.#refusedUpdate(value, `the extension configuration ${nameIn(either(value, 'ecds_filter'))}`, range);
        return true;
      case 'BootstrapConfigDump':
        return this.add({ type: 'envoy.config.bootstrap.v3.Bootstrap', value: asObject(value['bootstrap']) });
      case 'envoy.config.bootstrap.v3.Bootstrap':
        this.#bootstrap = this.#read(type, value, range);
        return true;
      case LISTENER:
        this.#listener(value, 'active', range);
        return true;
      case 'envoy.config.cluster.v3.Cluster':
        this.#message(type, value, this.#clusters, range);
        return true;
      case 'envoy.config.route.v3.RouteConfiguration':
        this.#message(type, value, this.#routes, range);
        return true;
      case 'envoy.config.endpoint.v3.ClusterLoadAssignment':
        this.#message(type, value, this.#endpoints, range);
        return true;
      case 'envoy.config.core.v3.TypedExtensionConfig':
        this.#extension(value, range);
        return true;
      default:
        return short.endsWith('ConfigDump') || short.includes('ConfigDump.');
    }
  }

  finish(): ConfigDump {
    const bootstrap = this.#bootstrap;
    this.#staticResources(asObject(bootstrap?.['staticResources']));
    this.#missingExtensions();
    for (const { at, args, count } of this.#problems.values()) {
      this.#report('envoy/dump-problem', at, count === 1 ? args : { ...args, count });
    }
    const node = bootstrap === undefined ? undefined : nodeOf(bootstrap);
    return {
      listeners: this.#listeners,
      routes: this.#routes,
      clusters: this.#clusters,
      endpoints: this.#endpoints,
      extensions: this.#extensions,
      ...(bootstrap === undefined ? {} : { bootstrap }),
      ...(node === undefined ? {} : { node }),
      diagnostics: this.#diagnostics,
    };
  }

  #dynamicListener(value: JsonObject, range: TextRange | undefined): void {
    const name = asString(value['name']) ?? '';
    const error = asObject(either(value, 'error_state'));
    const details = isObject(either(value, 'error_state')) ? (asString(error['details']) ?? 'no details') : undefined;
    const [active, warming, draining] = ['active_state', 'warming_state', 'draining_state'].map((key) => asObject(either(value, key)));
    const states = [
      [active, 'active'],
      [warming, 'warming'],
      [draining, 'draining'],
    ] as const;
    let shown = false;
    for (const [state, word] of states) {
      if (!isObject(state?.['listener'])) continue;
      this.#listener(state['listener'], word, range, details);
      if (word === 'warming') this.#report('envoy/listener-warming', range, { listener: name });
      shown = true;
    }
    if (details === undefined) return;
    if (shown) return this.#report('envoy/update-refused', range, { what: `the listener ${name}`, details });
    const failed = either(error, 'failed_configuration');
    if (isObject(failed)) this.#listener(failed, 'error', range, details);
    this.#report('envoy/listener-refused', range, { listener: name || nameIn(failed), details });
  }

  #listener(value: JsonValue | undefined, state: DumpedListener['state'], range: TextRange | undefined, refused?: string): void {
    if (!isObject(value)) return;
    const at = this.#source.rangeOf(value) ?? range;
    const proto = this.#read(LISTENER, value, at);
    const listener: Listener = listenerFromProto(proto, configProvenance);
    this.#listeners.push({ listener, state, ...(refused === undefined ? {} : { refused }), ...(at === undefined ? {} : { range: at }) });
  }

  #message(type: string, value: JsonValue | undefined, into: JsonObject[], range: TextRange | undefined): void {
    if (isObject(value)) into.push(this.#read(type, value, range));
  }

  #extension(value: JsonValue | undefined, range: TextRange | undefined): void {
    this.#sawExtensions = true;
    if (!isObject(value)) return;
    const { name: given, typedConfig } = this.#read('envoy.config.core.v3.TypedExtensionConfig', value, range);
    const name = asString(given) ?? '';
    const type = asObject(typedConfig)['@type'];
    const isWasm = typeof type === 'string' && messageName(type).endsWith('.wasm.v3.Wasm');
    const plugin = isWasm ? parseUnmarkedPluginName(name) : parsePluginName(name);
    this.#extensions.push({
      name,
      ...(isObject(typedConfig) && typeof type === 'string'
        ? { typedConfig: { ...typedConfig, '@type': type } satisfies TypedConfig }
        : {}),
      ...(plugin === undefined ? {} : { provenance: pluginProvenance(plugin) }),
    });
  }

  #refusedUpdate(value: JsonObject, what: string, range: TextRange | undefined): void {
    const error = either(value, 'error_state');
    if (isObject(error)) this.#report('envoy/update-refused', range, { what, details: asString(error['details']) ?? 'no details' });
  }

  /** `pc bootstrap` and a bootstrap by itself: its static resources are all there is. */
  #staticResources({ listeners, clusters }: JsonObject): void {
    if (this.#listeners.length === 0 && Array.isArray(listeners)) {
      for (const listener of listeners) this.#listener(listener as JsonValue, 'static', undefined);
    }
    if (this.#clusters.length === 0 && Array.isArray(clusters)) this.#clusters.push(...clusters.filter(isObject));
  }

  #missingExtensions(): void {
    if (!this.#sawExtensions) return;
    const known = new Set(this.#extensions.map((extension) => extension.name));
    const wanted = this.#listeners.flatMap(({ listener }) => discovered(listener));
    for (const name of new Set(wanted)) {
      if (known.has(name)) continue;
      this.#extensions.push({ name, missing: true });
      this.#report('envoy/extension-missing', undefined, { name });
    }
  }

  /** The canonical message. An `Any` without a type is how Envoy prints an empty one, so it is no problem here. */
  #read(type: string, value: JsonObject, range: TextRange | undefined): JsonObject {
    const { '@type': _, ...message } = value;
    const { value: out, problems } = this.#types.normalise(type, message);
    for (const problem of problems) {
      if (problem.code === 'envoy/any-without-type') continue;
      const key = `${problem.code} ${problem.message}`;
      const known = this.#problems.get(key);
      if (known === undefined) {
        const where = [nameIn(message), formatPath(problem.path)].filter((part) => part !== '').join(' ');
        this.#problems.set(key, { at: range, args: { where, what: problem.message }, count: 1 });
      } else known.count++;
    }
    return out;
  }

  #report(code: ProblemCode, range: TextRange | undefined, args: ProblemArgs): void {
    this.#diagnostics.push(diagnostic(code, range === undefined ? undefined : { file: this.#source.file, range }, args));
  }
}

/** The names of the filters of a listener whose configuration comes by discovery. */
function discovered(listener: Listener): readonly string[] {
  const chains = [...listener.filterChains, ...(listener.defaultFilterChain === undefined ? [] : [listener.defaultFilterChain])];
  const filters = chains.flatMap((chain) => chain.networkFilters.flatMap((filter) => [filter, ...(filter.httpFilters ?? [])]));
  return [...listener.listenerFilters, ...filters].filter((filter) => filter.configDiscovery !== undefined).map((filter) => filter.name);
}

function nameIn(value: JsonValue | undefined): string {
  return asString(asObject(value)['name']) ?? '';
}

/** The field in the spelling that is there. */
function either(value: JsonObject, name: string): JsonValue | undefined {
  return value[name] ?? value[name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())];
}
