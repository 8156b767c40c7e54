import { add, namespaces, type Plain, type World } from './world.ts';

const protocols = [
  'HTTP',
  'HTTPS',
  'HTTP2',
  'GRPC',
  'GRPC-WEB',
  'TCP',
  'TLS',
  'MONGO',
  'REDIS',
  'MYSQL',
  'UDP',
  'http_proxy',
  'Nonsense',
] as const;

/** ServiceEntries of every resolution and location, with and without addresses, endpoints and selectors. */
export function addAnyServiceEntries(world: World): void {
  const { chance, proxy } = world;
  for (const index of [0, 1, 2].slice(0, chance.int(0, 3))) {
    const resolution = chance.pick(['STATIC', 'DNS', 'NONE', 'DNS_ROUND_ROBIN', 'DYNAMIC_DNS', ''] as const);
    const name = `entry-${index}`;
    const namespace = chance.pick(namespaces);
    const hosts =
      resolution === 'NONE' || resolution === 'DYNAMIC_DNS'
        ? chance.pick([[`*.entry${index}.example.com`], [`entry${index}.example.com`]])
        : chance.pick([[`entry${index}.example.com`], [`entry${index}.example.com`, `more${index}.example.com`]]);
    const ports = chance.times(chance.int(1, 2), (at) => ({
      number: chance.pick([80, 443, 8081, 9000, 3306, 6379, 27_017]) + (at === 0 ? 0 : 10_000),
      name: chance.pick([`p${at}`, `http-${at}`, `tcp-${at}`]),
      protocol: chance.pick(protocols),
      ...chance.maybe(0.25, () => ({ targetPort: 8443 })),
    }));
    const selects = (resolution === 'STATIC' || resolution === 'DNS') && chance.odds(0.4);
    add(
      world,
      'networking.istio.io/v1',
      'ServiceEntry',
      { name, namespace, ...(chance.odds(0.15) ? { labels: { 'istio.io/persistent-session': 'c' } } : {}) },
      {
        spec: {
          hosts,
          ports,
          ...(resolution === '' ? {} : { resolution }),
          location: chance.pick(['MESH_EXTERNAL', 'MESH_INTERNAL']),
          ...chance.maybe(0.4, () => ({
            addresses: chance.pick([
              ['240.1.1.1'],
              ['240.2.0.0/16'],
              ['10.9.9.9', '10.9.9.10'],
              ['2001:db8::5'],
              ['240.3.3.3', '2001:db8::6'],
            ]),
          })),
          ...(selects
            ? {
                workloadSelector: {
                  labels: chance.odds(0.6) ? Object.fromEntries(Object.entries(proxy.labels).slice(0, 1)) : { app: 'vm' },
                },
              }
            : {}),
          ...chance.maybe(resolution === 'NONE' || resolution === 'DYNAMIC_DNS' || selects ? 0 : 0.7, () => ({
            endpoints: chance.times(chance.int(1, 2), (at) => ({
              address: resolution === 'STATIC' ? `10.50.0.${at + 1}` : `real${at}.example.com`,
              ...chance.maybe(0.3, () => ({ ports: { [ports[0]?.name ?? 'p0']: 9999 } })),
              ...chance.maybe(0.3, () => ({ labels: { version: 'v1' } })),
            })),
          })),
          ...chance.maybe(0.2, () => ({ exportTo: [chance.pick(['.', '*', 'shop', '~'])] })),
          ...chance.maybe(0.1, () => ({ subjectAltNames: ['spiffe://a/b'] })),
        },
      },
    );
    for (const host of hosts) world.services.push({ host, name, namespace, ports: ports.map((port) => port.number) });
  }
}

/** Machines, pods and endpoint slices behind services without an address of their own. */
export function addAnyWorkloads(world: World): void {
  const { chance } = world;
  for (const index of chance.some([0, 1], 0.3)) {
    add(
      world,
      'networking.istio.io/v1',
      'WorkloadEntry',
      { name: `vm-${index}`, namespace: chance.pick(namespaces) },
      {
        spec: {
          address: `10.60.0.${index + 1}`,
          labels: { app: chance.pick(['vm', 'cart', 'pay']) },
          ...chance.maybe(0.4, () => ({ ports: { p0: 7777 } })),
          ...chance.maybe(0.3, () => ({ serviceAccount: 'vm' })),
        },
      },
    );
  }
  // those that are added meanwhile are no Services
  for (const object of world.objects.slice()) {
    const spec = object['spec'] as Plain | undefined;
    const metadata = object['metadata'] as { name: string; namespace: string };
    if (object['kind'] !== 'Service' || spec?.['clusterIP'] !== 'None' || !chance.odds(0.7)) continue;
    const ports = spec['ports'] as { name: string; port: number; targetPort: number; protocol?: string }[];
    for (const index of [1, 2].slice(0, chance.int(1, 2))) {
      const ip = `10.70.${world.objects.length % 200}.${index}`;
      add(
        world,
        'v1',
        'Pod',
        { name: `${metadata.name}-${index}`, namespace: metadata.namespace, labels: { app: metadata.name } },
        {
          spec: { containers: [], hostname: `${metadata.name}-${index}`, subdomain: metadata.name },
          status: { phase: 'Running', podIP: ip, podIPs: [{ ip }] },
        },
      );
      add(
        world,
        'discovery.k8s.io/v1',
        'EndpointSlice',
        { name: `${metadata.name}-${index}`, namespace: metadata.namespace, labels: { 'kubernetes.io/service-name': metadata.name } },
        {
          addressType: 'IPv4',
          endpoints: [
            {
              addresses: [ip],
              conditions: { ready: chance.odds(0.9) },
              hostname: `${metadata.name}-${index}`,
              targetRef: { kind: 'Pod', name: `${metadata.name}-${index}`, namespace: metadata.namespace },
            },
          ],
          ports: ports.map((port) => ({ name: port.name, port: port.targetPort, protocol: port.protocol ?? 'TCP' })),
        },
      );
    }
  }
}
