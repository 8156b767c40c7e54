import { asArray, asObject, asString, isArray, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { HTTP_WASM_TYPE, NETWORK_WASM_TYPE } from '#envoy/listener.ts';
import type { Plugin } from '../extension-config/plugin.ts';
import { LUA_TYPE } from '../extension-config/placeholder.ts';
import { codeSource, pluginConfiguration, PULL_POLICY_ENV, STRING_VALUE_TYPE, WASM_RUNTIME } from '../extension-config/wasm-config.ts';
import type { Minor } from '../minors.ts';
import { compact } from './document.ts';
import type { ExportOptions } from './export.ts';

export const TYPED_STRUCT_TYPE = 'type.googleapis.com/udpa.type.v1.TypedStruct';

/** The name of the filter a plugin becomes outside Istio's own naming. */
export function exportedName(plugin: Plugin): string {
  return `${plugin.resource.namespace}.${plugin.resource.name}`;
}

/** A plugin's filter as EnvoyFilters write it, in snake_case; `code` is where the module comes from. */
export function filterConfig(plugin: Plugin, minor: Minor, code: JsonObject, form: ExportOptions['form']): JsonObject {
  if (plugin.code.kind === 'lua') {
    return { '@type': LUA_TYPE, default_source_code: { inline_string: plugin.code.inlineCode } };
  }
  const type = plugin.layer === 'network' ? NETWORK_WASM_TYPE : HTTP_WASM_TYPE;
  const config = wasmConfig(plugin, plugin.code.config, minor, code);
  return form === 'typed-struct' ? { '@type': TYPED_STRUCT_TYPE, type_url: type, value: { config } } : { '@type': type, config };
}

function wasmConfig(plugin: Plugin, wasm: JsonObject, minor: Minor, code: JsonObject): JsonObject {
  const configuration = pluginConfiguration(wasm['pluginConfig']);
  const name = exportedName(plugin);
  return compact({
    name,
    root_id: asString(wasm['pluginName']),
    ...failure(asString(wasm['failStrategy']) ?? 'FAIL_CLOSE', minor),
    vm_config: compact({
      vm_id: name,
      runtime: WASM_RUNTIME,
      code: snakeCased(code),
      environment_variables: environment(wasm, code['remote'] !== undefined),
    }),
    configuration: configuration === undefined ? undefined : { '@type': STRING_VALUE_TYPE, value: configuration },
  });
}

function failure(strategy: string, minor: Minor): Readonly<Record<string, JsonValue>> {
  if (!minor.failurePolicy) return strategy === 'FAIL_OPEN' ? { fail_open: true } : {};
  return { failure_policy: strategy === 'FAIL_CLOSE' ? 'FAIL_CLOSED' : strategy };
}

/** The pull policy is for the agent, which only sees remote code. */
function environment(wasm: JsonObject, isRemote: boolean): JsonObject | undefined {
  const keyValues: Record<string, string> = {};
  const policy = wasm['imagePullPolicy'];
  if (isRemote && (policy === 'Always' || policy === 'IfNotPresent')) keyValues[PULL_POLICY_ENV] = policy;
  const host: string[] = [];
  for (const item of asArray(asObject(wasm['vmConfig'])['env'])) {
    const variable = asObject(item);
    const name = asString(variable['name']) ?? '';
    if (variable['valueFrom'] === 'HOST') host.push(name);
    else keyValues[name] = asString(variable['value']) ?? '';
  }
  const out = compact({
    host_env_keys: host.length === 0 ? undefined : host,
    key_values: Object.keys(keyValues).length === 0 ? undefined : keyValues,
  });
  return Object.keys(out).length === 0 ? undefined : out;
}

/** `httpUri` → `http_uri`: the spelling of every EnvoyFilter in the documentation. */
export function snakeCased(value: JsonValue): JsonValue {
  if (isArray(value)) return value.map(snakeCased);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), snakeCased(item ?? null)]),
  );
}

/** Where an Envoy finds the module of a plugin, as istiod would have written it. */
export function codeOf(plugin: Plugin): JsonObject {
  if (plugin.code.kind !== 'wasm') return {};
  return codeSource(asString(plugin.code.config['url']) ?? '', asString(plugin.code.config['sha256']));
}
