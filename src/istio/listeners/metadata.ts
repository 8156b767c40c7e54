import type { JsonObject } from '#base/json.ts';
import type { ResourceRef } from '#envoy/provenance.ts';

/** `VirtualService` → `virtual-service`. */
function kebabKind(kind: string): string {
  return kind.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}

/** The resource a piece of configuration comes from, as istiod notes it (istio/istio `pilot/pkg/networking/util/util.go BuildConfigInfoMetadata`). */
export function configMetadata(apiVersion: string, ref: ResourceRef): JsonObject {
  const config = `/apis/${apiVersion}/namespaces/${ref.namespace}/${kebabKind(ref.kind)}/${ref.name}`;
  return { filterMetadata: { istio: { config } } };
}
