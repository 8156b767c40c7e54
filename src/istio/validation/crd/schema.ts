import type { JsonValue } from '#base/json.ts';
import type { Minor } from '../../minors.ts';
import { groupOfKind } from '../../api/messages.ts';
import data from '../generated/crds.json';

/** The parts of a CRD's OpenAPI schema that Istio uses. */
export interface CrdSchema {
  readonly type?: string;
  readonly format?: string;
  readonly nullable?: boolean;
  readonly enum?: readonly JsonValue[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, CrdSchema>>;
  readonly additionalProperties?: CrdSchema | boolean;
  readonly items?: CrdSchema;
  readonly oneOf?: readonly CrdSchema[];
  readonly anyOf?: readonly CrdSchema[];
  readonly allOf?: readonly CrdSchema[];
  readonly not?: CrdSchema;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-validations'?: readonly CelRule[];
}

export interface CelRule {
  readonly rule: string;
  readonly message?: string;
}

interface CrdData {
  readonly kinds: Readonly<Record<string, CrdKind>>;
  readonly schemas: readonly CrdSchema[];
}

interface CrdKind {
  readonly group: string;
  /** API version → steps: from that minor on this schema. */
  readonly versions: Readonly<Record<string, readonly (readonly [minor: number, schema: number])[]>>;
}

const crds = data as unknown as CrdData;

/** The schema that the CRDs of a minor give a resource; `undefined` when they do not have that kind or version. */
export function crdSchemaOf(apiVersion: string, kind: string, minor: Minor): CrdSchema | undefined {
  const [group = '', version = ''] = apiVersion.split('/');
  if (groupOfKind(kind) !== group) return undefined;
  const index = crds.kinds[kind]?.versions[version]?.findLast(([since]) => since <= minor.minor)?.[1];
  return index === undefined ? undefined : crds.schemas[index];
}
