import { base64ToBytes, utf8Bytes, utf8ToByteString } from '#base/bytes.ts';
import type { JsonObject } from '#base/json.ts';
import { asString, isObject } from '#base/json.ts';
import type { FailurePolicy, PluginSettings } from '#proxywasm/plugin-settings.ts';
import { ConfigError } from '../config-error.ts';
import type { ConfigReader } from '../config-reader.ts';
import { enumName } from '../format/header-operations.ts';
import { encodeStruct } from './protobuf-struct.ts';
import type { CodeSource } from './wasm-services.ts';

export const policies = ['UNSPECIFIED', 'FAIL_RELOAD', 'FAIL_CLOSED', 'FAIL_OPEN'] as const;

export interface PluginConfig {
  readonly settings: PluginSettings;
  readonly code: CodeSource | undefined;
}

/** `envoy.extensions.wasm.v3.PluginConfig`. `variables` is the environment of the proxy's process. */
export function readPluginConfig(config: ConfigReader, variables: ReadonlyMap<string, string>): PluginConfig {
  const vm = config.message('vm_config');
  vm?.ignore('runtime', 'allow_precompiled', 'nack_on_code_cache_miss');
  const policy = enumName(config.raw('failure_policy'), policies);
  const capabilities = config.message('capability_restriction_config')?.map('allowed_capabilities') ?? [];
  const failOpen = config.bool('fail_open');
  const settings: PluginSettings = {
    name: utf8ToByteString(config.string('name')),
    rootId: utf8ToByteString(config.string('root_id')),
    vmId: utf8ToByteString(vm?.string('vm_id') ?? ''),
    pluginConfiguration: anyBytes(config, 'configuration'),
    vmConfiguration: vm === undefined ? new Uint8Array(0) : anyBytes(vm, 'configuration'),
    environment: vm === undefined ? [] : readEnvironment(vm, variables, config.string('name')),
    allowedCapabilities: capabilities.map(([name]) => name),
    failurePolicy: policy === undefined || policy === 'UNSPECIFIED' ? undefined : (policy satisfies FailurePolicy),
    failOpen: failOpen ? true : undefined,
    reloadBackoffMs: config.message('reload_config')?.message('backoff')?.duration('base_interval'),
    allowOnHeadersStopIteration: config.bool('allow_on_headers_stop_iteration'),
  };
  const code = vm?.message('code');
  return { settings, code: code === undefined ? undefined : readCode(code) };
}

/** Where the code of a VM comes from (`AsyncDataSource`). */
export function readCode(code: ConfigReader): CodeSource | undefined {
  const local = code.message('local');
  if (local !== undefined) {
    const filename = local.string('filename');
    if (filename !== '') return { kind: 'file', filename };
    const bytes = local.string('inline_bytes');
    return { kind: 'inline', bytes: bytes === '' ? utf8Bytes(local.string('inline_string')) : (base64ToBytes(bytes) ?? new Uint8Array(0)) };
  }
  const remote = code.message('remote');
  if (remote === undefined) return undefined;
  const uri = remote.message('http_uri');
  uri?.ignore('cluster', 'timeout');
  remote.ignore('retry_policy');
  return { kind: 'remote', uri: uri?.string('uri') ?? '', sha256: remote.string('sha256') };
}

function readEnvironment(
  vm: ConfigReader,
  variables: ReadonlyMap<string, string>,
  pluginName: string,
): readonly (readonly [string, string])[] {
  const environment = vm.message('environment_variables');
  if (environment === undefined) return [];
  const out: (readonly [string, string])[] = [];
  const keyValues = environment.raw('key_values');
  const pairs = isObject(keyValues) ? Object.entries(keyValues) : [];
  for (const key of environment.strings('host_env_keys')) {
    if (pairs.some(([name]) => name === key))
      throw new ConfigError(
        `Key ${key} is duplicated in envoy.extensions.wasm.v3.VmConfig.environment_variables for ${pluginName}. All the keys must be unique.`,
      );
    const value = variables.get(key);
    if (value !== undefined) out.push([utf8ToByteString(key), utf8ToByteString(value)]);
  }
  for (const [key, value] of pairs) out.push([utf8ToByteString(key), utf8ToByteString(String(value))]);
  return out;
}

/**
 * The bytes a plugin reads for an `Any` of its configuration: text and bytes values as they are, anything else as serialised protobuf (measured: also
 * `Struct`, where the API documentation promises JSON).
 */
function anyBytes(config: ConfigReader, name: string): Uint8Array {
  const value = config.raw(name);
  if (!isObject(value)) return typeof value === 'string' ? utf8Bytes(value) : new Uint8Array(0);
  const type = asString(value['@type']) ?? '';
  const message = type.slice(type.lastIndexOf('/') + 1);
  const inner = value['value'];
  switch (message) {
    case 'google.protobuf.StringValue':
      return utf8Bytes(asString(inner) ?? '');
    case 'google.protobuf.BytesValue':
      return base64ToBytes(asString(inner) ?? '') ?? new Uint8Array(0);
    case 'google.protobuf.Struct':
      return encodeStruct(isObject(inner) ? inner : withoutType(value));
    default:
      return new Uint8Array(0);
  }
}

function withoutType(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== '@type'));
}
