import { isSubset } from '../collections.ts';
import { isHttp, type Protocol } from '../registry/protocol.ts';
import type { ServiceTarget } from '../registry/service-targets.ts';
import type { ProxyView } from '../registry/proxy-view.ts';
import type { Snapshot } from '../snapshot.ts';
import { gatewayConfigs } from './gateway-configs.ts';
import { isHttpServer, isPassthrough, isTlsServer, type GatewayConfig, type GatewayServer } from './gateway-server.ts';

/** What listens on one address of a gateway. */
export interface MergedPort {
  readonly number: number;
  readonly protocol: Protocol;
  readonly bind: string;
  readonly servers: GatewayServer[];
  /** The route configuration of plain HTTP. */
  routeName: string;
}

/** All Gateways of one proxy as one (istio/istio `pilot/pkg/model/gateway.go mergeGateways`). */
export interface MergedGateway {
  /** In the order in which istiod found them. */
  readonly ports: readonly MergedPort[];
  readonly serversByRoute: ReadonlyMap<string, readonly GatewayServer[]>;
  /** The route configuration of an HTTPS server whose TLS ends here. */
  readonly routeOf: ReadonlyMap<GatewayServer, string>;
  /** Route name → ports of Gateway servers: how EnvoyFilters compare `portNumber`. */
  readonly serverPorts: ReadonlyMap<number, ReadonlySet<number>>;
  readonly rejected: readonly RejectedServer[];
}

export interface RejectedServer {
  readonly server: GatewayServer;
  readonly why: string;
}

/** The gateways that select the proxy, merged; `undefined` when there is none. */
export function mergeGateways(proxy: ProxyView, targets: readonly ServiceTarget[], snapshot: Snapshot): MergedGateway | undefined {
  const scoped = snapshot.features.on('PILOT_SCOPE_GATEWAY_TO_NAMESPACE');
  const found = gatewayConfigs(snapshot).flatMap((config) => {
    if (scoped && config.namespace !== proxy.namespace) return [];
    const instances = instancesOf(config, proxy, targets);
    return instances === undefined ? [] : [{ config, instances }];
  });
  const own = snapshot.features.on('PILOT_ENABLE_STRICT_GATEWAY_MERGING') ? withoutForeign(found) : found;
  if (own.length === 0) return undefined;
  const merger = new Merger();
  for (const { config, instances } of own) {
    for (const server of config.servers) merger.add(server, portsOf(server, instances, config.services === undefined));
  }
  return merger.result();
}

interface Selected {
  readonly config: GatewayConfig;
  readonly instances: readonly ServiceTarget[];
}

/** Beside a managed Gateway of the Gateway API, Gateways of Istio count in its namespace only (`filterStrictGatewayMerging`). */
function withoutForeign(found: readonly Selected[]): readonly Selected[] {
  const managed = new Set(found.filter(({ config }) => config.isManaged).map(({ config }) => config.namespace));
  if (managed.size === 0) return found;
  return found.filter(({ config }) => config.services !== undefined || managed.has(config.namespace));
}

/** The services a gateway's ports are looked up in; `undefined` when it is not for this proxy. */
function instancesOf(config: GatewayConfig, proxy: ProxyView, targets: readonly ServiceTarget[]): readonly ServiceTarget[] | undefined {
  if (config.services !== undefined) {
    const { hosts, namespace } = config.services;
    const own = targets.filter((target) => hosts.includes(target.service.hostname) && target.service.namespace === namespace);
    return own.length > 0 ? own : undefined;
  }
  return config.selector === undefined || isSubset(config.selector, proxy.labels) ? targets : undefined;
}

/** The port a server really listens on: the target port of the Service that has its number (`resolvePorts`). */
function portsOf(server: GatewayServer, instances: readonly ServiceTarget[], bySelector: boolean): readonly number[] {
  const out = new Set<number>();
  for (const target of instances) {
    if (bySelector && target.service.labels['experimental.istio.io/disable-gateway-port-translation'] !== undefined) continue;
    if (target.port.port !== server.port.number) continue;
    if (bySelector) return [target.targetPort];
    out.add(target.targetPort);
  }
  return out.size === 0 && bySelector ? [server.port.number] : [...out];
}

class Merger {
  readonly #ports = new Map<string, MergedPort>();
  readonly #used = new Set<number>();
  /** The first plain text server of a port. */
  readonly #plain = new Map<number, MergedPort>();
  readonly #tlsBinds = new Map<number, Set<string>>();
  readonly #routes = new Map<string, GatewayServer[]>();
  readonly #routeOf = new Map<GatewayServer, string>();
  readonly #hosts = new Map<number, Map<string, string>>();
  readonly #rejected: RejectedServer[] = [];

