import { add, namespaces, type World } from '../world.ts';

/** DestinationRules with subsets, TLS and hashing. */
export function addDestinationRules(world: World): void {
  const { chance } = world;
  if (!chance.odds(0.4)) return;
  const service = chance.pick(world.services);
  add(
    world,
    'networking.istio.io/v1',
    'DestinationRule',
    { name: 'dr', namespace: chance.pick([service.namespace, ...namespaces]) },
    {
      spec: {
        host: service.host,
        subsets: [
          { name: 'v1', labels: { version: 'v1' } },
          {
            name: 'v2',
            labels: { version: 'v2' },
            ...chance.maybe(0.3, () => ({ trafficPolicy: { loadBalancer: { consistentHash: { useSourceIp: true } } } })),
          },
        ],
        ...chance.maybe(0.6, () => ({
          trafficPolicy: {
            ...chance.maybe(0.5, () => ({ tls: { mode: chance.pick(['ISTIO_MUTUAL', 'DISABLE', 'SIMPLE']) } })),
            ...chance.maybe(0.4, () => ({
              loadBalancer: chance.pick([
                { consistentHash: { httpHeaderName: 'x-user' } },
                { consistentHash: { httpCookie: { name: 'c', ttl: '60s', path: '/' } } },
                { simple: 'LEAST_REQUEST' },
              ]),
            })),
            ...chance.maybe(0.2, () => ({ connectionPool: { tcp: { idleTimeout: '30s' } } })),
          },
        })),
      },
    },
  );
}
