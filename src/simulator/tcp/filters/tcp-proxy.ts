import { bytesToByteString } from '#base/bytes.ts';
import { ConfigError } from '../../config-error.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { BodyBuffer } from '../../http/body-buffer.ts';
import type { Proxy } from '../../proxy.ts';
import type { CloseEvent, NetworkCallbacks, NetworkFilter, NetworkFilterType, NetworkStatus as NetworkResult } from '../network-filter.ts';
import { NetworkStatus } from '../network-filter.ts';
import type { ServerConnection, UpstreamTcpSink } from '../tcp-servers.ts';

interface TcpProxyOptions {
  readonly statPrefix: string;
  readonly pick: (proxy: Proxy) => string;
  readonly maxConnectAttempts: number;
  readonly idleTimeoutMs: number;
  readonly maxDurationMs: number;
}

const HOUR_MS = 3_600_000;
const CLUSTER_STATE = 'envoy.tcp_proxy.cluster';

const counters = [
  'downstream_cx_drain_close',
  'downstream_cx_no_route',
  'downstream_cx_overload_close',
  'downstream_cx_rx_bytes_total',
  'downstream_cx_total',
  'downstream_cx_tx_bytes_total',
  'downstream_flow_control_paused_reading_total',
  'downstream_flow_control_resumed_reading_total',
  'early_data_received_count_total',
  'idle_timeout',
  'max_downstream_connection_duration',
  'route_delayed_total',
  'upstream_flush_total',
] as const;
const gauges = ['downstream_cx_rx_bytes_buffered', 'downstream_cx_tx_bytes_buffered', 'upstream_flush_active'] as const;

/** envoy.filters.network.tcp_proxy (envoy `source/common/tcp_proxy/tcp_proxy.cc`). */
export const filterType: NetworkFilterType = {
  compile(config, context) {
    const options = readOptions(config);
    for (const name of counters) context.proxy.stats.counter(`tcp.${options.statPrefix}.${name}`);
    for (const name of gauges) context.proxy.stats.gauge(`tcp.${options.statPrefix}.${name}`);
    return { create: (callbacks) => new TcpProxyFilter(callbacks, options, context.proxy) };
  },
};

function readOptions(config: ConfigReader): TcpProxyOptions {
  config.ignore(
    'access_log',
    'access_log_flush_interval',
    'flush_access_log_on_connected',
    'access_log_options',
    'hash_policy',
    'on_demand',
  );
  const cluster = config.string('cluster');
  const weighted = config.message('weighted_clusters')?.messages('clusters') ?? [];
  const list = weighted.map((item) => ({ name: item.string('name'), weight: item.number('weight', 0) }));
  if (cluster === '' && list.length === 0) throw new ConfigError('TcpProxyValidationError.ClusterSpecifier: is required');
  const total = list.reduce((sum, item) => sum + item.weight, 0);
  return {
    statPrefix: config.string('stat_prefix'),
    pick: (proxy) => {
      if (list.length === 0) return cluster;
      let draw = proxy.random.next() * total;
      return list.find((item) => (draw -= item.weight) < 0)?.name ?? '';
    },
    maxConnectAttempts: config.number('max_connect_attempts', 1),
    idleTimeoutMs: config.duration('idle_timeout') ?? HOUR_MS,
    maxDurationMs: config.duration('max_downstream_connection_duration') ?? 0,
  };
}

