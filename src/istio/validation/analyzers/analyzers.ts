import { installedMeshConfig } from '../../installed-mesh.ts';
import { resolveMeshConfig } from '../../mesh-config.ts';
import type { Minor } from '../../minors.ts';
import type { Resource } from '../../resource.ts';
import { analyzeDeprecations } from './deprecations.ts';
import { analyzeServiceEntries, analyzeSubsets, analyzeVerification } from './destinations.ts';
import { AnalyzedMesh, type Finding } from './finding.ts';
import { analyzeGatewayConflicts, analyzeGatewayPorts, analyzeGatewaySecrets } from './gateways.ts';
import { analyzeAuthorization, analyzeLogProviders } from './policies.ts';
import { analyzeGatewaySelectors, analyzeSelectors } from './selectors.ts';
import { analyzeDestinations, analyzeGatewayReferences, analyzeIngressSubsets, analyzeMeshHosts } from './virtual-services.ts';
import { analyzeInjection, analyzeServiceAssociation, analyzeUsers } from './workloads.ts';

/** What istioctl's analyzers say about how resources fit together (istio/istio pkg/config/analysis/analyzers/all.go). */
export function analyzeMesh(resources: readonly Resource[], minor: Minor): readonly Finding[] {
  const mesh = new AnalyzedMesh(resources, minor);
  const { rootNamespace, defaultProviders } = resolveMeshConfig(installedMeshConfig(resources), minor.minor);
  return [
    ...analyzeAuthorization(mesh, rootNamespace),
    ...analyzeServiceAssociation(mesh),
    ...analyzeUsers(mesh),
    ...analyzeVerification(mesh),
    ...analyzeSubsets(mesh),
    ...analyzeDeprecations(mesh),
    ...analyzeGatewayPorts(mesh),
    ...analyzeGatewaySecrets(mesh),
    ...analyzeGatewayConflicts(mesh),
    ...analyzeInjection(mesh),
    ...analyzeGatewaySelectors(mesh),
    ...analyzeSelectors(mesh),
    ...analyzeMeshHosts(mesh),
    ...analyzeDestinations(mesh),
    ...analyzeIngressSubsets(mesh),
    ...analyzeGatewayReferences(mesh),
    ...analyzeServiceEntries(mesh),
    ...analyzeLogProviders(mesh, defaultProviders.accessLogging),
  ];
}
