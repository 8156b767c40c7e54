import type { JsonPath } from '#base/json.ts';
import type { EnvoyTypes } from '#envoy/types.ts';
import { decodeSpec } from '../../api/decode.ts';
import { isServed, specMessage } from '../../api/messages.ts';
import type { Minor } from '../../minors.ts';
import type { Resource } from '../../resource.ts';
import { metadataError } from './metadata.ts';
import { validators } from './validators.ts';
import type { Remark, Verdict } from './verdict.ts';

/** What istiod makes of an object: it cannot be read at all, or the webhook's remarks. Paths begin at the object's root. */
export type WebhookAnswer =
  | { readonly convert: string; readonly verdict?: undefined }
  | { readonly verdict: Verdict; readonly convert?: undefined };

const NOTHING: Verdict = { errors: [], warnings: [] };

/** Asks the webhook of a minor; `undefined` for kinds and versions that Istio does not serve. */
export function askWebhook(resource: Resource, minor: Minor, types: EnvoyTypes | undefined): WebhookAnswer | undefined {
  const message = isServed(resource.apiVersion, resource.kind, minor.minor) ? specMessage(resource.kind) : undefined;
  if (message === undefined) return undefined;
  const spec = resource.raw['spec'];
  const decoded = decodeSpec(message, spec, minor.minor);
  if (decoded.error !== undefined) return { convert: decoded.error };
  const metadata = metadataError(resource);
  if (metadata !== undefined) return { verdict: { errors: [metadata], warnings: [] } };
  const verdict = validators[resource.kind]?.({ resource, namespace: resource.namespace, spec: decoded.value, minor, types }) ?? NOTHING;
  return { verdict: { errors: verdict.errors.map(inSpec), warnings: verdict.warnings.map(inSpec) } };
}

function inSpec(remark: Remark): Remark {
  const path: JsonPath = ['spec', ...remark.path];
  return { ...remark, path };
}
