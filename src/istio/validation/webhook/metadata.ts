import { asString } from '#base/json.ts';
import { goQuote } from '../../api/go-json.ts';
import type { Resource } from '../../resource.ts';
import type { Remark } from './verdict.ts';

const DRY_RUN = 'istio.io/dry-run';
const boolTexts: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True', '0', 'f', 'F', 'FALSE', 'false', 'False']);

/** What the webhook refuses for an annotation alone (istio/istio pkg/config/validation/validation.go validateMetadata). */
export function metadataError(resource: Resource): Remark | undefined {
  const { annotations, namespace, name } = resource;
  const remark = (text: string, key: string): Remark => ({
    code: 'istio/annotation-refused',
    text,
    path: ['metadata', 'annotations', key],
  });
  const dryRun = annotations[DRY_RUN];
  if (dryRun !== undefined) {
    const text = dryRunError(resource, dryRun);
    if (text !== undefined) return remark(text, DRY_RUN);
  }
  const reject = 'internal.istio.io/webhook-always-reject';
  if (annotations[reject] !== undefined) return remark(`${goQuote(reject)} annotation found, rejecting`, reject);
  const internal = ['internal.istio.io/parent-namespace', 'internal.istio.io/parents'].find((key) => annotations[key] !== undefined);
  return internal === undefined ? undefined : remark(`${goQuote(internal)} annotation found, this may not be set by users`, internal);

  function dryRunError(of: Resource, value: string): string | undefined {
    if (of.kind !== 'AuthorizationPolicy')
      return `${namespace}/${name} has unsupported annotation ${DRY_RUN}, please remove the annotation`;
    const action = asString(of.spec['action']) ?? 'ALLOW';
    if (action !== 'ALLOW' && action !== 'DENY') {
      return `the annotation ${DRY_RUN} currently only supports action ALLOW/DENY, found action ${action} in ${namespace}/${name}`;
    }
    if (boolTexts.has(value)) return undefined;
    return `${namespace}/${name} has annotation ${DRY_RUN} with invalid value (${value}): strconv.ParseBool: parsing ${goQuote(value)}: invalid syntax`;
  }
}
