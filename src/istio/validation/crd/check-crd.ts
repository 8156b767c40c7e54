import { asObject, asString, type JsonObject, type JsonPath } from '#base/json.ts';
import type { Numbers } from '../cel/value.ts';
import type { Minor } from '../../minors.ts';
import type { Resource } from '../../resource.ts';
import { aggregate, type FieldError } from './field-error.ts';
import { crdSchemaOf } from './schema.ts';
import { brokenRules, duplicates, unknownFields } from './structure.ts';
import { validateSchema } from './validate-schema.ts';

/** Which step of the API server refuses. */
export type CrdStep = 'schema' | 'duplicate' | 'unknown-field' | 'rule';

export interface CrdComplaint {
  readonly step: CrdStep;
  readonly path: JsonPath;
  readonly text: string;
}

/**
 * What the API server would say about an object: schema first; only when that is content, then duplicates, unknown fields and rules
 * (istio/istio pkg/config/crd/validator.go ValidateCustomResource). Empty for kinds without a CRD.
 */
export function checkCrd(resource: Resource, minor: Minor, numbers: Numbers = 'int'): readonly CrdComplaint[] {
  const schema = crdSchemaOf(resource.apiVersion, resource.kind, minor);
  if (schema === undefined) return [];
  const raw: JsonObject = resource.raw;
  const steps: readonly (readonly [CrdStep, () => readonly FieldError[]])[] = [
    ['schema', () => validateSchema(schema, raw, numbers)],
    ['duplicate', () => duplicates(schema, raw)],
    ['unknown-field', () => unknownFields(schema, raw).map(({ path, text }) => ({ path, text }))],
    ['rule', () => brokenRules(schema, raw, { minor, numbers })],
  ];
  for (const [step, run] of steps) {
    const errors = run();
    if (errors.length > 0) return errors.map(({ path, text }) => ({ step, path, text }));
  }
  return [];
}

/** All complaints as one line, in the form in which Istio's validator prints them. */
export function crdMessage(resource: Resource, complaints: readonly CrdComplaint[]): string | undefined {
  const isUnknown = complaints[0]?.step === 'unknown-field';
  const text = isUnknown ? `unknown fields [${complaints.map((one) => one.text).join(' ')}]` : aggregate(complaints);
  return text === undefined ? undefined : `${resource.kind}/${resource.name}/${writtenNamespace(resource)}: ${text}`;
}

/** The namespace an object itself names; empty when it leaves that to kubectl. */
export function writtenNamespace(resource: Resource): string {
  return asString(asObject(resource.raw['metadata'])['namespace']) ?? '';
}
