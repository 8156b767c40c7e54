import type { JsonObject } from '#base/json.ts';
import type { Chance } from './chance.ts';

export type Plain = { [key: string]: unknown };

/** What a random case is made of. */
export interface World {
  readonly chance: Chance;
  readonly proxy: ProxyInput;
  readonly objects: Plain[];
  /** Hosts of services, with their namespace and ports. */
  readonly services: KnownService[];
}

export interface ProxyInput {
  readonly type: 'sidecar' | 'router' | 'waypoint';
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly metadata?: JsonObject;
  readonly istioVersion?: string;
}

export interface KnownService {
  readonly host: string;
  readonly name: string;
  readonly namespace: string;
  readonly ports: readonly number[];
}

export const namespaces = ['shop', 'bank', 'istio-system'] as const;
export const rootNamespace = 'istio-system';

/** An object with metadata; names are unique within a kind. */
export function add(
  world: World,
  apiVersion: string,
  kind: string,
  metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown },
  rest: Plain,
): void {
  world.objects.push({ apiVersion, kind, metadata: withAge(world.chance, metadata), ...rest });
}

/** Most objects have no age; some are older or younger. */
function withAge(chance: Chance, metadata: Plain): Plain {
  if (!chance.odds(0.25)) return metadata;
  return { ...metadata, creationTimestamp: `20${chance.int(18, 24)}-0${chance.int(1, 9)}-01T00:00:00Z` };
}

/** A namespace for a policy: the proxy's, the root, or another. */
export function policyNamespace(world: World): string {
  return world.chance.pick([world.proxy.namespace, world.proxy.namespace, rootNamespace, 'bank']);
}

/** What a policy is for: everything, a selector that fits or not, or targetRefs where proxies have a Gateway. */
export function selector(world: World): Plain {
  const { chance, proxy } = world;
  const gateway = proxy.labels['gateway.networking.k8s.io/gateway-name'];
  if (gateway !== undefined && chance.odds(0.7)) return { targetRefs: [targetRef(world, gateway)] };
  const [first] = Object.entries(proxy.labels);
  if (first === undefined || chance.odds(0.5)) return {};
  return { selector: { matchLabels: chance.odds(0.75) ? Object.fromEntries([first]) : { app: 'nobody' } } };
}

function targetRef(world: World, gateway: string): Plain {
  const { chance } = world;
  const service = chance.pick(world.services);
  const isEntry = !service.host.endsWith('.svc.cluster.local');
  return chance.pick<Plain>([
    { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: gateway },
    { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: gateway },
    { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'other' },
    isEntry
      ? { group: 'networking.istio.io', kind: 'ServiceEntry', name: service.name }
      : { group: '', kind: 'Service', name: service.name },
    { group: 'gateway.networking.k8s.io', kind: 'GatewayClass', name: 'istio-waypoint' },
  ]);
}
