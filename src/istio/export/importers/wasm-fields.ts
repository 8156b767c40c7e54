import { asArray, asObject, asString, isArray, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { HTTP_WASM_TYPE, messageName, NETWORK_WASM_TYPE } from '#envoy/listener.ts';
import type { EnvoyTypes } from '#envoy/types.ts';
import { goJson } from '../../api/go-json.ts';
import { camelCased } from '../../envoyfilter/camel-case.ts';
import { LUA_TYPE } from '../../extension-config/placeholder.ts';
import { PULL_POLICY_ENV, PULL_SECRET_ENV, RESOURCE_VERSION_ENV, WASM_RUNTIME } from '../../extension-config/wasm-config.ts';
import { compact } from '../document.ts';
import type { ImportedPlugin, Lost } from './imported.ts';

/** The plugin in a filter's typed config: direct or as a TypedStruct. `undefined` when it is another filter or cannot be taken over. */
export function codeOfTyped(typed: JsonObject, types: EnvoyTypes | undefined, lost: Lost): ImportedPlugin['code'] | undefined {
  const type = messageName(asString(typed['@type']) ?? '');
  if (type === messageName(LUA_TYPE)) return luaOf(typed, lost);
  if (type === messageName(HTTP_WASM_TYPE) || type === messageName(NETWORK_WASM_TYPE)) return wasmOf(asObject(typed['config']), lost);
  if (!type.endsWith('.TypedStruct')) return undefined;
  const inner = messageName(asString(typed['typeUrl']) ?? '');
  const value = asObject(typed['value']);
  const normal = types?.has(inner) === true ? types.normalise(inner, value).value : asObject(camelCased(value));
  return inner.endsWith('.TypedStruct') ? undefined : codeOfTyped({ ...normal, '@type': `type.googleapis.com/${inner}` }, types, lost);
}

const codeTypes: ReadonlySet<string> = new Set([HTTP_WASM_TYPE, NETWORK_WASM_TYPE, LUA_TYPE].map(messageName));

/** Is there a Wasm or Lua filter in it? */
export function isCode(typed: JsonObject): boolean {
  return ['@type', 'typeUrl'].some((key) => codeTypes.has(messageName(asString(typed[key]) ?? '')));
}

function luaOf(typed: JsonObject, lost: Lost): ImportedPlugin['code'] | undefined {
  const { inlineCode, defaultSourceCode } = typed;
  const lua = asString(inlineCode) ?? asString(asObject(defaultSourceCode)['inlineString']);
  if (lua === undefined) {
    lost('its script', 'A TrafficExtension has the script in itself, not in a file or a variable.');
    return undefined;
  }
  rest(typed, ['@type', 'inlineCode', 'defaultSourceCode'], 'of the Lua filter', lost);
  return { lua };
}

function rest(value: JsonObject, known: readonly string[], of: string, lost: Lost): void {
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined && !known.includes(key)) lost(`${key} ${of}`, 'No field of a plugin says it.');
  }
}

const strategies: Readonly<Record<string, string>> = { FAIL_CLOSED: 'FAIL_CLOSE', FAIL_OPEN: 'FAIL_OPEN', FAIL_RELOAD: 'FAIL_RELOAD' };

/** Envoy's PluginConfig as fields of a plugin (the way back of istio/istio pilot/pkg/model/extensions.go buildWasmConfig). */
function wasmOf(config: JsonObject, lost: Lost): ImportedPlugin['code'] | undefined {
  const vm = asObject(config['vmConfig']);
  const source = sourceOf(asObject(vm['code']), lost);
  if (source === undefined) return undefined;
  const runtime = asString(vm['runtime']);
  if (runtime !== undefined && runtime !== WASM_RUNTIME) lost(`runtime ${runtime}`, `istiod always writes ${WASM_RUNTIME}.`);
  if (vm['vmId'] !== undefined && vm['vmId'] !== config['name'])
    lost('vm_id', 'istiod writes none, so plugins of the same module share a VM and its shared data.');
  rest(vm, ['code', 'runtime', 'vmId', 'environmentVariables'], 'of the VM', lost);
  rest(config, ['name', 'rootId', 'vmConfig', 'configuration', 'failOpen', 'failurePolicy'], 'of the Wasm filter', lost);
  const policy = asString(config['failurePolicy']);
  const { env, pullPolicy } = environmentOf(asObject(vm['environmentVariables']), lost);
  const wasm = compact({
    ...source,
    imagePullPolicy: pullPolicy,
    pluginName: asString(config['rootId']),
    pluginConfig: configurationOf(config['configuration'], lost),
    failStrategy: config['failOpen'] === true ? 'FAIL_OPEN' : policy === undefined ? undefined : strategies[policy],
    vmConfig: env.length === 0 ? undefined : { env },
  });
  return { wasm };
}

function sourceOf(code: JsonObject, lost: Lost): JsonObject | undefined {
  const remote = asObject(code['remote']);
  const uri = asString(asObject(remote['httpUri'])['uri']);
  if (uri !== undefined) {
    if (remote['retryPolicy'] !== undefined) lost('retry_policy', 'The agent has its own number of tries.');
    return compact({ url: uri, sha256: asString(remote['sha256']) });
  }
  const filename = asString(asObject(code['local'])['filename']);
  if (filename !== undefined) return { url: `file://${filename}` };
  lost('its module', 'A plugin names where the module is; it cannot have it in itself.');
  return undefined;
}

/** JSON in a StringValue is what istiod writes; other forms reach the module as other bytes. */
function configurationOf(value: JsonValue | undefined, lost: Lost): JsonValue | undefined {
  if (!isObject(value)) return undefined;
  const type = messageName(asString(value['@type']) ?? '');
  if (type === 'google.protobuf.Struct') return isObject(value['value']) ? value['value'] : undefined;
  const text = asString(value['value']);
  if (type !== 'google.protobuf.StringValue' || text === undefined) {
    lost(`configuration of type ${type}`, 'istiod writes JSON as a StringValue.');
    return undefined;
  }
  if (text === '') return undefined;
  const parsed = parseObject(text);
  if (parsed === undefined) {
    lost('configuration', 'It is no JSON object, and pluginConfig can be nothing else.');
    return undefined;
  }
  if (goJson(parsed) !== text)
    lost('the exact bytes of configuration', 'istiod sorts keys and writes no spaces; for a JSON reader they are equal.');
  return parsed;
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function environmentOf(
  variables: JsonObject,
  lost: Lost,
): { readonly env: readonly JsonObject[]; readonly pullPolicy: string | undefined } {
  const values = asObject(variables['keyValues']);
  if (values[PULL_SECRET_ENV] !== undefined)
    lost('the docker configuration', 'A plugin names a Secret of type kubernetes.io/dockerconfigjson by imagePullSecret.');
  const env: JsonObject[] = [];
  for (const [name, value] of Object.entries(values)) {
    if (name === PULL_POLICY_ENV || name === PULL_SECRET_ENV || name === RESOURCE_VERSION_ENV) continue;
    env.push({ name, value: asString(value) ?? '' });
  }
  const host = variables['hostEnvKeys'];
  if (isArray(host)) for (const name of asArray(host)) env.push({ name: asString(name) ?? '', valueFrom: 'HOST' });
  const policy = asString(values[PULL_POLICY_ENV]);
  return { env, pullPolicy: policy === 'Always' || policy === 'IfNotPresent' ? policy : undefined };
}
