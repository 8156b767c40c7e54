import type { JsonValue } from '#base/json.ts';
import { isObject } from '#base/json.ts';
import type { MetadataKind } from '../format/commands/metadata.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { FormatContext } from '../format/formatter.ts';
import type { Proxy } from '../proxy.ts';
import type { Route } from '../router/route.ts';
import type { RouteTable } from '../router/route-config.ts';
import type { ActiveFilter } from './active-filter.ts';
import type { HttpFilter, LocalReplyRequest } from './filter.ts';
import { Headers } from './headers.ts';
import type { LocalReplyRewriter } from './local-reply.ts';
import type { ManagerOptions } from './manager-options.ts';
import { normalisePath } from './path-normalisation.ts';
import { mutateRequestHeaders } from './request-headers.ts';
import { addProxyStatus } from './proxy-status.ts';
import { finishResponseHeaders } from './response-headers.ts';
import type { HttpStream } from './stream.ts';
import type { Protocol } from './stream-info.ts';

/** Makes a filter for each stream. */
export interface HttpFilterFactory {
  /** Undefined: the filter takes no part in this stream. */
  create(callbacks: ActiveFilter): HttpFilter | undefined;
  /** The listener goes away. */
  close?(): void;
  /** What people should know about this filter. */
  readonly note?: string | undefined;
}

/** One filter of the configured chain. */
export interface ChainEntry {
  readonly index: number;
  readonly name: string;
  readonly typeUrl: string;
  readonly factory: HttpFilterFactory;
  /** Switched off by the chain or by `typed_per_filter_config` of the route. */
  disabledFor(route: Route | undefined): boolean;
}

export interface HttpManagerParts {
  readonly proxy: Proxy;
  readonly options: ManagerOptions;
  readonly filters: readonly ChainEntry[];
  readonly routes: RouteTable;
  /** `per_connection_buffer_limit_bytes` of the listener. */
  readonly connectionBufferLimit: number;
}

/** A connection manager of a listener: one configuration, many streams. */
export class HttpManager {
  readonly proxy: Proxy;
  readonly options: ManagerOptions;
  readonly filters: readonly ChainEntry[];
  /** `per_connection_buffer_limit_bytes` of the listener. */
  readonly connectionBufferLimit: number;
  routes: RouteTable;
  /** Streams that have ended tell it here. */
  onStreamEnd: ((stream: HttpStream) => void) | undefined;

  constructor(parts: HttpManagerParts) {
    this.proxy = parts.proxy;
    this.options = parts.options;
    this.filters = parts.filters;
    this.routes = parts.routes;
    this.connectionBufferLimit = parts.connectionBufferLimit;
  }

  get loop(): Proxy['loop'] {
    return this.proxy.loop;
  }

  /** How much of a body may be held: of HTTP/2 the stream's window (measured), of HTTP/1 what the listener grants a connection. */
  bufferLimit(protocol: Protocol): number {
    return protocol === 'HTTP/2' ? this.options.http2StreamWindow : this.connectionBufferLimit;
  }

  selectRoute(headers: Headers): Route | undefined {
    let draw: number | undefined;
    return this.routes.select(headers, { random: () => (draw ??= this.proxy.random.next()), secure: false });
  }

  hasCluster(name: string): boolean {
    return this.proxy.clusters.get(name) !== undefined;
  }

