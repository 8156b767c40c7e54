import { asString, isArray, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { Diagnostic } from '#base/diagnostic.ts';
import { httpManagerOf, messageName, type FilterChain, type HttpFilter, type NetworkFilter, type TypedConfig } from '#envoy/listener.ts';
import type { Plugin } from '../extension-config/plugin.ts';
import { finding } from '../validation/rules.ts';
import type { Exported, ExportedPlugin, ExportInput } from './export.ts';
import { codeOf, exportedName, filterConfig } from './wasm-value.ts';

const ROUTER: JsonObject = {
  name: 'envoy.filters.http.router',
  typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
};
const UPSTREAM = 'upstream';
const LISTEN_PORT = 10_000;
const UPSTREAM_PORT = 8080;
const FIRST_STAND_IN_PORT = 18_000;

/**
 * A static `envoy.yaml` with the plugins in their order, and around them the built-in filters of the chain in view that Envoy knows without
 * Istio. One plain listener, one route to one upstream; modules as files.
 */
export function toEnvoyBootstrap(plugins: readonly ExportedPlugin[], input: ExportInput): Exported {
  const diagnostics: Diagnostic[] = [];
  const byName = new Map(plugins.map((exported) => [exported.plugin.filterName, exported]));
  const chain = chainWithMost(input, byName);
  const kept = new Filters(byName, input, diagnostics);
  const http = kept.http(chain === undefined ? undefined : (httpManagerOf(chain)?.httpFilters ?? []));
  const network = kept.network(chain?.networkFilters);
  const manager = {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
      stat_prefix: 'ingress_http',
      route_config: {
        name: 'local',
        virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: UPSTREAM } }] }],
      },
      http_filters: http,
    },
  };
  const clusters = [cluster(UPSTREAM, UPSTREAM_PORT), ...standIns([...http, ...network], diagnostics)];
  const document = {
    admin: { address: socket('127.0.0.1', 9901) },
    static_resources: {
      listeners: [{ name: 'main', address: socket('0.0.0.0', LISTEN_PORT), filter_chains: [{ filters: [...network, manager] }] }],
      clusters,
    },
  };
  return { documents: [document], diagnostics };
}

function socket(address: string, port: number): JsonObject {
  return { socket_address: { address, port_value: port } };
}

function cluster(name: string, port: number, http2 = false): JsonObject {
  const protocols = {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      explicit_http_config: { http2_protocol_options: {} },
    },
  };
  return {
    name,
    type: 'STATIC',
    connect_timeout: '5s',
    ...(http2 ? { typed_extension_protocol_options: protocols } : {}),
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address: socket('127.0.0.1', port) } }] }] },
  };
}

/** The HTTP chain of the proxy in view with most of the plugins in it; among equals the one that does most besides (jwt_authn, rbac …). */
function chainWithMost(input: ExportInput, byName: ReadonlyMap<string, ExportedPlugin>): FilterChain | undefined {
  const chains = (input.listeners ?? []).flatMap((listener) => listener.filterChains).filter((chain) => httpManagerOf(chain) !== undefined);
  const filters = (chain: FilterChain): readonly { readonly name: string }[] => [
    ...(httpManagerOf(chain)?.httpFilters ?? []),
    ...chain.networkFilters,
  ];
  const count = (chain: FilterChain): number => filters(chain).filter((filter) => byName.has(filter.name)).length;
  return chains.toSorted((a, b) => count(b) - count(a) || filters(b).length - filters(a).length)[0];
}

/** Chooses and writes filters; what has to stay behind is a diagnostic. */
class Filters {
  readonly #byName: ReadonlyMap<string, ExportedPlugin>;
  readonly #input: ExportInput;
  readonly #diagnostics: Diagnostic[];
  readonly #leftOut = new Set<string>();

  constructor(byName: ReadonlyMap<string, ExportedPlugin>, input: ExportInput, diagnostics: Diagnostic[]) {
    this.#byName = byName;
    this.#input = input;
    this.#diagnostics = diagnostics;
  }

