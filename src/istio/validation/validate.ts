import type { Diagnostic } from '#base/diagnostic.ts';
import type { EnvoyTypes } from '#envoy/types.ts';
import { minorOf } from '../minors.ts';
import type { Resource } from '../resource.ts';
import { advise } from './advice/advise.ts';
import { reportAnalysis } from './analyze.ts';
import { checkAsCluster } from './cluster-checks.ts';
import { ValidationContext } from './context.ts';
import { checkMeshConfig } from './mesh-config-check.ts';

export interface ValidateOptions {
  /** The Istio that will read them: `1.31`, `1.29.1` … */
  readonly istio: string;
  /** With them values inside EnvoyFilters are checked field by field. */
  readonly types?: EnvoyTypes | undefined;
}

/**
 * Everything there is to say about the resources of a mesh: what an API server and istiod's webhook refuse, what istioctl's analyzers
 * say, and advice of our own. With ranges and, where one is certain, a repair. Never throws for what users write.
 */
export function validateResources(resources: readonly Resource[], options: ValidateOptions): readonly Diagnostic[] {
  const context = new ValidationContext(resources, minorOf(options.istio), options.types);
  for (const resource of resources) checkAsCluster(context, resource);
  checkMeshConfig(context);
  reportAnalysis(context);
  advise(context);
  return context.diagnostics;
}
