import { concatBytes } from '#base/bytes.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { asString } from '#base/json.ts';
import type { ExtensionConfig, Listener } from '#envoy/listener.ts';
import { listenerToProto } from '#envoy/to-proto.ts';
import type { HeaderPair, HostTrace } from '#proxywasm/host.ts';
import { arrived } from './arrived-headers.ts';
import { ConfigError } from './config-error.ts';
import { Exchange } from './exchange.ts';
import type { ConnectionInfo, TlsInfo } from './http/connection-info.ts';
import { FilterStates } from './http/filter-state.ts';
import { Headers } from './http/headers.ts';
import { HttpStream } from './http/stream.ts';
import type { Protocol } from './http/stream-info.ts';
import type { CompiledChain, CompiledListener } from './listener/compile-listener.ts';
import { compileListener } from './listener/compile-listener.ts';
import { outcomeOf } from './outcome.ts';
import { Proxy } from './proxy.ts';
import type { Responder } from './scenario.ts';
import type { Trace, TraceEvent, TraceFilter, TraceMetric } from './trace.ts';
import { ContextOwners } from './context-owners.ts';
import { TraceClient } from './trace-client.ts';
import { TraceRecorder } from './trace-recorder.ts';
import type { CodeLoader } from './wasm/wasm-services.ts';
import { createWasmServices } from './wasm/wasm-services.ts';

/** One proxy with one listener, as a preview needs it. */
export interface SidecarConfig {
  /** Our listener, or Envoy's proto JSON. */
  readonly listener: Listener | JsonObject;
  /** Which of `filterChains` takes the connection; -1 for `default_filter_chain`. Default 0. */
  readonly chain?: number | undefined;
  /** Answers of ECDS. */
  readonly extensions?: readonly ExtensionConfig[] | undefined;
  /** Route configurations served by RDS. */
  readonly routes?: readonly JsonObject[] | undefined;
  readonly clusters?: Readonly<Record<string, Responder>> | undefined;
  /** How every other cluster answers; undefined: it does not exist. */
  readonly otherClusters?: ((name: string) => Responder | undefined) | undefined;
  /** The compiled module of a code source; undefined: it could not be fetched. */
  readonly modules: CodeLoader;
  readonly seed?: number | undefined;
  readonly startNs?: bigint | undefined;
  readonly node?: JsonObject | undefined;
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** `none`: traces carry the result but neither events nor metrics, and nobody reads what guests log: for benchmarks. */
  readonly detail?: 'full' | 'none' | undefined;
  /** What `proxy_get_log_level` says and which lines are kept: 0 trace … 6 off. Default 0. */
  readonly logLevel?: number | undefined;
}

export interface SidecarRequest {
  /** Byte strings; pseudo headers that are missing get defaults. */
  readonly headers: readonly HeaderPair[];
  readonly body?: Uint8Array | undefined;
  /** Instead of `body`: pieces that arrive one after the other. */
  readonly bodyChunks?: readonly Uint8Array[] | undefined;
  readonly chunkDelayMs?: number | undefined;
  readonly trailers?: readonly HeaderPair[] | undefined;
  /** When the client gives up, in virtual time. Default 60 s. */
  readonly timeoutMs?: number | undefined;
  /** Default HTTP/1.1, as most clients of a sidecar speak. */
  readonly protocol?: Protocol | undefined;
  readonly connection?:
    | { readonly remoteAddress?: string; readonly localAddress?: string; readonly serverName?: string; readonly tls?: TlsInfo }
    | undefined;
}

export interface SidecarStart {
  /** Envoy would refuse the listener, with this message. */
  readonly refused: string | undefined;
  readonly events: readonly TraceEvent[];
  readonly filters: readonly TraceFilter[];
}

const DEFAULT_TIMEOUT_NS = 60_000_000_000n;
const CHUNK_DELAY_MS = 25;

/** One request on its way. */
interface Run {
  readonly request: SidecarRequest;
  readonly headers: readonly HeaderPair[];
  readonly stream: HttpStream;
  readonly client: TraceClient;
  readonly recorder: TraceRecorder | undefined;
  readonly beganMs: number;
  /** Calls of clusters before it. */
  readonly firstCall: number;
}

const NO_BYTES = new Uint8Array(0);
const NO_EVENTS: readonly TraceEvent[] = [];

/** A proxy that runs one listener in this thread. Its VMs live until `close`. */
export class Sidecar {
  readonly #config: SidecarConfig;
  readonly #proxy: Proxy;
  readonly #quiet: boolean;
  readonly #owners = new ContextOwners();
  #recorder: TraceRecorder | undefined;
  #listener: CompiledListener | undefined;
  #chain: CompiledChain | undefined;
  #connections = 0;

