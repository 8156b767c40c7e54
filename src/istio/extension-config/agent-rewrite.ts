import { asArray, asObject, asString, asStringMap, isArray, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { HTTP_WASM_TYPE, NETWORK_WASM_TYPE, type ExtensionConfig, type TypedConfig } from '#envoy/listener.ts';
import type { Reason } from '#envoy/provenance.ts';
import { HTTP_RBAC_TYPE, NETWORK_RBAC_TYPE } from './placeholder.ts';
import { PULL_SECRET_ENV } from './wasm-config.ts';

/** What the agent asks its cache for. */
export interface ModuleRequest {
  readonly uri: string;
  readonly sha256: string | undefined;
}

/** A file with the module, or why there is none. */
export type ModuleFetch = { readonly file: string; readonly error?: undefined } | { readonly file?: undefined; readonly error: string };

const SOURCE = 'istio/istio pkg/wasm/convert.go MaybeConvertWasmExtensionConfig';

/**
 * What Envoy receives instead of istiod's answer: the agent in the pod fetches remote modules and points to a file; when it cannot, an RBAC
 * filter of the same name that lets everything or nothing through takes the plugin's place. Anything but a Wasm filter with remote code
 * passes unchanged.
 */
export function agentRewrite(config: ExtensionConfig, fetchModule: (request: ModuleRequest) => ModuleFetch): ExtensionConfig {
  const wasm = config.typedConfig === undefined ? undefined : wasmOf(config.typedConfig);
  if (wasm === undefined) return config;
  const vm = asObject(wasm.config['vmConfig']);
  const remote = asObject(vm['code'])['remote'];
  if (!isObject(remote)) return config;
  const fetched = fetch(wasm.config, vm, remote, fetchModule);
  if (fetched.error !== undefined) return standIn(config, wasm, fetched.error);
  const { environmentVariables: _, ...kept } = vm;
  const vmConfig = { ...kept, ...cleanEnvironment(vm), code: { local: { filename: fetched.file } } };
  const typedConfig: TypedConfig = { '@type': wasm.type, config: { ...wasm.config, vmConfig } };
  return {
    ...config,
    typedConfig,
    ...explained(config, { code: 'agent-local', text: `The agent fetched the module and made it a file: ${fetched.file}`, source: SOURCE }),
  };
}

function fetch(config: JsonObject, vm: JsonObject, remote: JsonObject, fetchModule: (request: ModuleRequest) => ModuleFetch): ModuleFetch {
  if (asStringMap(asObject(vm['environmentVariables'])['keyValues'])[PULL_SECRET_ENV] === '') {
    return { error: `cannot fetch Wasm module ${asString(config['name']) ?? ''}: missing image pulling secret` };
  }
  const uri = asString(asObject(remote['httpUri'])['uri']);
  if (uri === undefined) return { error: 'the remote code has no httpUri' };
  const scheme = /^([a-z]+):/i.exec(uri)?.[1]?.toLowerCase();
  if (scheme !== 'http' && scheme !== 'https' && scheme !== 'oci')
    return { error: `unsupported Wasm module downloading URL scheme: ${scheme ?? ''}` };
  const sha256 = asString(remote['sha256']);
  return fetchModule({ uri, sha256: sha256 === 'nil' || sha256 === '' ? undefined : sha256 });
}

/** Variables that istiod adds for the agent do not reach Envoy. */
function cleanEnvironment(vm: JsonObject): JsonObject {
  const environment = vm['environmentVariables'];
  if (!isObject(environment)) return {};
  const keyValues = Object.fromEntries(
    Object.entries(asObject(environment['keyValues'])).filter(([key]) => !key.startsWith('ISTIO_META_')),
  );
  const hostEnvKeys = asArray(environment['hostEnvKeys']);
  const left = { ...(hostEnvKeys.length > 0 ? { hostEnvKeys } : {}), ...(Object.keys(keyValues).length > 0 ? { keyValues } : {}) };
  return Object.keys(left).length > 0 ? { environmentVariables: left } : {};
}

function standIn(config: ExtensionConfig, wasm: WasmConfig, error: string): ExtensionConfig {
  const policy = wasm.config['failurePolicy'];
  const open = policy === undefined || policy === 'UNSPECIFIED' ? wasm.config['failOpen'] === true : policy === 'FAIL_OPEN';
  const prefix = open ? 'wasm-default-allow' : 'wasm-default-deny';
  const rules = open ? {} : { rules: {} };
  const typedConfig: TypedConfig =
    wasm.type === NETWORK_WASM_TYPE
      ? { '@type': NETWORK_RBAC_TYPE, ...rules, statPrefix: prefix }
      : { '@type': HTTP_RBAC_TYPE, ...rules, rulesStatPrefix: prefix };
  const text = `The module cannot be had (${error}), so an RBAC filter that ${open ? 'allows' : 'denies'} everything stands in for the plugin.`;
  return { ...config, typedConfig, ...explained(config, { code: open ? 'agent-allow' : 'agent-deny', text, source: SOURCE }) };
}

function explained(config: ExtensionConfig, reason: Reason): Pick<ExtensionConfig, 'provenance'> {
  return config.provenance === undefined ? {} : { provenance: { ...config.provenance, reasons: [...config.provenance.reasons, reason] } };
}

interface WasmConfig {
  readonly type: string;
  readonly config: JsonObject;
}

const TYPED_STRUCT_TYPE = 'type.googleapis.com/udpa.type.v1.TypedStruct';

/** The Wasm filter's configuration, also when it is written as a TypedStruct; `undefined` for other filters. */
export function wasmOf(typedConfig: TypedConfig): WasmConfig | undefined {
  const type = typedConfig['@type'];
  if (type === HTTP_WASM_TYPE || type === NETWORK_WASM_TYPE) return { type, config: asObject(typedConfig['config']) };
  const inner = typedConfig['typeUrl'];
  if (type !== TYPED_STRUCT_TYPE || (inner !== HTTP_WASM_TYPE && inner !== NETWORK_WASM_TYPE)) return undefined;
  return { type: inner, config: asObject(jsonNames(asObject(asObject(typedConfig['value'])['config']))) };
}

/** Inside a TypedStruct names stand as written; the agent reads both forms. Keys of variables and of an Any's content are no names. */
function jsonNames(value: JsonValue, names = true): JsonValue {
  if (isArray(value)) return value.map((item) => jsonNames(item));
  if (!isObject(value)) return value;
  const out: Record<string, JsonValue> = {};
  for (const [key, item] of Object.entries(value)) {
    const name = names ? key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()) : key;
    const opaque = name === 'configuration' || name === 'capabilityRestrictionConfig';
    out[name] = opaque ? (item ?? null) : jsonNames(item ?? null, name !== 'keyValues');
  }
  return out;
}
