import { add, namespaces, type Plain, type World } from './world.ts';

const portNames = [
  ['http', 80, 8080],
  ['http-alt', 8081, 8081],
  ['http2', 8082, 8082],
  ['grpc', 9000, 9000],
  ['grpc-web', 9001, 9001],
  ['tcp', 9100, 9100],
  ['tls', 9443, 9443],
  ['https', 443, 8443],
  ['mongo', 27017, 27017],
  ['redis', 6379, 6379],
  ['mysql', 3306, 3306],
  ['unknown', 7000, 7000],
  ['metrics', 15_090, 9102],
  ['udp', 5353, 5353],
] as const;

const appProtocols = ['http', 'grpc', 'kubernetes.io/h2c', 'kubernetes.io/ws', 'https', 'tcp', 'tls', 'something-else'] as const;

/** Services of Kubernetes: the first selects the proxy, so that it has inbound ports. */
export function addServices(world: World): void {
  const { chance } = world;
  const count = chance.int(2, 4);
  for (let index = 0; index < count; index++) addService(world, index);
}

function addService(world: World, index: number): void {
  const { chance, proxy } = world;
  const name = ['cart', 'pay', 'stock', 'mail'][index] ?? `s${index}`;
  const isOwn = index === 0;
  const namespace = isOwn ? proxy.namespace : chance.pick(namespaces.slice(0, 2));
  const host = `${name}.${namespace}.svc.cluster.local`;
  const annotations = chance.odds(0.1) ? { annotations: { 'networking.istio.io/exportTo': chance.pick(['.', '*', '~', 'bank']) } } : {};
  if (!isOwn && chance.odds(0.08)) {
    add(
      world,
      'v1',
      'Service',
      { name, namespace, ...annotations },
      {
        spec: { type: 'ExternalName', externalName: 'example.org', ports: [{ name: 'http', port: 80 }] },
      },
    );
    world.services.push({ host, name, namespace, ports: [80] });
    return;
  }
  const ports = choosePorts(world, isOwn ? 3 : 2);
  add(
    world,
    'v1',
    'Service',
    { name, namespace, ...annotations },
    {
      spec: {
        clusterIP: chance.odds(0.12) && !isOwn ? 'None' : `10.96.${index}.10`,
        selector: isOwn && proxy.type !== 'waypoint' ? proxy.labels : { app: name },
        ports,
      },
    },
  );
  world.services.push({ host, name, namespace, ports: ports.map((port) => Number(port['port'])) });
}

function choosePorts(world: World, most: number): Plain[] {
  const { chance } = world;
  const count = chance.int(1, most);
  const chosen = new Map<number, Plain>();
  while (chosen.size < count) {
    const [name, port, targetPort] = chance.pick(portNames);
    chosen.set(port, {
      name: `${name}${chance.odds(0.2) ? '-x' : ''}`,
      port,
      targetPort,
      ...(name === 'udp' ? { protocol: 'UDP' } : {}),
      ...chance.maybe(0.15, () => ({ appProtocol: chance.pick(appProtocols) })),
    });
  }
  return [...chosen.values()];
}

/** ServiceEntries of every resolution. */
export function addServiceEntries(world: World): void {
  const { chance } = world;
  if (!chance.odds(0.5)) return;
  for (const index of [0, 1].slice(0, chance.int(1, 2))) {
    const name = `ext-${index}`;
    const namespace = chance.pick(namespaces);
    const resolution = chance.pick(['STATIC', 'DNS', 'NONE', 'DNS_ROUND_ROBIN'] as const);
    const hosts = resolution === 'NONE' && chance.odds(0.5) ? [`*.ext${index}.example.com`] : [`api.ext${index}.example.com`];
    const ports = chance.odds(0.5)
      ? [{ number: 443, name: 'tls', protocol: chance.pick(['TLS', 'HTTPS', 'TCP']) }]
      : [{ number: chance.pick([80, 8081]), name: 'http', protocol: chance.pick(['HTTP', 'HTTP2', 'GRPC', 'TCP']) }];
    add(
      world,
      'networking.istio.io/v1',
      'ServiceEntry',
      { name, namespace },
      {
        spec: {
          hosts,
          ports,
          resolution,
          location: chance.pick(['MESH_EXTERNAL', 'MESH_INTERNAL']),
          ...chance.maybe(0.4, () => ({ addresses: [chance.pick(['240.1.1.1', '240.2.0.0/16', '10.9.9.9'])] })),
          ...chance.maybe(resolution === 'NONE' ? 0 : 0.7, () => ({
            endpoints: [{ address: resolution === 'STATIC' ? '10.50.0.1' : 'real.example.com' }],
          })),
          ...chance.maybe(0.2, () => ({ exportTo: [chance.pick(['.', '*', 'shop'])] })),
        },
      },
    );
    world.services.push({ host: hosts[0] ?? '', name, namespace, ports: ports.map((port) => port.number) });
  }
}