  /** Checks and changes the headers before the filters see them; a refusal is answered at once. */
  acceptRequest(stream: HttpStream, headers: Headers): LocalReplyRequest | undefined {
    const { options } = this;
    if (!options.proxy100Continue && headers.get('expect')?.toLowerCase() === '100-continue') {
      stream.client.informational?.(Headers.response([[':status', '100']]));
      headers.remove('expect');
      stream.info.responseCode = 100;
    }
    if (headers.get(':authority') === undefined) return { code: 400, body: '', details: 'missing_host_header' };
    const path = headers.get(':path') ?? '';
    if (path === '' && headers.get(':method') !== 'CONNECT') return { code: 404, body: '', details: 'missing_path_rejected' };
    if (path.includes('#')) return { code: 400, body: '', details: 'path_normalization_failed' };
    if (path !== '' && !path.startsWith('/')) return { code: 404, body: '', details: 'absolute_path_rejected' };
    if (options.normalizePath || options.mergeSlashes || options.escapedSlashes !== 'IMPLEMENTATION_SPECIFIC_DEFAULT') {
      const normal = normalisePath(path, options);
      if (normal.kind === 'reject' || (normal.kind === 'redirect' && stream.isGrpc))
        return { code: 400, body: '', details: normal.kind === 'reject' ? normal.details : 'path_normalization_failed' };
      headers.set(':path', normal.path);
      if (normal.kind === 'redirect') {
        return {
          code: 307,
          body: '',
          details: 'path_normalization_failed',
          modifyHeaders: (map) => map.set('location', normal.path),
        };
      }
    }
    this.#normaliseHost(stream, headers);
    const client = mutateRequestHeaders(headers, {
      options,
      connection: stream.info.connection,
      random: this.proxy.random,
      localAddress: this.proxy.localAddress,
      nodeId: this.proxy.nodeId,
      serviceCluster: this.proxy.nodeCluster,
    });
    stream.info.setClient(client);
    return undefined;
  }

  #normaliseHost(stream: HttpStream, headers: Headers): void {
    const { stripPort, stripTrailingDot } = this.options;
    if (stripPort === 'none' && !stripTrailingDot) return;
    const host = headers.get(':authority') ?? '';
    let next = host;
    const port = /^(.*?):(\d+)$/.exec(next);
    const own = stream.info.connection.localAddress.split(':').at(-1);
    if (port !== null && (stripPort === 'any' || (stripPort === 'matching' && port[2] === own))) next = port[1] ?? next;
    if (stripTrailingDot) next = next.replace(/\.(:\d+)?$/, '$1');
    if (next !== host) headers.set(':authority', next);
  }

  finishResponseHeaders(stream: HttpStream, headers: Headers): void {
    finishResponseHeaders(headers, stream.requestHeaders, this.options, this.loop.nowNs);
    if (this.options.proxyStatus !== undefined) addProxyStatus(headers, stream.info, this.options.proxyStatus);
  }

  /** The code of the reply is known to formatters from here on (envoy `LocalReplyImpl::rewrite`); the configuration may change it. */
  rewriteLocalReply(stream: HttpStream): LocalReplyRewriter {
    const { localReply } = this.options;
    return {
      rewrite: (headers, code, body) => {
        // Envoy keeps codes in 16 bits.
        stream.info.responseCode = code & 0xff_ff;
        return localReply?.rewrite(headers, code, body, { ...this.formatContext(stream), responseHeaders: headers });
      },
    };
  }

  formatContext(stream: HttpStream): FormatContext {
    return {
      info: stream.info,
      requestHeaders: stream.request.headers,
      responseHeaders: stream.response.headers,
      responseTrailers: stream.response.trailers,
      nowNs: this.loop.nowNs,
      environment: this.proxy.environment,
      metadata: (kind) => filterMetadata(this.#metadataOf(stream, kind)),
    };
  }

  #metadataOf(stream: HttpStream, kind: MetadataKind): JsonValue | undefined {
    const route = stream.routes.current;
    const cluster = route?.forward === undefined ? undefined : this.proxy.clusters.get(route.forward.cluster);
    switch (kind) {
      case 'ROUTE':
        return route?.metadata;
      case 'VIRTUAL_HOST':
        return route?.virtualHost.metadata;
      case 'CLUSTER':
        return cluster?.config['metadata'];
      case 'UPSTREAM_HOST':
        return stream.info.upstreamHost === undefined ? undefined : cluster?.metadata;
      case 'LISTENER':
        return stream.info.connection.listener?.metadata;
      default:
        return undefined;
    }
  }

  streamEnded(stream: HttpStream): void {
    this.onStreamEnd?.(stream);
  }
}

/** Configuration of a filter at the most specific level that has one. */
export function mostSpecific(route: Route | undefined, name: string): ConfigReader | undefined {
  if (route === undefined) return undefined;
  for (const level of route.perFilter) {
    const found = level.size === 0 ? undefined : level.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function filterMetadata(metadata: JsonValue | undefined): JsonValue | undefined {
  return isObject(metadata) ? (metadata['filter_metadata'] ?? metadata['filterMetadata']) : undefined;
}
