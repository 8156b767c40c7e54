import type { JsonObject } from '#base/json.ts';
import type { Subject } from '../subject.ts';
import { checkLabels } from '../targets.ts';
import { VerdictBuilder, type Verdict } from '../verdict.ts';
import { message, messages, number, text, textPairs, texts } from '../words/fields.ts';
import { addressWords, domainError, fqdnError, isDnsLabel, labelErrors, portError } from '../words/names.ts';
import { checkExportTo } from './export-to.ts';
import { checkPortPolicies, checkTrafficPolicy } from './traffic-policy.ts';

/** The webhook on a DestinationRule (istio/istio pkg/config/validation/validation.go ValidateDestinationRule). */
export function validateDestinationRule(subject: Subject): Verdict {
  const { spec, namespace } = subject;
  const out = new VerdictBuilder();
  out.check('istio/host-invalid', domainError(text(spec, 'host')), 'host');
  checkPolicy(subject, message(spec, 'trafficPolicy'), out.at('trafficPolicy'));
  const names = new Set<string>();
  for (const [index, subset] of messages(spec, 'subsets').entries()) {
    const at = out.at('subsets', index);
    const name = text(subset, 'name');
    if (names.has(name)) at.error('istio/subset-duplicate', `duplicate subset names: ${name}`, 'name');
    names.add(name);
    at.check('istio/subset-name', subsetNameError(name), 'name');
    for (const [key, value] of textPairs(subset, 'labels')) at.checks('istio/label-invalid', labelErrors(key, value), 'labels', key);
    checkPolicy(subject, message(subset, 'trafficPolicy'), at.at('trafficPolicy').withoutWarnings());
  }
  const selector = message(spec, 'workloadSelector');
  checkExportTo(namespace, texts(spec, 'exportTo'), { hasSelector: selector !== undefined }, out);
  if (selector !== undefined) {
    const labels = message(selector, 'matchLabels') ?? {};
    checkLabels(labels, ['workloadSelector', 'matchLabels'], out);
    if (Object.keys(labels).length === 0)
      out.warn('istio/selector-empty', 'workload selector specified without labels', 'workloadSelector');
  }
  return out.verdict;
}

export function subsetNameError(name: string): string | undefined {
  if (name === '') return 'subset name cannot be empty';
  return isDnsLabel(name) ? undefined : `subset name is invalid: ${name}`;
}

const parts = ['outlierDetection', 'connectionPool', 'loadBalancer', 'tls', 'tunnel', 'proxyProtocol', 'retryBudget'] as const;

function checkPolicy(subject: Subject, policy: JsonObject | undefined, out: VerdictBuilder): void {
  if (policy === undefined) return;
  if (!parts.some((part) => policy[part] !== undefined) && messages(policy, 'portLevelSettings').length === 0)
    return out.error('istio/policy-empty', 'traffic policy must have at least one field');
  if (policy['tunnel'] !== undefined && policy['proxyProtocol'] !== undefined)
    return out.error('istio/tunnel', 'tunnel and proxyProtocol must not be set together', 'tunnel');
  checkTrafficPolicy(subject, policy, out);
  checkPortPolicies(subject, policy, out);
  const tunnel = message(policy, 'tunnel');
  if (tunnel !== undefined) checkTunnel(tunnel, out.at('tunnel'));
  const version = number(message(policy, 'proxyProtocol') ?? {}, 'version');
  if (version !== 0) out.error('istio/tunnel', `proxy protocol version is invalid: ${version}`, 'proxyProtocol', 'version');
}

function checkTunnel(tunnel: JsonObject, out: VerdictBuilder): void {
  const protocol = text(tunnel, 'protocol');
  if (protocol !== '' && protocol !== 'CONNECT' && protocol !== 'POST')
    out.error('istio/tunnel', 'tunnel protocol must be "CONNECT" or "POST"', 'protocol');
  const host = text(tunnel, 'targetHost');
  const name = fqdnError(host);
  const address = addressWords(host);
  if (name !== undefined && address !== undefined)
    out.error('istio/tunnel', `tunnel target host must be valid FQDN or IP address: ${name}; ${address}`, 'targetHost');
  const port = portError(number(tunnel, 'targetPort'));
  if (port !== undefined) out.error('istio/port-invalid', `tunnel target port is invalid: ${port}`, 'targetPort');
}
