import type { TypedConfig } from '#envoy/listener.ts';
import type { Reason, ResourceRef } from '#envoy/provenance.ts';

/** A filter that policies make together. */
export interface PolicyFilter {
  readonly name: string;
  readonly config: TypedConfig;
  readonly contributors: readonly ResourceRef[];
  readonly reasons: readonly Reason[];
}
