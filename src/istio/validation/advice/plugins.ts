import { asObject, isObject, type JsonObject, type JsonPath } from '#base/json.ts';
import { isPlugin, readPlugin, type Plugin } from '../../extension-config/plugin.ts';
import type { Resource } from '../../resource.ts';
import type { ValidationContext } from '../context.ts';

/** A plugin resource as written, with the place of the fields that a WasmPlugin has in `spec` and a TrafficExtension in `spec.wasm`. */
export interface PluginText {
  readonly resource: Resource;
  readonly wasm: JsonObject | undefined;
  readonly path: JsonPath;
  /** Absent when istiod makes nothing of it. */
  readonly plugin: Plugin | undefined;
}

export function pluginTexts(context: ValidationContext): readonly PluginText[] {
  return context.resources.filter(isPlugin).map((resource) => {
    const own = resource.kind === 'TrafficExtension';
    const spec = asObject(resource.raw['spec']);
    const wasm = own ? (isObject(spec['wasm']) ? spec['wasm'] : undefined) : spec;
    return { resource, wasm, path: own ? ['spec', 'wasm'] : ['spec'], plugin: readPlugin(resource, context.minor).plugin };
  });
}
