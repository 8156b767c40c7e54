import type { JsonObject } from '#base/json.ts';
import type { EnvoyTypes } from '#envoy/types.ts';
import type { Minor } from '../../minors.ts';
import type { Resource } from '../../resource.ts';
import type { Verdict } from './verdict.ts';

/** What a validator judges. */
export interface Subject {
  readonly resource: Resource;
  readonly namespace: string;
  /** As istiod reads it. */
  readonly spec: JsonObject;
  readonly minor: Minor;
  readonly types: EnvoyTypes | undefined;
}

export type Validator = (subject: Subject) => Verdict;
