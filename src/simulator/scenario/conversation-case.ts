import type { JsonObject, JsonValue } from '#base/json.ts';
import { asString, getIn, isArray, isObject } from '#base/json.ts';
import type { ExtensionConfig, FilterChain, Listener } from '#envoy/listener.ts';
import { networkFilterToProto } from '#envoy/to-proto.ts';

export interface ConversationCaseInput {
  readonly name: string;
  readonly description: string;
  readonly listener: Listener;
  /** As in `ViewState.chain`: -1 for the default chain. */
  readonly chain: number;
  readonly extensions: readonly ExtensionConfig[];
  readonly routes: readonly JsonObject[];
  readonly conversation: readonly JsonObject[];
}

/**
 * A conversation with the network filters of a chain as a test case (`docs/scenario-format.md`): what discovery services answer stands inline, modules are
 * files beside the case, and every cluster the chain names is a scripted TCP server.
 */
export function conversationCase(input: ConversationCaseInput): JsonObject {
  const { name, description, listener, chain, conversation } = input;
  const chosen = chain < 0 ? listener.defaultFilterChain : listener.filterChains[chain];
  const networkFilters = chosen === undefined ? [] : filtersOf(chosen, input);
  const clusters = new Set<string>();
  collectClusters(networkFilters, clusters);
  return {
    version: 1,
    name,
    description,
    networkFilters,
    terminal: true,
    clusters: Object.fromEntries([...clusters].map((cluster) => [cluster, {}])),
    conversation,
  };
}

/** The network filters of a chain as a test case has them: what discovery answers stands inline, modules are files. */
export function filtersOf(
  chain: FilterChain,
  { extensions, routes }: Pick<ConversationCaseInput, 'extensions' | 'routes'>,
): readonly JsonObject[] {
  const served = new Map(extensions.map((extension) => [extension.name, extension.typedConfig]));
  const inline = (value: JsonValue): JsonValue => {
    if (isArray(value)) return value.map(inline);
    if (!isObject(value)) return value;
    const { configDiscovery, rds, ...rest } = value;
    const own: Record<string, JsonValue> = {};
    const typedConfig = configDiscovery === undefined ? undefined : served.get(asString(value['name']) ?? '');
    if (typedConfig !== undefined) own['typedConfig'] = inline(typedConfig);
    else if (configDiscovery !== undefined) own['configDiscovery'] = configDiscovery;
    const routeName = getIn(rds, ['routeConfigName']);
    const found = routes.find((config) => routeName !== undefined && config['name'] === routeName);
    if (found !== undefined) own['routeConfig'] = found;
    else if (rds !== undefined) own['rds'] = rds;
    for (const [key, item] of Object.entries(rest)) if (item !== undefined) own[key] = key === 'code' ? asFile(item) : inline(item);
    return own;
  };
  return chain.networkFilters.map((filter) => inline(networkFilterToProto(filter)) as JsonObject);
}

/** A remote module as the file it would be when somebody has downloaded it. */
function asFile(code: JsonValue): JsonValue {
  const uri = asString(getIn(code, ['remote', 'httpUri', 'uri']) ?? getIn(code, ['remote', 'http_uri', 'uri']));
  if (uri === undefined) return code;
  const last = uri.slice(uri.lastIndexOf('/') + 1).replace(/[:@].*$/, '');
  return { local: { filename: last.endsWith('.wasm') ? last : `${last}.wasm` } };
}

const clusterKeys = new Set(['cluster', 'clusterName', 'cluster_name']);

/** The names of clusters that a configuration sends to. */
export function collectClusters(value: JsonValue | undefined, found: Set<string>): void {
  if (isArray(value)) for (const item of value) collectClusters(item, found);
  if (!isObject(value)) return;
  for (const [key, item] of Object.entries(value)) {
    if (clusterKeys.has(key) && typeof item === 'string' && item !== '' && item !== '_') found.add(item);
    else collectClusters(item, found);
  }
}
