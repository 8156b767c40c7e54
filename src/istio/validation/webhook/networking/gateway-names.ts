import { goQuote } from '../../../api/go-json.ts';
import type { VerdictBuilder } from '../verdict.ts';
import { fqdnError, isDnsLabel } from '../words/names.ts';

/** References to Gateways; a name without a slash ends the check (istio/istio pkg/config/validation/validation.go validateGatewayNames). */
export function checkGatewayNames(names: readonly string[], out: VerdictBuilder, isConverted = false): void {
  for (const [index, reference] of names.entries()) {
    const slash = reference.indexOf('/');
    const at = out.at('gateways', index);
    if (slash < 0) {
      if (reference.includes('.')) {
        const [name = '', namespace = ''] = reference.split('.');
        const better = `prefer the <namespace>/<name> format: ${goQuote(`${namespace}/${name}`)}`;
        at.warn('istio/gateway-reference-old', `using legacy gatewayName format ${goQuote(reference)}; ${better}`);
      }
      return at.check('istio/gateway-reference', fqdnError(reference));
    }
    const namespace = reference.slice(0, slash);
    const name = reference.slice(slash + 1);
    if (namespace === '' || name === '') at.error('istio/gateway-reference', 'config namespace and gateway name cannot be empty');
    if (!isDnsLabel(namespace)) at.error('istio/gateway-reference', `invalid value for namespace: ${goQuote(namespace)}`);
    if (!isDnsLabel(name) && !isConverted) at.error('istio/gateway-reference', `invalid value for gateway name: ${goQuote(name)}`);
  }
}
