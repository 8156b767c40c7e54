import { asArray, asObject, asString, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { HTTP_WASM_TYPE, NETWORK_WASM_TYPE, type TypedConfig } from '#envoy/listener.ts';
import { goJson } from '../api/go-json.ts';
import { formatGoUrl, parseGoUrl } from '../api/go-url.ts';
import type { Minor } from '../minors.ts';
import type { Plugin } from './plugin.ts';
import { pullSecretName } from './pull-secret.ts';

export const STRING_VALUE_TYPE = 'type.googleapis.com/google.protobuf.StringValue';
export const WASM_RUNTIME = 'envoy.wasm.runtime.v8';
export const PULL_SECRET_ENV = 'ISTIO_META_WASM_IMAGE_PULL_SECRET';
export const PULL_POLICY_ENV = 'ISTIO_META_WASM_IMAGE_PULL_POLICY';
export const RESOURCE_VERSION_ENV = 'ISTIO_META_WASM_PLUGIN_RESOURCE_VERSION';

const failurePolicies: Readonly<Record<string, string>> = {
  FAIL_CLOSE: 'FAIL_CLOSED',
  FAIL_OPEN: 'FAIL_OPEN',
  FAIL_RELOAD: 'FAIL_RELOAD',
};

/**
 * The typed config that istiod answers for a Wasm plugin, before the agent fetches the module (istio/istio
 * pilot/pkg/model/extensions.go buildWasmConfig, buildVMConfig). `secret` is the docker config that stands in for the pull secret's
 * name; istiod writes an empty text when it has none.
 */
export function wasmTypedConfig(
  plugin: Plugin,
  minor: Minor,
  secret: (resourceName: string) => string | undefined,
): TypedConfig | undefined {
  if (plugin.code.kind !== 'wasm') return undefined;
  const wasm = plugin.code.config;
  const rootId = asString(wasm['pluginName']);
  const configuration = pluginConfiguration(wasm['pluginConfig']);
  const config: JsonObject = {
    name: `${plugin.resource.namespace}.${plugin.name}`,
    ...(rootId === undefined ? {} : { rootId }),
    vmConfig: {
      runtime: WASM_RUNTIME,
      code: codeSource(asString(wasm['url']) ?? '', asString(wasm['sha256'])),
      environmentVariables: environment(plugin, wasm, secret),
    },
    ...(configuration === undefined ? {} : { configuration: { '@type': STRING_VALUE_TYPE, value: configuration } }),
    ...failure(wasm['failStrategy'], minor),
  };
  return { '@type': plugin.layer === 'network' ? NETWORK_WASM_TYPE : HTTP_WASM_TYPE, config };
}

/**
 * The text that a plugin's `on_configure` reads: byte for byte what istiod makes of `pluginConfig` (golang/protobuf jsonpb encode.go
 * over a Struct). Absent and `{}` give nothing at all.
 */
export function pluginConfiguration(pluginConfig: JsonValue | undefined): string | undefined {
  return isObject(pluginConfig) && Object.keys(pluginConfig).length > 0 ? goJson(pluginConfig) : undefined;
}

/** Where the module comes from, as Go rewrites the url: without scheme it is `oci://` (extensions.go buildDataSource). */
export function codeSource(text: string, sha256: string | undefined): JsonObject {
  const { url } = parseGoUrl(text);
  if (url === undefined) return {};
  if (url.scheme === 'file') return { local: { filename: text.startsWith('file://') ? text.slice('file://'.length) : text } };
  const uri = formatGoUrl(url.scheme === '' ? { ...url, scheme: 'oci' } : url);
  return { remote: { httpUri: { uri, cluster: '_', timeout: '30s' }, ...(sha256 === undefined ? {} : { sha256 }) } };
}

function environment(plugin: Plugin, wasm: JsonObject, secret: (resourceName: string) => string | undefined): JsonObject {
  const keyValues: Record<string, string> = {};
  const pullSecret = pullSecretName(asString(wasm['imagePullSecret']), plugin.resource.namespace);
  if (pullSecret !== undefined) keyValues[PULL_SECRET_ENV] = pullSecret;
  const policy = pullPolicy(wasm['imagePullPolicy']);
  if (policy !== undefined) keyValues[PULL_POLICY_ENV] = policy;
  keyValues[RESOURCE_VERSION_ENV] = plugin.resource.resourceVersion;
  const hostEnvKeys: string[] = [];
  for (const entry of asArray(asObject(wasm['vmConfig'])['env'])) {
    const variable = asObject(entry);
    const name = asString(variable['name']) ?? '';
    const from = variable['valueFrom'];
    if (from === undefined || from === 'INLINE') keyValues[name] = asString(variable['value']) ?? '';
    else if (from === 'HOST') hostEnvKeys.push(name);
  }
  // The name stands in the variable until the answer is built, so an INLINE variable of that name is looked up too (updatePluginConfig).
  const name = keyValues[PULL_SECRET_ENV];
  if (name !== undefined && name !== '') keyValues[PULL_SECRET_ENV] = secret(name) ?? '';
  return { ...(hostEnvKeys.length === 0 ? {} : { hostEnvKeys }), keyValues };
}

/** An enum value Go does not know is written as its number. */
function pullPolicy(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'number') return value.toString();
  return value === 'UNSPECIFIED_POLICY' ? undefined : asString(value);
}

function failure(strategy: JsonValue | undefined, minor: Minor): JsonObject {
  const name = asString(strategy) ?? 'FAIL_CLOSE';
  if (!minor.failurePolicy) return name === 'FAIL_OPEN' ? { failOpen: true } : {};
  const failurePolicy = strategy !== undefined && typeof strategy !== 'string' ? undefined : failurePolicies[name];
  return failurePolicy === undefined ? {} : { failurePolicy };
}
