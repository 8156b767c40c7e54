import type { EnvoyTypes } from '#envoy/types.ts';
import type { Minor } from '../minors.ts';
import type { Resource } from '../resource.ts';
import { checkCrd, crdMessage, writtenNamespace } from './crd/check-crd.ts';
import { askWebhook } from './webhook/webhook.ts';

/** The answer of schema and webhook about one resource, in istiod's own words; the form of `validation` in the recorded cases. */
export interface Check {
  readonly resource: string;
  /** Error of the schema or of a CEL rule. */
  readonly crd?: string | undefined;
  /** istiod cannot read it at all. */
  readonly convert?: string | undefined;
  readonly webhook?: readonly string[] | undefined;
  readonly warnings?: readonly string[] | undefined;
  readonly ok: boolean;
}

/**
 * Would a cluster take the resource? `undefined` for kinds that are not Istio's. The words are those of Istio's own test validator, by
 * which cases are recorded; it holds all numbers as floats, and so some of its sentences differ from those of an API server.
 */
export function checkResource(resource: Resource, minor: Minor, types?: EnvoyTypes): Check | undefined {
  const answer = askWebhook(resource, minor, types);
  if (answer === undefined) return undefined;
  const crd = crdMessage(resource, checkCrd(resource, minor, 'float'));
  const errors = (answer.verdict?.errors ?? []).map((remark) => remark.text);
  const warnings = (answer.verdict?.warnings ?? []).map((remark) => remark.text);
  return {
    resource: `${resource.kind} ${writtenNamespace(resource)}/${resource.name}`,
    ...(crd === undefined ? {} : { crd }),
    ...(answer.convert === undefined ? {} : { convert: answer.convert }),
    ...(errors.length === 0 ? {} : { webhook: errors }),
    ...(warnings.length === 0 ? {} : { warnings }),
    ok: crd === undefined && answer.convert === undefined && errors.length === 0,
  };
}