  http(filters: readonly HttpFilter[] | undefined): readonly JsonObject[] {
    const plugins = [...this.#byName.values()].filter(({ plugin }) => plugin.layer === 'http');
    const out =
      filters === undefined ? plugins.map((exported) => this.#plugin(exported)) : filters.flatMap((filter) => this.#filter(filter));
    return [
      ...out.filter((filter) => filter['name'] !== ROUTER['name']),
      out.find((filter) => filter['name'] === ROUTER['name']) ?? ROUTER,
    ];
  }

  network(filters: readonly NetworkFilter[] | undefined): readonly JsonObject[] {
    const plugins = [...this.#byName.values()].filter(({ plugin }) => plugin.layer === 'network');
    if (filters === undefined) return plugins.map((exported) => this.#plugin(exported));
    return filters.filter((filter) => filter.httpFilters === undefined).flatMap((filter) => this.#filter(filter));
  }

  #filter(filter: HttpFilter | NetworkFilter): readonly JsonObject[] {
    const exported = this.#byName.get(filter.name);
    if (exported !== undefined) return [this.#plugin(exported)];
    const config = filter.typedConfig ?? this.#input.extensions?.find((extension) => extension.name === filter.name)?.typedConfig;
    if (config === undefined || !isEnvoys(config)) {
      if (!this.#leftOut.has(filter.name)) this.#diagnostics.push(finding('istio/export-builtin-left-out', { filter: filter.name }));
      this.#leftOut.add(filter.name);
      return [];
    }
    return [{ name: filter.name, typed_config: config }];
  }

  #plugin({ plugin, lost }: ExportedPlugin): JsonObject {
    if (plugin.match.length > 0) lost('match', 'There is one listener, and the plugin is in it.');
    const code = this.#module(plugin);
    return { name: exportedName(plugin), typed_config: filterConfig(plugin, this.#input.minor, code, 'typed-config') };
  }

  /** Envoy reads files; it can fetch by HTTP too, but only with a checksum and a cluster, and never from a registry. */
  #module(plugin: Plugin): JsonObject {
    const code = codeOf(plugin);
    const chosen = this.#input.options?.localFile?.(plugin);
    if (plugin.code.kind !== 'wasm' || (chosen === undefined && code['local'] !== undefined)) return code;
    const filename = chosen ?? `/etc/envoy/modules/${plugin.resource.name}.wasm`;
    if (chosen === undefined)
      this.#diagnostics.push(finding('istio/export-module-file', { url: asString(plugin.code.config['url']) ?? '', file: filename }));
    return { local: { filename } };
  }
}

/** Types of Istio's own Envoy build, or TypedStructs around them, mean nothing to a plain Envoy. */
function isEnvoys(config: TypedConfig): boolean {
  const name = messageName(config['@type']);
  const inner =
    name.endsWith('type.v1.TypedStruct') || name === 'xds.type.v3.TypedStruct' ? messageName(asString(config['typeUrl']) ?? '') : name;
  return inner.startsWith('envoy.') && !inner.startsWith('envoy.tcp.metadataexchange.');
}

/** Clusters that kept filters call (ext_authz, jwks …), each on a local port to be filled in. */
function standIns(filters: readonly JsonObject[], diagnostics: Diagnostic[]): readonly JsonObject[] {
  const found = new Map<string, boolean>();
  for (const filter of filters) collectClusters(filter, found);
  return [...found].map(([name, grpc], index) => {
    const port = FIRST_STAND_IN_PORT + index;
    diagnostics.push(finding('istio/export-cluster-stand-in', { cluster: name, port }));
    return cluster(name, port, grpc);
  });
}

function collectClusters(value: JsonValue | undefined, found: Map<string, boolean>, grpc = false): void {
  if (isArray(value)) for (const item of value) collectClusters(item, found, grpc);
  if (!isObject(value)) return;
  for (const [key, item] of Object.entries(value)) {
    const isName = key === 'clusterName' || key === 'cluster';
    if (isName && typeof item === 'string' && item !== '' && item !== '_') found.set(item, grpc || found.get(item) === true);
    else collectClusters(item, found, grpc || key === 'envoyGrpc');
  }
}
