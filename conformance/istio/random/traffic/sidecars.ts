import { add, type World } from '../world.ts';

/** Sidecar resources. */
export function addSidecar(world: World): void {
  const { chance, proxy } = world;
  if (!chance.odds(0.25)) return;
  const egress = chance.odds(0.8)
    ? [
        {
          hosts: chance.pick([['*/*'], ['./*'], ['istio-system/*', './*'], ['~/*'], ['bank/*'], ['*/*.example.com', './*']]),
          ...chance.maybe(0.2, () => ({ port: { number: 8099, protocol: chance.pick(['HTTP', 'TCP']), name: 'own' } })),
        },
        ...(chance.odds(0.3) ? [{ hosts: ['*/*'] }] : []),
      ]
    : undefined;
  const hasPort = egress?.[0] !== undefined && 'port' in egress[0];
  add(
    world,
    'networking.istio.io/v1',
    'Sidecar',
    { name: 'scope', namespace: chance.pick([proxy.namespace, 'istio-system']) },
    {
      spec: {
        ...(chance.odds(0.3) ? { workloadSelector: { labels: proxy.labels } } : {}),
        ...(egress === undefined ? {} : { egress: hasPort ? [...egress, { hosts: ['*/*'] }].slice(0, 2) : egress.slice(0, 1) }),
        ...chance.maybe(0.3, () => ({
          ingress: [
            {
              port: { number: chance.pick([8080, 9080]), protocol: chance.pick(['HTTP', 'TCP', 'GRPC']), name: 'in' },
              ...chance.maybe(0.6, () => ({ defaultEndpoint: chance.pick(['127.0.0.1:9999', '0.0.0.0:8080']) })),
            },
          ],
        })),
        ...chance.maybe(0.3, () => ({ outboundTrafficPolicy: { mode: chance.pick(['REGISTRY_ONLY', 'ALLOW_ANY']) } })),
      },
    },
  );
}
