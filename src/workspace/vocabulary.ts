import type { Diagnostic } from '#base/diagnostic.ts';
import type { EnvoyTypes } from '#envoy/types.ts';
import type { Resource } from '#istio/resource.ts';

/** Knowledge that is large and loads after the first screen; what it would say is simply not said until then. */
export interface Vocabulary {
  /** Envoy's generated descriptors. */
  readonly types: EnvoyTypes | undefined;
  /** The same with the comments of Envoy's API, once somebody wants to read them. */
  readonly documented: EnvoyTypes | undefined;
  /** Istio's schemas, webhook rules and analyzers. */
  readonly checks: Checks | undefined;
}

export type Checks = (
  resources: readonly Resource[],
  options: { readonly istio: string; readonly types: EnvoyTypes | undefined },
) => readonly Diagnostic[];
