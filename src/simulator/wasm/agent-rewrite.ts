import type { JsonObject } from '#base/json.ts';
import { isObject } from '#base/json.ts';
import { ConfigReader, openAny } from '../config-reader.ts';
import { enumName } from '../format/header-operations.ts';
import { policies, readCode } from './plugin-config.ts';
import type { WasmServices } from './wasm-services.ts';

/** An answer of ECDS as Envoy gets it, and a sentence about what has become of it. */
export interface Rewritten {
  readonly typedConfig: JsonObject;
  readonly note?: string | undefined;
}

const SECRET = 'ISTIO_META_WASM_IMAGE_PULL_SECRET';
const INTERNAL = 'ISTIO_META_';

/**
 * What Istio's agent makes of a Wasm plugin served by ECDS (istio `pkg/wasm/convert.go` `MaybeConvertWasmExtensionConfig`, 1.31): it fetches the remote module
 * and takes its own variables out. A module it cannot fetch becomes an RBAC filter that lets everything or nothing through.
 */
export function rewriteAsAgent(typedConfig: JsonObject, wasm: WasmServices): Rewritten {
  const typed = openAny(typedConfig);
  const layer = /\.filters\.(http|network)\.wasm\.v3\.Wasm$/.exec(String(typed['@type']))?.[1];
  const plugin = new ConfigReader(typed).message('config');
  const machine = plugin?.message('vm_config');
  const code = machine?.message('code');
  const source = code === undefined ? undefined : readCode(code);
  if (!wasm.istioAgent || layer === undefined || plugin === undefined || machine === undefined || source?.kind !== 'remote') {
    return { typedConfig };
  }
  const variables = machine.message('environment_variables')?.raw('key_values');
  const noSecret = isObject(variables) && variables[SECRET] === '';
  if (!noSecret && wasm.code(source) !== undefined) return { typedConfig: withoutInternalVariables(typed) };
  const failOpen = plugin.bool('fail_open') || enumName(plugin.raw('failure_policy'), policies) === 'FAIL_OPEN';
  const reason = noSecret ? 'The secret for its image is empty' : `Its module (${source.uri}) could not be fetched`;
  return {
    typedConfig: standIn(layer, failOpen),
    note: `${reason}: Istio's agent puts an RBAC filter in its place that ${failOpen ? 'lets everything through (fail open)' : 'denies everything (fail closed)'}.`,
  };
}

function standIn(layer: string, failOpen: boolean): JsonObject {
  const type = `type.googleapis.com/envoy.extensions.filters.${layer}.rbac.v3.RBAC`;
  const prefix = layer === 'http' ? 'rules_stat_prefix' : 'stat_prefix';
  return failOpen ? { '@type': type, [prefix]: 'wasm-default-allow' } : { '@type': type, [prefix]: 'wasm-default-deny', rules: {} };
}

function withoutInternalVariables(typed: JsonObject): JsonObject {
  return change(typed, ['config', 'vm_config', 'environment_variables', 'key_values'], (variables) =>
    Object.fromEntries(Object.entries(variables).filter(([name]) => !name.startsWith(INTERNAL))),
  );
}

/** A copy with the object at `path` exchanged; names in snake_case or lowerCamelCase. */
function change(value: JsonObject, path: readonly string[], edit: (found: JsonObject) => JsonObject): JsonObject {
  const [step, ...rest] = path;
  if (step === undefined) return edit(value);
  const camel = step.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const key = Object.hasOwn(value, step) ? step : camel;
  const inner = value[key];
  return isObject(inner) ? { ...value, [key]: change(inner, rest, edit) } : value;
}
