import { asStringMap, type JsonObject, type JsonValue } from '#base/json.ts';
import type { Resource } from '../resource.ts';

/** A document to be written: what belongs to the cluster (status, managed fields, uid …) stays behind. */
export function documentOf(
  apiVersion: string,
  kind: string,
  of: Pick<Resource, 'name' | 'namespace' | 'labels' | 'annotations'>,
  spec: JsonObject,
): JsonObject {
  const annotations = Object.fromEntries(
    Object.entries(asStringMap(of.annotations)).filter(([key]) => !key.startsWith('kubectl.kubernetes.io/')),
  );
  const metadata = compact({
    name: of.name,
    namespace: of.namespace,
    labels: Object.keys(of.labels).length > 0 ? of.labels : undefined,
    annotations: Object.keys(annotations).length > 0 ? annotations : undefined,
  });
  return { apiVersion, kind, metadata, spec };
}

/** The object without absent fields. */
export function compact(fields: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
