import { add, type World } from './world.ts';

/** A waypoint, the namespaces and Services that use it. */
export function addWaypoint(world: World): void {
  const { chance, proxy } = world;
  add(
    world,
    'gateway.networking.k8s.io/v1',
    'Gateway',
    { name: 'waypoint', namespace: proxy.namespace },
    {
      spec: {
        gatewayClassName: 'istio-waypoint',
        listeners: [
          {
            name: 'mesh',
            port: 15_008,
            protocol: 'HBONE',
            ...chance.maybe(0.4, () => ({ allowedRoutes: { namespaces: { from: chance.pick(['All', 'Same']) } } })),
          },
        ],
      },
      status: { addresses: [{ type: 'Hostname', value: `waypoint.${proxy.namespace}.svc.cluster.local` }] },
    },
  );
  add(
    world,
    'v1',
    'Service',
    { name: 'waypoint', namespace: proxy.namespace },
    {
      spec: {
        clusterIP: '10.96.8.8',
        selector: { 'gateway.networking.k8s.io/gateway-name': 'waypoint' },
        ports: [{ name: 'mesh', port: 15_008, targetPort: 15_008, appProtocol: 'hbone' }],
      },
    },
  );
  const byNamespace = chance.odds(0.4);
  add(world, 'v1', 'Namespace', { name: proxy.namespace, labels: byNamespace ? { 'istio.io/use-waypoint': 'waypoint' } : {} }, {});
  for (const object of world.objects) {
    const metadata = object['metadata'];
    if (object['kind'] !== 'Service' && object['kind'] !== 'ServiceEntry') continue;
    if (metadata === null || typeof metadata !== 'object' || !('name' in metadata) || metadata.name === 'waypoint') continue;
    if (!chance.odds(byNamespace ? 0.2 : 0.7)) continue;
    const isOwn = 'namespace' in metadata && metadata.namespace === proxy.namespace;
    Object.assign(metadata, {
      labels: {
        'istio.io/use-waypoint': chance.odds(0.9) ? 'waypoint' : 'none',
        ...(isOwn ? {} : { 'istio.io/use-waypoint-namespace': proxy.namespace }),
      },
    });
  }
}
