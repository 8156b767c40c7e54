import type { ByteString } from '#base/bytes.ts';
import type { JsonObject } from '#base/json.ts';
import type { Random } from '#base/random.ts';
import { seededRandom } from '#base/random.ts';
import { EventLoop } from './event-loop.ts';
import type { FormatEnvironment } from './format/formatter.ts';
import { randomUuid } from './random-uuid.ts';
import { StatsStore } from './stats.ts';
import { TcpServers } from './tcp/tcp-servers.ts';
import { Clusters } from './upstreams/clusters.ts';

/** What one Envoy process shares among its listeners: time, chance, clusters, statistics, its node. */
export interface ProxySettings {
  readonly seed?: number | undefined;
  readonly startNs?: bigint | undefined;
  readonly node?: JsonObject | undefined;
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly localAddress?: string | undefined;
  /** Texts of the generic secrets of the bootstrap by name. */
  readonly secrets?: Readonly<Record<string, string>> | undefined;
}

/** A line of Envoy's own log that a filter wrote for its user. */
export interface ProxyLogLine {
  readonly logger: 'lua';
  /** 0 trace … 5 critical. */
  readonly level: number;
  readonly message: ByteString;
  /** Place of the filter in its chain; undefined while the listener is made. */
  readonly filter: number | undefined;
}

export class Proxy {
  readonly loop: EventLoop;
  readonly random: Random;
  readonly clusters: Clusters;
  readonly stats = new StatsStore();
  readonly servers: TcpServers;
  readonly node: JsonObject;
  readonly localAddress: string;
  readonly environment: FormatEnvironment;
  readonly variables: ReadonlyMap<string, string>;
  readonly secrets: ReadonlyMap<string, string>;
  /** Hears of every log line. */
  onLog: ((line: ProxyLogLine) => void) | undefined;

  constructor(settings: ProxySettings = {}) {
    this.loop = new EventLoop(settings.startNs);
    this.random = seededRandom(settings.seed ?? 1);
    this.servers = new TcpServers(this.loop);
    this.clusters = new Clusters(this.loop, this.random);
    this.node = settings.node ?? {};
    this.localAddress = settings.localAddress ?? '10.0.0.1';
    this.secrets = new Map(Object.entries(settings.secrets ?? {}));
    this.variables = new Map(Object.entries(settings.environment ?? {}));
    this.environment = { hostname: 'filterloom', variables: this.variables, uniqueId: () => randomUuid(this.random, false) };
  }

  get nodeId(): string {
    return typeof this.node['id'] === 'string' ? this.node['id'] : '';
  }

  get nodeCluster(): string {
    return typeof this.node['cluster'] === 'string' ? this.node['cluster'] : '';
  }
}
