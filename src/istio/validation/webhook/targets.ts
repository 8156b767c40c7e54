import { asArray, asObject, asString, isObject, type JsonObject, type JsonPath } from '#base/json.ts';
import { goQuote } from '../../api/go-json.ts';
import type { Minor } from '../../minors.ts';
import type { VerdictBuilder } from './verdict.ts';

/** At most one of selector, targetRef, targetRefs (istio/istio pkg/config/validation/validation.go validateOneOfSelectorType). */
export function checkOneTarget(spec: JsonObject, out: VerdictBuilder): void {
  const set = [isObject(spec['selector']), isObject(spec['targetRef']), asArray(spec['targetRefs']).length > 0].filter(Boolean).length;
  if (set > 1) out.error('istio/one-target', 'only one of targetRefs or workloadSelector can be set', 'selector');
}

/** Labels of a selector (validateWorkloadSelector, ValidateAlphaWorkloadSelector). */
export function checkLabels(labels: JsonObject, path: JsonPath, out: VerdictBuilder): void {
  for (const [key, value] of Object.entries(labels)) {
    const pair = goQuote(`${key}=${asString(value) ?? ''}`);
    if (key === '') out.error('istio/selector-empty-key', `empty key is not supported in selector: ${pair}`, ...path, key);
    if (key.includes('*') || asString(value)?.includes('*') === true)
      out.error('istio/selector-wildcard', `wildcard is not supported in selector: ${pair}`, ...path, key);
  }
}

export function checkSelector(spec: JsonObject, out: VerdictBuilder): void {
  if (!isObject(spec['selector'])) return;
  const labels = asObject(spec['selector']['matchLabels']);
  checkLabels(labels, ['selector', 'matchLabels'], out);
  if (Object.keys(labels).length === 0) out.warn('istio/selector-empty', 'workload selector specified without labels', 'selector');
}

const GATEWAY_API = 'gateway.networking.k8s.io';

/** What policies may attach to; GatewayClass since 1.25. */
function allowedTargets(minor: Minor): readonly (readonly [group: string, version: string, kind: string])[] {
  const all = [
    ['core', 'v1', 'Service'],
    ['networking.istio.io', 'v1', 'ServiceEntry'],
    [GATEWAY_API, 'v1', 'Gateway'],
    [GATEWAY_API, 'v1', 'GatewayClass'],
  ] as const;
  return minor.minor < 25 ? all.slice(0, 3) : all;
}

/** One reference of targetRefs (validatePolicyTargetReference). */
export function checkTargetRef(value: JsonObject, path: JsonPath, minor: Minor, out: VerdictBuilder): void {
  const group = asString(value['group']) ?? '';
  const kind = asString(value['kind']) ?? '';
  if (value['name'] === undefined) out.error('istio/target-ref-name', 'targetRef name must be set', ...path, 'name');
  if (value['namespace'] !== undefined)
    out.error(
      'istio/target-ref-namespace',
      'targetRef namespace must not be set; cross namespace referencing is not supported',
      ...path,
      'namespace',
    );
  const allowed = allowedTargets(minor);
  if (allowed.some(([ownGroup, , ownKind]) => ownKind === kind && ownGroup === (group === '' ? 'core' : group))) return;
  const list = allowed.map(([ownGroup, version, ownKind]) => `${ownGroup}/${version}/${ownKind}`).join(' ');
  out.error('istio/target-ref-kind', `targetRef must be to one of [${list}] but was ${group}/${kind}`, ...path, 'kind');
}

export function checkTargetRefs(spec: JsonObject, minor: Minor, out: VerdictBuilder): void {
  for (const [index, ref] of asArray(spec['targetRefs']).entries()) checkTargetRef(asObject(ref), ['targetRefs', index], minor, out);
}
