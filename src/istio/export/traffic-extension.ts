import type { JsonObject } from '#base/json.ts';
import type { Diagnostic } from '#base/diagnostic.ts';
import type { Plugin } from '../extension-config/plugin.ts';
import { finding } from '../validation/rules.ts';
import { compact, documentOf } from './document.ts';
import type { Exported, ExportedPlugin, ExportInput } from './export.ts';
import { sharedSpec } from './wasm-plugin.ts';

/** Fields of a WasmPlugin that stand beside `wasm` in a TrafficExtension, or that it has given up. */
const notWasm: ReadonlySet<string> = new Set(['selector', 'targetRef', 'targetRefs', 'phase', 'priority', 'match', 'verificationKey']);

/** TrafficExtension: Istio 1.30 and newer, Wasm or Lua. */
export function toTrafficExtension(plugins: readonly ExportedPlugin[], input: ExportInput): Exported {
  const documents: JsonObject[] = [];
  const diagnostics: Diagnostic[] = [];
  if (!input.minor.trafficExtensions && plugins.length > 0)
    diagnostics.push(finding('istio/export-needs-1.30', { minor: input.minor.name }));
  for (const { plugin, lost } of plugins) {
    const { resource } = plugin;
    if (resource.kind === 'TrafficExtension') {
      documents.push(documentOf('extensions.istio.io/v1alpha1', 'TrafficExtension', resource, resource.spec));
      continue;
    }
    if (resource.spec['verificationKey'] !== undefined)
      lost('verificationKey', 'It has never had an effect, and istiod does not carry it over.');
    const spec = compact({ ...sharedSpec(plugin, 'UNSPECIFIED'), ...codeOf(plugin) });
    documents.push(documentOf('extensions.istio.io/v1alpha1', 'TrafficExtension', resource, spec));
  }
  return { documents, diagnostics };
}

function codeOf(plugin: Plugin): JsonObject {
  if (plugin.code.kind === 'lua') return { lua: { inlineCode: plugin.code.inlineCode } };
  return { wasm: Object.fromEntries(Object.entries(plugin.code.config).filter(([key]) => !notWasm.has(key))) };
}
