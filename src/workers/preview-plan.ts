import type { ExtensionConfig, FilterChain, Listener } from '#envoy/listener.ts';
import { HTTP_WASM_TYPE, NETWORK_WASM_TYPE } from '#envoy/listener.ts';
import type { Responder } from '#simulator/scenario.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { asObject, asString, getIn, isArray, isObject } from '#base/json.ts';

/** What the preview worker needs to run one filter chain: plain data, posted as it is. */
export interface PreviewPlan {
  readonly listener: Listener;
  /** As in `ViewState.chain`. */
  readonly chain: number;
  readonly extensions: readonly ExtensionConfig[];
  readonly routes: readonly JsonObject[];
  /** The only clusters there are; absent: every cluster that is asked for. */
  readonly clusters?: readonly string[] | undefined;
  /** How clusters answer that are not the built-in httpbin. */
  readonly answers?: Readonly<Record<string, Responder>> | undefined;
  /** Who the proxy is, when a dump tells it. */
  readonly node?: JsonObject | undefined;
}

/** Where a Wasm filter's code comes from: the `uri` or file name Envoy is given. */
export interface CodeReference {
  readonly filter: string;
  readonly url: string;
}

/** Every module the chain runs, once each, in chain order. */
export function codeReferences(chain: FilterChain, extensions: readonly ExtensionConfig[]): readonly CodeReference[] {
  const byName = new Map(extensions.map((extension) => [extension.name, extension]));
  const found: CodeReference[] = [];
  const look = (filter: {
    readonly name: string;
    readonly typedConfig?: JsonObject | undefined;
    readonly configDiscovery?: JsonObject | undefined;
  }): void => {
    const config = filter.configDiscovery === undefined ? filter.typedConfig : byName.get(filter.name)?.typedConfig;
    const url = codeUrl(config);
    if (url !== undefined && !found.some((item) => item.url === url)) found.push({ filter: filter.name, url });
  };
  for (const filter of chain.networkFilters) {
    look(filter);
    for (const http of filter.httpFilters ?? []) look(http);
  }
  return found;
}

/** The code source of a Wasm `typed_config` (also inside a `TypedStruct`), in either spelling of the field names. */
export function codeUrl(config: JsonObject | undefined): string | undefined {
  const type = asString(config?.['@type']);
  const body =
    type?.endsWith('TypedStruct') === true
      ? { ...asObject(config?.['value']), '@type': asString(config?.['type_url'] ?? config?.['typeUrl']) ?? '' }
      : config;
  if (body?.['@type'] !== HTTP_WASM_TYPE && body?.['@type'] !== NETWORK_WASM_TYPE) return undefined;
  const vm = pick(body['config'], 'vm_config', 'vmConfig');
  const code = pick(vm, 'code', 'code');
  const uri = getIn(asObject(pick(pick(code, 'remote', 'remote'), 'http_uri', 'httpUri')), ['uri']);
  return asString(uri) ?? asString(getIn(asObject(code), ['local', 'filename']));
}

function pick(value: JsonValue | undefined, snake: string, camel: string): JsonValue | undefined {
  return isObject(value) && !isArray(value) ? (value[snake] ?? value[camel]) : undefined;
}
