import { add, type Plain, type World } from './world.ts';

/** A waypoint, the namespaces and Services that use it. */
export function addWaypoint(world: World): void {
  const { chance, proxy } = world;
  const traffic = chance.odds(0.3) ? { labels: { 'istio.io/waypoint-for': chance.pick(['all', 'workload', 'service', 'none']) } } : {};
  add(
    world,
    'gateway.networking.k8s.io/v1',
    'Gateway',
    { name: 'waypoint', namespace: proxy.namespace, ...traffic },
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
  if (chance.odds(0.3)) addPod(world);
  for (const index of [0, 1].filter(() => chance.odds(0.4))) addMeshRoute(world, index);
}

function addPod(world: World): void {
  const namespace = world.chance.pick([world.proxy.namespace, 'bank']);
  const labels: Plain = { app: 'pod', 'istio.io/use-waypoint': 'waypoint' };
  add(
    world,
    'v1',
    'Pod',
    { name: 'pod', namespace, labels },
    {
      spec: { containers: [] },
      status: { phase: 'Running', podIP: '10.1.7.7', podIPs: [{ ip: '10.1.7.7' }] },
    },
  );
}

/** A route with a service as its parent. */
function addMeshRoute(world: World, index: number): void {
  const { chance } = world;
  const service = chance.pick(world.services.filter((each) => each.host.endsWith('.svc.cluster.local')));
  const target = chance.pick(world.services.filter((each) => each.host.endsWith('.svc.cluster.local')));
  add(
    world,
    'gateway.networking.k8s.io/v1',
    'HTTPRoute',
    { name: `mesh-${index}`, namespace: service.namespace },
    {
      spec: {
        parentRefs: [{ kind: 'Service', group: '', name: service.name, ...chance.maybe(0.4, () => ({ port: service.ports[0] ?? 80 })) }],
        rules: chance.times(chance.int(1, 2), () => ({
          ...chance.maybe(0.7, () => ({ matches: [{ path: { type: 'PathPrefix', value: chance.pick(['/', '/a']) } }] })),
          backendRefs: [
            { name: target.name, namespace: target.namespace, port: target.ports[0] ?? 80 },
            ...(chance.odds(0.3) ? [{ name: service.name, port: service.ports[0] ?? 80, weight: 3 }] : []),
          ],
        })),
      },
    },
  );
}
