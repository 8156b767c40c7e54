import type { FormatContext } from '../../../format/formatter.ts';
import type { Proxy } from '../../../proxy.ts';
import { isReadCommand } from './commands.ts';
import type { ReplySink, SentCommand } from './redis-client.ts';
import { ignoreReply, RedisClient } from './redis-client.ts';
import type { RedisConfig, RedisRoute } from './redis-config.ts';
import type { Resp } from './resp.ts';

/** A key's route and the key as the server is to see it. */
export interface RoutedKey {
  readonly route: RedisRoute;
  readonly key: string;
}

/** Connections of a transaction: the main one, then one for each mirror. */
export type OwnClients = Map<number, RedisClient>;

const clusterCounters = [
  'connection_rate_limited',
  'max_upstream_unknown_connections_reached',
  'upstream_cx_drained',
  'upstream_resp3_hello_failure',
];

/** The routes of a filter and its connections, which all its clients share (envoy `router_impl.cc`, `conn_pool_impl.cc`). */
export class RedisPool {
  readonly #proxy: Proxy;
  readonly #config: RedisConfig;
  readonly #clients = new Map<string, RedisClient>();

  constructor(proxy: Proxy, config: RedisConfig) {
    this.#proxy = proxy;
    this.#config = config;
    for (const { cluster, readCluster = cluster, mirrors } of [
      ...config.routes,
      ...(config.catchAll === undefined ? [] : [config.catchAll]),
    ]) {
      for (const name of new Set([cluster, readCluster, ...mirrors.map((mirror) => mirror.cluster)]))
        for (const counter of clusterCounters) proxy.stats.counter(`cluster.${name}.redis_cluster.${counter}`);
    }
  }

  /** The route with the longest prefix, or the one for the rest. */
  route(key: string, context: FormatContext): RoutedKey | undefined {
    const { caseInsensitive, routes, catchAll } = this.#config;
    const shown = caseInsensitive ? key.toLowerCase() : key;
    let best = catchAll;
    let length = -1;
    for (const route of routes) {
      const prefix = caseInsensitive ? route.prefix.toLowerCase() : route.prefix;
      if (prefix.length <= length || !shown.startsWith(prefix)) continue;
      best = route;
      length = prefix.length;
    }
    if (best === undefined) return undefined;
    const bare = best.removePrefix ? key.slice(best.prefix.length) : key;
    return { route: best, key: best.formatKey?.(bare, context) ?? bare };
  }

  clusterOf(route: RedisRoute, command: string): string {
    return route.readCluster !== undefined && isReadCommand(command) ? route.readCluster : route.cluster;
  }

  hasHosts(route: RedisRoute, command: string): boolean {
    return this.#proxy.clusters.get(this.clusterOf(route, command))?.hasHosts === true;
  }

  /** Sends a command and its mirrored copies; undefined when no host can take it. */
  send(route: RedisRoute, command: string, request: Resp, sink: ReplySink, own?: OwnClients): SentCommand | undefined {
    const sent = this.#sendTo(this.clusterOf(route, command), request, sink, own, 0);
    if (sent === undefined) return undefined;
    for (const [i, mirror] of route.mirrors.entries()) {
      if (mirror.writesOnly && isReadCommand(command)) continue;
      if (mirror.share >= 1 || this.#proxy.random.next() < mirror.share) this.#sendTo(mirror.cluster, request, ignoreReply, own, i + 1);
    }
    return sent;
  }

  #sendTo(name: string, request: Resp, sink: ReplySink, own: OwnClients | undefined, place: number): SentCommand | undefined {
    const cluster = this.#proxy.clusters.get(name);
    if (cluster?.hasHosts !== true) return undefined;
    let client = own === undefined ? this.#clients.get(name) : own.get(place);
    if (client === undefined) {
      const made = new RedisClient(this.#proxy, cluster, this.#config.settings);
      client = made;
      if (own === undefined) this.#clients.set(name, made);
      else own.set(place, made);
      made.onClosed = () => {
        if (own !== undefined) own.delete(place);
        else if (this.#clients.get(name) === made) this.#clients.delete(name);
      };
      made.greet();
    }
    return client.send(request, sink);
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
  }
}
