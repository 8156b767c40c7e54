import { asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import { messageName } from '#envoy/listener.ts';
import { readPlugin, isPlugin } from '../../extension-config/plugin.ts';
import type { ValidationContext } from '../context.ts';
import { fieldOf, patchTexts, type PatchText } from './patches.ts';

const wasmTypes: ReadonlySet<string> = new Set([
  'envoy.extensions.filters.http.wasm.v3.Wasm',
  'envoy.extensions.filters.network.wasm.v3.Wasm',
]);

/** Wasm and Lua inside EnvoyFilters, and the extension configurations filters wait for. */
export function adviseCode(context: ValidationContext): void {
  const patches = patchTexts(context);
  const answered = new Set(
    context.resources.filter(isPlugin).flatMap((resource) => readPlugin(resource, context.minor).plugin?.filterName ?? []),
  );
  const asked = new Set<string>();
  for (const patch of patches) {
    const name = asString(patch.value?.['name']);
    if (name === undefined || patch.value === undefined) continue;
    if (patch.applyTo === 'EXTENSION_CONFIG' && (patch.operation === 'ADD' || patch.operation.startsWith('INSERT_'))) answered.add(name);
    if (isObject(fieldOf(patch.value, 'configDiscovery'))) asked.add(name);
  }
  const seen = new Map<string, PatchText>();
  for (const patch of patches) {
    adviseExtension(context, patch, answered, asked);
    adviseInline(context, patch);
    adviseTwice(context, patch, seen);
  }
}

function adviseExtension(context: ValidationContext, patch: PatchText, answered: ReadonlySet<string>, asked: ReadonlySet<string>): void {
  const { resource, value } = patch;
  const name = asString(value?.['name']);
  if (value === undefined || name === undefined) return;
  const at = [...patch.path, 'patch', 'value', 'name'];
  if (patch.applyTo === 'EXTENSION_CONFIG') {
    if (patch.operation !== 'ADD' && !patch.operation.startsWith('INSERT_'))
      context.report('istio/extension-operation', resource, [...patch.path, 'patch', 'operation']);
    else if (!asked.has(name)) context.report('istio/extension-unasked', resource, at, { name });
    return;
  }
  if (isObject(fieldOf(value, 'configDiscovery')) && !answered.has(name))
    context.report('istio/discovery-unanswered', resource, at, { name });
}

/** The plugin configuration of a Wasm filter in a value, whichever way it is written. */
function wasmConfigOf(value: JsonObject): JsonObject | undefined {
  const typed = asObject(fieldOf(value, 'typedConfig'));
  const type = messageName(asString(typed['@type']) ?? '');
  if (wasmTypes.has(type)) return asObject(typed['config']);
  const inner = messageName(asString(fieldOf(typed, 'typeUrl')) ?? '');
  return type.endsWith('TypedStruct') && wasmTypes.has(inner) ? asObject(asObject(typed['value'])['config']) : undefined;
}

function adviseInline(context: ValidationContext, patch: PatchText): void {
  const { resource, value, applyTo } = patch;
  if (value === undefined || (applyTo !== 'HTTP_FILTER' && applyTo !== 'NETWORK_FILTER')) return;
  const at = [...patch.path, 'patch', 'value'];
  const typed = asObject(fieldOf(value, 'typedConfig'));
  if (
    messageName(asString(typed['@type']) ?? '') === 'envoy.extensions.filters.http.lua.v3.Lua' &&
    fieldOf(typed, 'inlineCode') !== undefined
  ) {
    context.report('istio/lua-inline-code', resource, at);
  }
  const config = wasmConfigOf(value);
  const remote = asObject(asObject(fieldOf(asObject(fieldOf(config ?? {}, 'vmConfig')), 'code'))['remote']);
  const http = asObject(fieldOf(remote, 'httpUri'));
  const uri = asString(http['uri']);
  if (uri === undefined) return;
  const cluster = asString(http['cluster']) ?? '';
  if (uri.startsWith('oci:') || cluster === '' || cluster === '_') context.report('istio/inline-remote-wasm', resource, at);
  else context.report('istio/inline-wasm-cluster', resource, at, { cluster });
}

function adviseTwice(context: ValidationContext, patch: PatchText, seen: Map<string, PatchText>): void {
  const name = asString(patch.value?.['name']);
  const isInsert = patch.operation === 'ADD' || patch.operation.startsWith('INSERT_');
  if (name === undefined || !isInsert || (patch.applyTo !== 'HTTP_FILTER' && patch.applyTo !== 'NETWORK_FILTER')) return;
  const key = JSON.stringify([
    patch.applyTo,
    patch.resource.namespace,
    name,
    patch.match,
    asObject(patch.resource.raw['spec'])['workloadSelector'],
  ]);
  if (seen.has(key)) context.report('istio/same-filter-twice', patch.resource, [...patch.path, 'patch', 'value', 'name'], { name });
  else seen.set(key, patch);
}