  add(server: GatewayServer, ports: readonly number[]): void {
    for (const number of ports) this.#addPort(server, number);
  }

  result(): MergedGateway {
    const serverPorts = new Map<number, Set<number>>();
    for (const [name, servers] of this.#routes) {
      const number = Number(/^https?\.(\d+)/.exec(name)?.[1] ?? 0);
      for (const server of servers) {
        const known = serverPorts.get(number) ?? new Set<number>();
        known.add(server.port.number);
        serverPorts.set(number, known);
      }
    }
    return {
      ports: [...this.#ports.values()],
      serversByRoute: this.#routes,
      routeOf: this.#routeOf,
      serverPorts,
      rejected: this.#rejected,
    };
  }

  #addPort(server: GatewayServer, number: number): void {
    const routeName = routeNameOf(server, number);
    if (server.tls !== undefined) {
      const known = this.#hosts.get(number) ?? new Map<string, string>();
      this.#hosts.set(number, known);
      const twice = server.hosts.filter((host) => known.get(host) === server.bind);
      if (twice.length > 0) {
        this.#reject(server, `another server on port ${number} has the hosts ${twice.join(', ')}`);
        return;
      }
      for (const host of server.hosts) known.set(host, server.bind);
      this.#routeOf.set(server, routeName);
    }
    if (!this.#used.has(number)) {
      this.#used.add(number);
      this.#open(server, number, routeName, !isTlsServer(server));
      return;
    }
    const plain = this.#plain.get(number);
    if (plain !== undefined) this.#addToPlain(server, number, routeName, plain);
    else if (isTlsServer(server)) this.#addToTls(server, number, routeName);
    else this.#open(server, number, routeName, true);
  }

  /** A listener address of its own. */
  #open(server: GatewayServer, number: number, routeName: string, isPlain: boolean): void {
    const port: MergedPort = { number, protocol: server.port.protocol, bind: server.bind, servers: [server], routeName };
    if (isPlain) this.#plain.set(number, port);
    if (isHttpServer(server)) this.#routes.set(routeName, [server]);
    this.#ports.set(keyOf(port, server), port);
  }

  #addToPlain(server: GatewayServer, number: number, routeName: string, plain: MergedPort): void {
    if (plain.bind === server.bind) {
      const mergeable = (isHttp(server.port.protocol) || server.port.protocol === plain.protocol) && isHttp(plain.protocol);
      if (!mergeable || routeName === '') {
        this.#reject(server, `port ${number} is taken by a ${plain.protocol} server`);
        return;
      }
      plain.servers.push(server);
      this.#routes.set(routeName, [...(this.#routes.get(routeName) ?? []), server]);
      return;
    }
    const same = this.#ports.get(keyOf({ number, bind: server.bind }, server));
    if (same === undefined) {
      this.#open(server, number, routeName, !isTlsServer(server));
      return;
    }
    same.routeName = routeName;
    same.servers.push(server);
    this.#routes.set(routeName, [...(this.#routes.get(routeName) ?? []), server]);
  }

  #addToTls(server: GatewayServer, number: number, routeName: string): void {
    if (isHttpServer(server)) {
      if (routeName === '' || this.#routes.has(routeName)) {
        this.#reject(server, 'another HTTPS server has the same port name');
        return;
      }
      this.#routes.set(routeName, [server]);
    }
    const binds = this.#tlsBinds.get(number) ?? new Set<string>();
    this.#tlsBinds.set(number, binds);
    binds.add(server.bind);
    const key = keyOf({ number, bind: server.bind }, server);
    const same = this.#ports.get(key);
    if (same === undefined)
      this.#ports.set(key, { number, protocol: server.port.protocol, bind: server.bind, servers: [server], routeName: '' });
    else same.servers.push(server);
  }

  #reject(server: GatewayServer, why: string): void {
    this.#rejected.push({ server, why });
  }
}

/** Servers of one protocol, as written, on one address make one port. */
function keyOf(port: { readonly number: number; readonly bind: string }, server: GatewayServer): string {
  return `${port.number}|${server.port.protocolText}|${port.bind}`;
}

/** Name of a server's route configuration; TCP and passthrough have none (`gatewayRDSRouteName`). */
function routeNameOf(server: GatewayServer, number: number): string {
  const bind = server.bind === '' ? '' : `.${server.bind}`;
  if (isHttp(server.port.protocol)) return `http.${number}${bind}`;
  if (server.port.protocol !== 'HTTPS' || isPassthrough(server)) return '';
  return `https.${server.port.number}.${server.port.name}.${server.gatewayName}.${server.gatewayNamespace}${bind}`;
}