  constructor(config: SidecarConfig) {
    this.#config = config;
    this.#quiet = config.detail === 'none';
    this.#proxy = new Proxy({ seed: config.seed, startNs: config.startNs, node: config.node, environment: config.environment });
    for (const [name, responder] of Object.entries(config.clusters ?? {})) this.#proxy.clusters.set(name, responder);
    this.#proxy.clusters.fallback = config.otherClusters;
    this.#proxy.onLog = (line) => {
      if (line.level >= (config.logLevel ?? 0)) this.#recorder?.proxyLog(line);
    };
  }

  /** Starts the listener: filters are made, plugins configured. Call once, before `send`. */
  async start(): Promise<SidecarStart> {
    const recorder = this.#record();
    try {
      this.#listener = await compileListener(protoOf(this.#config.listener), {
        proxy: this.#proxy,
        wasm: this.#wasm(),
        extensions: new Map((this.#config.extensions ?? []).map((extension) => [extension.name, extension])),
        routes: new Map((this.#config.routes ?? []).map((routes): [string, JsonValue] => [asString(routes['name']) ?? '', routes])),
        onlyChain: this.#config.chain ?? 0,
        starting: (index) => (recorder.starting = index),
      });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return { refused: error.message, events: this.#taken(recorder), filters: [] };
    }
    recorder.starting = undefined;
    this.#chain = this.#listener.chains[0];
    this.#proxy.loop.drain();
    return { refused: undefined, events: this.#taken(recorder), filters: this.#chain?.httpFilters ?? [] };
  }

  /** One request on a connection of its own; VMs keep their state between requests. */
  async send(request: SidecarRequest): Promise<Trace> {
    return (await this.exchange(request)).trace();
  }

  /** The same with events only when they are asked for, and without a promise for a stream that waits for nothing outside the simulator, as most do. */
  exchange(request: SidecarRequest): Exchange | Promise<Exchange> {
    const manager = this.#chain?.manager;
    if (manager === undefined) return new Exchange(this.#noManager(request));
    const beganMs = performance.now();
    const recorder = this.#quiet ? undefined : this.#record();
    const client = new TraceClient();
    const stream = new HttpStream(manager, this.#connection(request), client, request.protocol ?? 'HTTP/1.1', recorder);
    recorder?.watch(stream);
    const run: Run = {
      request,
      headers: arrived(request.headers, request.protocol ?? 'HTTP/1.1'),
      stream,
      client,
      recorder,
      beganMs,
      firstCall: this.#proxy.clusters.calls.length,
    };
    this.#begin(run);
    const { loop } = this.#proxy;
    const done = (): boolean => client.done;
    const untilNs = loop.nowNs + (request.timeoutMs === undefined ? DEFAULT_TIMEOUT_NS : BigInt(request.timeoutMs * 1e6));
    const stop = loop.run(done, untilNs);
    if (stop === 'outside') return loop.runAsync(done, untilNs).then((end) => this.#ended(run, end));
    return this.#ended(run, stop);
  }

  #ended(run: Run, stop: 'done' | 'idle'): Exchange {
    if (stop === 'idle') {
      run.client.timedOut = true;
      run.stream.receiveReset();
    }
    this.#proxy.loop.drain();
    this.#recorder = undefined;
    return new Exchange(this.#result(run, performance.now() - run.beganMs), run.recorder);
  }

  /** Lets virtual time pass: timers of plugins run. Answers with what happened. */
  async advance(ms: number): Promise<readonly TraceEvent[]> {
    const recorder = this.#record();
    await this.#proxy.loop.runTo(this.#proxy.loop.nowNs + BigInt(Math.round(ms * 1e6)));
    return this.#taken(recorder);
  }

  /** Removes the listener: plugins get on_done and on_delete. */
  close(): readonly TraceEvent[] {
    const recorder = this.#record();
    this.#listener?.close();
    this.#listener = undefined;
    this.#proxy.loop.drain();
    return this.#taken(recorder);
  }

  /** All statistics of plugins and filters now. */
  metrics(): readonly TraceMetric[] {
    return this.#proxy.stats.snapshot();
  }

  #record(): TraceRecorder {
    const recorder = new TraceRecorder(
      () => this.#proxy.loop.nowNs,
      this.#owners,
      (filter) => this.#chain?.httpFilters[filter]?.simulated === 'wasm',
    );
    this.#recorder = recorder;
    return recorder;
  }

  #taken(recorder: TraceRecorder): readonly TraceEvent[] {
    this.#recorder = undefined;
    return recorder.events;
  }

  #wasm() {
    const current = (): TraceRecorder | undefined => this.#recorder;
    return createWasmServices(
      this.#proxy,
      {
        log: (line) => current()?.log(line),
        vmFailed: (failure) => current()?.vmFailed(failure),
        trace: this.#quiet ? undefined : toCurrent(current),
        get listens(): boolean {
          return current() !== undefined;
        },
      },
      { code: this.#config.modules, mainThread: false, istioAgent: true, logLevel: this.#config.logLevel ?? 0 },
    );
  }

  #connection(request: SidecarRequest): ConnectionInfo {
    const given = request.connection;
    const remote = given?.remoteAddress ?? '10.0.0.9:41000';
    return {
      id: ++this.#connections,
      remoteAddress: remote,
      directRemoteAddress: remote,
      localAddress: given?.localAddress ?? '10.0.0.1:80',
      requestedServerName: given?.serverName ?? '',
      applicationProtocols: [],
      transportProtocol: given?.tls === undefined ? 'raw_buffer' : 'tls',
      tls: given?.tls,
      filterChainName: this.#chain?.name ?? '',
      listener: this.#listener?.info,
      filterState: new FilterStates(),
    };
  }

  #begin({ stream, request, headers: pairs }: Run): void {
    const headers = Headers.request(pairs);
    if (request.body === undefined && request.bodyChunks === undefined && request.trailers === undefined) {
      stream.receiveHeaders(headers, true);
      return;
    }
    const { loop } = this.#proxy;
    const chunks = request.bodyChunks ?? (request.body === undefined || request.body.length === 0 ? [] : [request.body]);
    const { trailers } = request;
    stream.receiveHeaders(headers, chunks.length === 0 && trailers === undefined);
    const finish = (): void => {
      if (trailers !== undefined) stream.receiveTrailers(Headers.requestTrailers(trailers));
    };
    const sendChunk = (i: number): void => {
      const chunk = chunks[i];
      if (chunk === undefined || stream.over) return;
      const last = i === chunks.length - 1;
      stream.receiveData(chunk, last && trailers === undefined);
      if (last) finish();
      else loop.setTimer(request.chunkDelayMs ?? CHUNK_DELAY_MS, () => sendChunk(i + 1));
    };
    if (chunks.length === 0) finish();
    else loop.post(() => sendChunk(0));
  }

  #result({ request, headers, stream, client, recorder, firstCall }: Run, measuredMs: number): Trace {
    const { info } = stream;
    const calls = this.#proxy.clusters.calls;
    const call = calls.length === 0 ? undefined : calls.slice(firstCall).findLast((item) => item.cluster === info.clusterName);
    if (calls.length > 0) calls.length = 0;
    const body = request.body ?? (request.bodyChunks === undefined ? NO_BYTES : concatBytes(request.bodyChunks));
    return {
      version: 1,
      request: { headers, body, trailers: request.trailers ?? [] },
      filters: this.#chain?.httpFilters ?? [],
      events: NO_EVENTS,
      response: client.response(),
      upstream: call === undefined ? undefined : { headers: call.headers, body: call.body, trailers: call.trailers ?? [] },
      outcome: outcomeOf(client, info, recorder?.hasLocalReply === true),
      accessLog: {
        code: info.responseCode ?? 0,
        details: info.responseCodeDetails ?? '',
        flags: info.flagsText,
        route: info.routeName,
        cluster: info.clusterName ?? '',
      },
      metrics: this.#quiet ? [] : this.metrics(),
      durationNs: Number((info.endNs ?? this.#proxy.loop.nowNs) - info.startNs),
      measuredMs,
    };
  }

  #noManager(request: SidecarRequest): Trace {
    return {
      version: 1,
      request: { headers: arrived(request.headers, request.protocol ?? 'HTTP/1.1'), body: request.body ?? new Uint8Array(0), trailers: [] },
      filters: [],
      events: [],
      response: undefined,
      upstream: undefined,
      outcome: { kind: 'no-chain', text: 'This filter chain has no HTTP connection manager: it passes bytes, not requests.' },
      accessLog: { code: 0, details: '', flags: '-', route: '', cluster: '' },
      metrics: [],
      durationNs: 0,
      measuredMs: 0,
    };
  }
}

/** A trace that goes to whichever recorder there is at the moment. */
function toCurrent(current: () => TraceRecorder | undefined): HostTrace {
  return {
    callback: (vm, contextId, name, args) => current()?.callback(vm, contextId, name, args),
    callbackDone: (vm, contextId, name, result) => current()?.callbackDone(vm, contextId, name, result),
    hostCall: (call) => current()?.hostCall(call),
  };
}

/** The API of the preview worker and of benchmarks. */
export function createSidecar(config: SidecarConfig): Sidecar {
  return new Sidecar(config);
}

/** Envoy's proto JSON of a listener of either kind. */
export function protoOf(listener: Listener | JsonObject): JsonObject {
  return isListener(listener) ? listenerToProto(listener) : listener;
}

function isListener(listener: Listener | JsonObject): listener is Listener {
  return 'provenance' in listener;
}
