import type { ValidationContext } from '../context.ts';
import { pluginTexts } from './plugins.ts';

/** What happens when the plugin, or the fetching of its module, fails. */
export function adviseFailure(context: ValidationContext): void {
  for (const { resource, wasm, path, plugin } of pluginTexts(context)) {
    if (wasm === undefined || plugin === undefined) continue;
    const strategy = wasm['failStrategy'];
    const at = [...path, 'failStrategy'];
    if (strategy === 'FAIL_OPEN' && (plugin.phase === 'AUTHN' || plugin.phase === 'AUTHZ'))
      context.report('istio/fail-open-security', resource, at, { phase: plugin.phase });
    else if (strategy === 'FAIL_RELOAD') context.report('istio/fail-reload', resource, at);
  }
}