class TcpProxyFilter implements NetworkFilter {
  readonly #callbacks: NetworkCallbacks;
  readonly #options: TcpProxyOptions;
  readonly #proxy: Proxy;
  #upstream: ServerConnection | undefined;
  #attempts = 0;
  #over = false;
  #timers: { cancel(): void }[] = [];
  #idle: { cancel(): void } | undefined;
  readonly #sink: UpstreamTcpSink = {
    onData: (data, endStream) => this.#fromUpstream(data, endStream),
    onReset: (unread) => this.#upstreamReset(unread),
  };

  constructor(callbacks: NetworkCallbacks, options: TcpProxyOptions, proxy: Proxy) {
    this.#callbacks = callbacks;
    this.#options = options;
    this.#proxy = proxy;
  }

  initialize(): void {
    const { connection } = this.#callbacks;
    connection.enableHalfClose();
    // What is known of the upstream is there from now on, though empty (envoy `Filter::initialize`, `setUpstreamInfo`).
    connection.info.upstreamTransportFailure ??= '';
    // Nothing is read before the upstream connection stands.
    connection.readDisable(true);
    this.#count('downstream_cx_total', 1);
  }

  onNewConnection(): NetworkResult {
    if (this.#options.maxDurationMs > 0) {
      this.#timers.push(
        this.#proxy.loop.setTimer(this.#options.maxDurationMs, () => {
          this.#count('max_downstream_connection_duration', 1);
          this.#callbacks.connection.info.setFlag('DT');
          this.#callbacks.connection.close('no-flush');
        }),
      );
    }
    this.#connect();
    return NetworkStatus.StopIteration;
  }

  #connect(): void {
    const { connection } = this.#callbacks;
    const { info } = connection;
    const state = info.filterState.get(CLUSTER_STATE);
    const name = state?.bytes === undefined ? this.#options.pick(this.#proxy) : bytesToByteString(state.bytes);
    const cluster = this.#proxy.clusters.get(name);
    if (cluster === undefined) {
      info.setFlag('NC');
      this.#callbacks.note('no route', `cluster ${name} does not exist: the connection is closed`);
      this.#count('downstream_cx_no_route', 1);
      connection.close('no-flush');
      return;
    }
    info.clusterName = name;
    this.#callbacks.note('cluster', `${state?.bytes === undefined ? 'the configuration' : 'a filter before'} chooses cluster ${name}`);
    if (this.#attempts >= this.#options.maxConnectAttempts) {
      info.setFlag('URX');
      connection.close('no-flush');
      return;
    }
    if (!cluster.hasHosts) {
      info.setFlag('UH');
      this.#callbacks.note('no host', `cluster ${name} has no hosts: the connection is closed`);
      connection.close('no-flush');
      return;
    }
    this.#attempts++;
    info.attemptCount = this.#attempts;
    info.upstreamHost = cluster.hostAddress;
    this.#proxy.stats.counter(`cluster.${name}.upstream_cx_total`).add(1n);
    this.#proxy.loop.post(() => {
      if (this.#over) return;
      if (cluster.reachable) this.#connected(name);
      else {
        info.setFlag('UF');
        info.upstreamTransportFailure = 'delayed_connect_error:_Connection_refused';
        this.#connect();
      }
    });
  }

  #connected(cluster: string): void {
    const { connection } = this.#callbacks;
    this.#upstream = this.#proxy.servers.open(cluster, this.#sink);
    connection.info.upstreamLocalAddress = '127.0.0.1:30000';
    this.#resetIdle();
    connection.readDisable(false);
  }

  onData(data: BodyBuffer, endStream: boolean): NetworkResult {
    const bytes = data.take();
    this.#count('downstream_cx_rx_bytes_total', bytes.length);
    this.#upstream?.write(bytes, endStream);
    if (endStream && this.#upstream?.writable === false) this.#upstreamIsOver();
    this.#resetIdle();
    return NetworkStatus.StopIteration;
  }

  onEvent(event: CloseEvent): void {
    this.#over = true;
    for (const timer of this.#timers) timer.cancel();
    this.#idle?.cancel();
    const upstream = this.#upstream;
    this.#upstream = undefined;
    upstream?.close(event === 'remote' && this.#callbacks.connection.wasReset ? 'RST' : 'FIN');
  }

  // The upstream

  #fromUpstream(data: BodyBuffer, endStream: boolean): void {
    const before = this.#callbacks.connection.info.bytesSent;
    this.#callbacks.connection.write(data, endStream);
    this.#count('downstream_cx_tx_bytes_total', this.#callbacks.connection.info.bytesSent - before);
    this.#resetIdle();
    if (endStream && this.#upstream?.closed === 'FIN') this.#upstreamIsOver();
  }

  /** Both directions of the upstream have ended: the client's connection ends too, whatever a filter still holds (`onUpstreamEvent`). */
  #upstreamIsOver(): void {
    this.#proxy.loop.post(() => {
      if (!this.#over) this.#callbacks.connection.close('flush');
    });
  }

  #upstreamReset(unread: boolean): void {
    if (this.#over) return;
    this.#upstream = undefined;
    if (!unread) this.#callbacks.connection.info.setFlag('UR');
    this.#callbacks.connection.close('reset');
  }

  #resetIdle(): void {
    if (this.#options.idleTimeoutMs <= 0) return;
    this.#idle?.cancel();
    this.#idle = this.#proxy.loop.setTimer(this.#options.idleTimeoutMs, () => {
      this.#count('idle_timeout', 1);
      this.#callbacks.note('idle timeout', `nothing has passed for ${this.#options.idleTimeoutMs} ms: the connection is closed`);
      this.#callbacks.connection.close('no-flush');
    });
  }

  #count(name: (typeof counters)[number], by: number): void {
    this.#proxy.stats.counter(`tcp.${this.#options.statPrefix}.${name}`).add(BigInt(by));
  }
}
