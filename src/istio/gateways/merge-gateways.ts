import { isSubset } from '../collections.ts';
import { isHttp, type Protocol } from '../registry/protocol.ts';
import type { ServiceTarget } from '../registry/service-targets.ts';
import type { ProxyView } from '../registry/proxy-view.ts';
import type { Snapshot } from '../snapshot.ts';
import { gatewayConfigs } from './gateway-configs.ts';
import { isHttpServer, isPassthrough, isTerminatedHttps, isTlsServer, type GatewayConfig, type GatewayServer } from './gateway-server.ts';

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
  /** Servers that also speak HTTP/3, over UDP on the same port. */
  readonly quic: ReadonlyMap<MergedPort, readonly GatewayServer[]>;
  /** Routes whose answers advertise HTTP/3. */
  readonly http3Routes: ReadonlySet<string>;
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
  const merger = new Merger(snapshot.features.on('PILOT_ENABLE_QUIC_LISTENERS'));
  for (const { config, instances } of own) {
    for (const server of config.servers) {
      const hasUdp = instances.some(({ port }) => port.port === server.port.number && port.protocol === 'UDP');
      merger.add(server, portsOf(server, instances, config.services === undefined), hasUdp);
    }
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
  readonly #quic = new Map<MergedPort, GatewayServer[]>();
  readonly #http3Routes = new Set<string>();
  readonly #withQuic: boolean;

  constructor(withQuic: boolean) {
    this.#withQuic = withQuic;
  }

  add(server: GatewayServer, ports: readonly number[], hasUdp: boolean): void {
    for (const number of ports) {
      const port = this.#addPort(server, number);
      if (port !== undefined && this.#withQuic && hasUdp && isTerminatedHttps(server)) this.#addQuic(server, number, port);
    }
  }

  /** HTTP/3 beside a server that ends HTTPS. */
  #addQuic(server: GatewayServer, number: number, port: MergedPort): void {
    this.#quic.set(port, [...(this.#quic.get(port) ?? []), server]);
    this.#http3Routes.add(routeNameOf(server, number));
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
      quic: this.#quic,
      http3Routes: this.#http3Routes,
    };
  }

  /** The listener address it went to; `undefined` when it was merged into one of plain text, or rejected. */
  #addPort(server: GatewayServer, number: number): MergedPort | undefined {
    const routeName = routeNameOf(server, number);
    if (server.tls !== undefined) {
      const known = this.#hosts.get(number) ?? new Map<string, string>();
      this.#hosts.set(number, known);
      const twice = server.hosts.filter((host) => known.get(host) === server.bind);
      if (twice.length > 0) {
        return this.#reject(server, `another server on port ${number} has the hosts ${twice.join(', ')}`);
      }
      for (const host of server.hosts) known.set(host, server.bind);
      this.#routeOf.set(server, routeName);
    }
    if (!this.#used.has(number)) {
      this.#used.add(number);
      return this.#open(server, number, routeName, !isTlsServer(server));
    }
    const plain = this.#plain.get(number);
    if (plain !== undefined) return this.#addToPlain(server, number, routeName, plain);
    if (isTlsServer(server)) return this.#addToTls(server, number, routeName);
    return this.#open(server, number, routeName, true);
  }

  /** A listener address of its own. */
  #open(server: GatewayServer, number: number, routeName: string, isPlain: boolean): MergedPort {
    const port: MergedPort = { number, protocol: server.port.protocol, bind: server.bind, servers: [server], routeName };
    if (isPlain) this.#plain.set(number, port);
    if (isHttpServer(server)) this.#routes.set(routeName, [server]);
    this.#ports.set(keyOf(port, server), port);
    return port;
  }

  #addToPlain(server: GatewayServer, number: number, routeName: string, plain: MergedPort): MergedPort | undefined {
    if (plain.bind === server.bind) {
      const mergeable = (isHttp(server.port.protocol) || server.port.protocol === plain.protocol) && isHttp(plain.protocol);
      if (!mergeable || routeName === '') {
        return this.#reject(server, `port ${number} is taken by a ${plain.protocol} server`);
      }
      plain.servers.push(server);
      this.#routes.set(routeName, [...(this.#routes.get(routeName) ?? []), server]);
      return undefined;
    }
    const same = this.#ports.get(keyOf({ number, bind: server.bind }, server));
    if (same === undefined) return this.#open(server, number, routeName, !isTlsServer(server));
    same.routeName = routeName;
    same.servers.push(server);
    this.#routes.set(routeName, [...(this.#routes.get(routeName) ?? []), server]);
    return same;
  }

  #addToTls(server: GatewayServer, number: number, routeName: string): MergedPort | undefined {
    if (isHttpServer(server)) {
      if (routeName === '' || this.#routes.has(routeName)) {
        return this.#reject(server, 'another HTTPS server has the same port name');
      }
      this.#routes.set(routeName, [server]);
    }
    const binds = this.#tlsBinds.get(number) ?? new Set<string>();
    this.#tlsBinds.set(number, binds);
    binds.add(server.bind);
    const key = keyOf({ number, bind: server.bind }, server);
    const same = this.#ports.get(key);
    if (same !== undefined) {
      same.servers.push(server);
      return same;
    }
    const port: MergedPort = { number, protocol: server.port.protocol, bind: server.bind, servers: [server], routeName: '' };
    this.#ports.set(key, port);
    return port;
  }

  #reject(server: GatewayServer, why: string): undefined {
    this.#rejected.push({ server, why });
    return undefined;
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
