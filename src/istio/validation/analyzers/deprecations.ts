import { message, messages, number } from '../webhook/words/fields.ts';
import type { AnalyzedMesh, Finding } from './finding.ts';

/** Fields that nothing reads any more (istio/istio pkg/config/analysis/analyzers/deprecation/deprecation.go). */
export function analyzeDeprecations(mesh: AnalyzedMesh): readonly Finding[] {
  const routes = mesh.of('VirtualService').flatMap(({ resource, spec }) =>
    messages(spec, 'http').flatMap((route, index): readonly Finding[] => {
      if (number(message(message(route, 'fault') ?? {}, 'delay') ?? {}, 'percent') <= 0) return [];
      const text = 'Deprecated: HTTPRoute.fault.delay.percent is deprecated; use HTTPRoute.fault.delay.percentage';
      return [{ code: 'IST0002', resource, text, path: ['spec', 'http', index, 'fault', 'delay', 'percent'] }];
    }),
  );
  const sidecars = mesh.of('Sidecar').flatMap(({ resource, spec }): readonly Finding[] => {
    if (message(spec, 'outboundTrafficPolicy')?.['egressProxy'] === undefined) return [];
    const path = ['spec', 'outboundTrafficPolicy', 'egressProxy'];
    return [{ code: 'IST0002', resource, text: 'Deprecated: OutboundTrafficPolicy.EgressProxy ignored', path }];
  });
  return [...routes, ...sidecars];
}
