import type { JsonObject } from '#base/json.ts';
import { objectName } from '../imported.ts';
import { seenChains } from './chains.ts';
import type { ConfigurationInput } from './from-configuration.ts';
import { targetOf } from './target.ts';

/**
 * A Pod and a Service that stand for the workload of a sidecar's configuration, with the ports its inbound chains have: not what the
 * cluster has, but enough for istiod to build chains for. None for gateways and waypoints, whose chains come from other objects.
 */
export function workloadOfConfiguration({ listeners, proxy }: Pick<ConfigurationInput, 'listeners' | 'proxy'>): readonly JsonObject[] {
  const { selector } = targetOf(proxy, []);
  if (proxy.type !== 'sidecar' || selector === undefined) return [];
  const kinds = new Map<number, Set<'http' | 'tcp'>>();
  for (const { layer, mode, port, filters } of seenChains(listeners, 'sidecar')) {
    if (mode !== 'SERVER' || port === undefined) continue;
    const own = kinds.get(port) ?? new Set();
    kinds.set(port, own);
    if (layer === 'http') own.add('http');
    else if (!filters.some((filter) => 'httpFilters' in filter)) own.add('tcp');
  }
  const ports = [...kinds].toSorted(([a], [b]) => a - b);
  const namespace = proxy.namespace || 'default';
  const app = objectName(Object.values(selector).map(String).join('-'));
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: objectName(proxy.name), namespace, labels: { ...proxy.labels, ...selector } },
    spec: { containers: [{ name: app, image: app, ports: ports.map(([containerPort]) => ({ containerPort })) }] },
  };
  if (ports.length === 0) return [pod];
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: app, namespace },
    // A port that takes both is one whose protocol nobody declared.
    spec: {
      selector,
      ports: ports.map(([port, kind]) => ({ name: `${kind.size === 1 ? [...kind][0] : 'auto'}-${port}`, port, targetPort: port })),
    },
  };
  return [pod, service];
}
