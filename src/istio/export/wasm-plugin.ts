import type { JsonObject, JsonValue } from '#base/json.ts';
import type { Plugin } from '../extension-config/plugin.ts';
import { compact, documentOf } from './document.ts';
import type { Exported, ExportedPlugin, ExportInput } from './export.ts';

/** WasmPlugin: works on every Istio version; Lua has no place in it. */
export function toWasmPlugin(plugins: readonly ExportedPlugin[], input: ExportInput): Pick<Exported, 'documents'> {
  const documents: JsonObject[] = [];
  for (const { plugin, lost } of plugins) {
    const { resource } = plugin;
    if (resource.kind === 'WasmPlugin') {
      documents.push(documentOf('extensions.istio.io/v1alpha1', 'WasmPlugin', resource, resource.spec));
      continue;
    }
    if (plugin.code.kind !== 'wasm') {
      lost('Lua code', 'A WasmPlugin runs Wasm modules only; use TrafficExtension (Istio 1.30 and newer) or EnvoyFilter.');
      continue;
    }
    if (input.minor.minor < 27 && plugin.code.config['failStrategy'] === 'FAIL_RELOAD') {
      lost('failStrategy FAIL_RELOAD', `Istio ${input.minor.name} does not know it and would refuse the resource; it came with 1.27.`);
    }
    const spec = compact({ ...sharedSpec(plugin, 'UNSPECIFIED_PHASE'), ...plugin.code.config });
    documents.push(documentOf('extensions.istio.io/v1alpha1', 'WasmPlugin', resource, spec));
  }
  return { documents };
}

/** The fields that WasmPlugin and TrafficExtension have in common, in the order people write them. */
export function sharedSpec(plugin: Plugin, noPhase: string): Readonly<Record<string, JsonValue | undefined>> {
  return {
    selector: plugin.selector === undefined ? undefined : { matchLabels: plugin.selector },
    targetRefs:
      plugin.targetRefs.length === 0
        ? undefined
        : plugin.targetRefs.map((ref) => compact({ ...ref, namespace: ref.namespace === '' ? undefined : ref.namespace })),
    phase: plugin.phase === 'UNSPECIFIED_PHASE' ? (plugin.resource.spec['phase'] === undefined ? undefined : noPhase) : plugin.phase,
    priority: plugin.priority,
    match:
      plugin.match.length === 0
        ? undefined
        : plugin.match.map(({ mode, ports }) =>
            compact({
              mode: mode === 'UNDEFINED' ? undefined : mode,
              ports: ports.length === 0 ? undefined : ports.map((number) => ({ number })),
            }),
          ),
  };
}
