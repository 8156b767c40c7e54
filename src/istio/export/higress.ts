import type { JsonObject } from '#base/json.ts';
import { compact, documentOf } from './document.ts';
import type { Exported, ExportedPlugin } from './export.ts';

/** What Higress's WasmPlugin has in common with Istio's (alibaba/higress api/extensions/v1alpha1/wasmplugin.proto). */
const kept = ['url', 'sha256', 'imagePullPolicy', 'imagePullSecret', 'pluginConfig', 'pluginName', 'vmConfig'] as const;

/**
 * Higress WasmPlugin. `pluginConfig` is written, not `defaultConfig`, so that the module reads the same bytes: the other form adds rules.
 * Lives in Higress's namespace and is for its gateway alone.
 */
export function toHigress(plugins: readonly ExportedPlugin[]): Pick<Exported, 'documents'> {
  const documents: JsonObject[] = [];
  for (const { plugin, lost } of plugins) {
    const { resource, code } = plugin;
    if (code.kind !== 'wasm') {
      lost('Lua code', 'Higress plugins are Wasm modules.');
      continue;
    }
    if (plugin.layer === 'network') {
      lost('type NETWORK', 'Higress plugins are HTTP filters.');
      continue;
    }
    if (plugin.selector !== undefined) lost('selector', 'A Higress plugin is for the Higress gateway; there is nothing to select.');
    if (plugin.targetRefs.length > 0) lost('targetRefs', 'A Higress plugin is for the Higress gateway; routes are chosen by matchRules.');
    if (plugin.match.length > 0) lost('match', 'Higress has no match by direction or port; use matchRules by ingress, domain or service.');
    const strategy = code.config['failStrategy'];
    if (strategy === 'FAIL_RELOAD')
      lost('failStrategy FAIL_RELOAD', 'Higress knows FAIL_CLOSE and FAIL_OPEN; the default FAIL_CLOSE holds.');
    if (code.config['verificationKey'] !== undefined) lost('verificationKey', 'It has no effect.');
    const spec = compact({
      ...Object.fromEntries(kept.map((key) => [key, code.config[key]])),
      phase: plugin.phase === 'UNSPECIFIED_PHASE' ? undefined : plugin.phase,
      priority: plugin.priority,
      failStrategy: strategy === 'FAIL_OPEN' || strategy === 'FAIL_CLOSE' ? strategy : undefined,
    });
    documents.push(documentOf('extensions.higress.io/v1alpha1', 'WasmPlugin', { ...resource, namespace: 'higress-system' }, spec));
  }
  return { documents };
}
