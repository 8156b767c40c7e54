import { anyMessage } from './any-message.ts';
import { shapeOf } from './hints.ts';
import { add, type Plain, type World } from './world.ts';

/** The gateway between networks: TLS is passed on by the name of the cluster. */
export function addEastWest(world: World): void {
  const { chance, proxy } = world;
  const servers = [
    {
      port: { number: 15_443, name: 'tls', protocol: chance.pick(['TLS', 'HTTPS']) },
      hosts: chance.pick([['*.local'], ['*'], ['*.shop.svc.cluster.local'], ['cart.shop.svc.cluster.local', '*.example.com']]),
      tls: { mode: 'AUTO_PASSTHROUGH' },
    },
  ];
  add(
    world,
    'networking.istio.io/v1',
    'Gateway',
    { name: 'cross-network', namespace: proxy.namespace },
    { spec: { selector: { istio: 'eastwestgateway' }, servers } },
  );
}

/** Gives the servers of all Gateways TLS settings with any field, and their Services ports for HTTP/3. */
export function varyGateways(world: World): void {
  const { chance } = world;
  for (const object of world.objects) {
    const spec = object['spec'] as { servers?: Plain[]; ports?: Plain[] } | undefined;
    if (object['kind'] === 'Gateway' && spec?.servers !== undefined) for (const server of spec.servers) varyServer(world, server);
    const { name } = object['metadata'] as { name: string };
    if (object['kind'] === 'Service' && name === 'gateway' && chance.odds(0.5)) {
      spec?.ports?.push({ name: 'http3', port: 443, targetPort: 8443, protocol: 'UDP' });
    }
  }
}

function varyServer(world: World, server: Plain): void {
  const { chance } = world;
  const tls = server['tls'] as Plain | undefined;
  if (tls?.['mode'] !== undefined && chance.odds(0.5)) {
    const { mode: _m, httpsRedirect: _r, ...more } = anyMessage(shapeOf(world, 0.2), 'istio.networking.v1alpha3.ServerTLSSettings');
    server['tls'] = { ...more, ...tls };
    if (chance.odds(0.3)) {
      delete (server['tls'] as Plain)['credentialName'];
      Object.assign(server['tls'] as Plain, {
        serverCertificate: '/c.pem',
        privateKey: '/k.pem',
        ...chance.maybe(0.5, () => ({ caCertificates: '/ca.pem' })),
      });
    }
  }
  if (chance.odds(0.1)) server['bind'] = chance.pick(['10.0.0.1', '127.0.0.1']);
}
