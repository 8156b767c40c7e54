import type { BodyBuffer } from '../http/body-buffer.ts';
import type { Proxy } from '../proxy.ts';
import type { Cluster } from '../upstreams/clusters.ts';
import { declareClusterStats } from '../upstreams/cluster-stats.ts';
import type { ServerConnection, UpstreamTcpSink } from './tcp-servers.ts';

/** Who waits on a connection of the pool. */
export interface PoolUser {
  ready(connection: PooledConnection): void;
  /** The server did not take the connection. */
  refused(): void;
  data(data: BodyBuffer): void;
  /** The server has ended it, or `close` was called. */
  closed(): void;
}

/** A connection to a server that is used by one request at a time. */
export class PooledConnection implements UpstreamTcpSink {
  readonly #pool: UpstreamPool;
  readonly #server: ServerConnection;
  readonly cluster: string;
  #user: PoolUser | undefined;
  /** Requests sent so far. */
  requests = 0;

  constructor(pool: UpstreamPool, cluster: string, proxy: Proxy) {
    this.#pool = pool;
    this.cluster = cluster;
    this.#server = proxy.servers.open(cluster, this);
  }

  lend(user: PoolUser): void {
    this.#user = user;
    user.ready(this);
  }

  write(bytes: Uint8Array): void {
    this.#server.write(bytes, false);
  }

  /** The request is done: the next one may have it. */
  release(): void {
    this.#user = undefined;
    this.#pool.keep(this);
  }

  /** Ends it without a word to whoever used it. */
  close(): void {
    this.#user = undefined;
    this.#pool.forget(this, 'local');
    this.#server.close('FIN');
  }

  onData(data: BodyBuffer, endStream: boolean): void {
    const user = this.#user;
    if (data.length > 0) {
      if (user === undefined) data.clear();
      else user.data(data);
    }
    if (endStream) this.onReset();
  }

  onReset(): void {
    const user = this.#user;
    this.#user = undefined;
    this.#pool.forget(this, 'remote');
    this.#server.close('FIN');
    user?.closed();
  }
}

/** Connections of one filter to its clusters (envoy `source/common/tcp/conn_pool.cc`): the one that was used last is used again before a new one is made. */
export class UpstreamPool {
  readonly #proxy: Proxy;
  readonly #idle: PooledConnection[] = [];
  readonly #all = new Set<PooledConnection>();

  constructor(proxy: Proxy) {
    this.#proxy = proxy;
  }

  /** Gives `user` a connection, at once or when one stands. */
  acquire(cluster: Cluster, user: PoolUser): { cancel(): void } | undefined {
    const at = this.#idle.findLastIndex((connection) => connection.cluster === cluster.name);
    const [found] = at < 0 ? [] : this.#idle.splice(at, 1);
    if (found !== undefined) {
      found.lend(user);
      return undefined;
    }
    declareClusterStats(this.#proxy.stats, cluster.name);
    this.#count(cluster.name, 'upstream_cx_total');
    let cancelled = false;
    this.#proxy.loop.post(() => {
      if (!cluster.reachable) {
        this.#count(cluster.name, 'upstream_cx_connect_fail');
        if (!cancelled) user.refused();
        return;
      }
      const connection = new PooledConnection(this, cluster.name, this.#proxy);
      this.#all.add(connection);
      if (cancelled) this.keep(connection);
      else connection.lend(user);
    });
    return { cancel: () => (cancelled = true) };
  }

  keep(connection: PooledConnection): void {
    if (this.#all.has(connection)) this.#idle.push(connection);
  }

  forget(connection: PooledConnection, who: 'local' | 'remote'): void {
    if (!this.#all.delete(connection)) return;
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#count(connection.cluster, 'upstream_cx_destroy');
    this.#count(connection.cluster, `upstream_cx_destroy_${who}`);
  }

  close(): void {
    for (const connection of this.#all) connection.close();
  }

  #count(cluster: string, name: string): void {
    this.#proxy.stats.counter(`cluster.${cluster}.${name}`).add(1n);
  }
}
