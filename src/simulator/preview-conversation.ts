import type { JsonObject, JsonValue } from '#base/json.ts';
import { asArray, asNumber, asObject, asString } from '#base/json.ts';
import { ConfigError } from './config-error.ts';
import { ConnectionRecorder } from './connection-recorder.ts';
import { ContextOwners } from './context-owners.ts';
import type { ConversationBytes, ConversationTrace, ConversationTraceStep, ConversationUpstream } from './conversation-trace.ts';
import type { CompiledChain, CompiledListener } from './listener/compile-listener.ts';
import { compileListener } from './listener/compile-listener.ts';
import { Proxy } from './proxy.ts';
import { conversationBytes } from './scenario/conversation-bytes.ts';
import { converse } from './scenario/converse.ts';
import { STEP_QUIET_MAX_MS, STEP_QUIET_MS, untilQuiet } from './scenario/quiet.ts';
import type { SidecarConfig } from './simulator.ts';
import { protoOf } from './simulator.ts';
import type { Metric } from './stats.ts';
import type { TraceEvent } from './trace.ts';
import { createWasmServices } from './wasm/wasm-services.ts';

export interface ConversationRun {
  /** Envoy would refuse the listener, with this message. */
  readonly refused: string | undefined;
  /** What plugins said while they started. */
  readonly started: readonly TraceEvent[];
  readonly trace: ConversationTrace | undefined;
}

/**
 * One scripted connection (steps as in `docs/scenario-format.md`) through the network filters of the chosen chain, in a proxy that is started for it: the
 * same script gives the same trace. The chain is given, so listener filters and the choice of the chain have no part in it.
 */
export async function runConversation(config: SidecarConfig, conversation: readonly JsonObject[]): Promise<ConversationRun> {
  const proxy = new Proxy({ seed: config.seed, startNs: config.startNs, node: config.node, environment: config.environment });
  for (const [name, responder] of Object.entries(config.clusters ?? {})) proxy.clusters.set(name, responder);
  proxy.clusters.fallback = config.otherClusters;
  const kinds = new Map<number, boolean>();
  const makeRecorder = (): ConnectionRecorder =>
    new ConnectionRecorder(
      () => proxy.loop.nowNs,
      owners,
      (filter) => kinds.get(filter) === true,
      kinds.size - 1,
    );
  const owners = new ContextOwners();
  let recorder = makeRecorder();
  proxy.onLog = (line) => recorder.proxyLog(line);
  let listener: CompiledListener;
  try {
    listener = await compile(config, proxy, () => recorder);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { refused: error.message, started: recorder.events, trace: undefined };
  }
  proxy.loop.drain();
  const started = recorder.events;
  const chain = listener.chains[0] ?? listener.defaultChain;
  for (const filter of chain?.networkFilters ?? []) kinds.set(filter.index, filter.simulated === 'wasm');
  recorder = makeRecorder();
  const trace = await talk(
    conversation,
    proxy,
    { ...listener, filters: [], chains: [], defaultChain: chain, matcher: undefined },
    recorder,
    chain,
  );
  listener.close();
  proxy.loop.drain();
  return { refused: undefined, started, trace };
}

function compile(config: SidecarConfig, proxy: Proxy, current: () => ConnectionRecorder): Promise<CompiledListener> {
  const wasm = createWasmServices(
    proxy,
    {
      log: (line) => current().log(line),
      vmFailed: (failure) => current().vmFailed(failure),
      get trace() {
        return current().hostTrace;
      },
    },
    { code: config.modules, mainThread: false, istioAgent: true, logLevel: config.logLevel ?? 0 },
  );
  return compileListener(protoOf(config.listener), {
    proxy,
    wasm,
    extensions: new Map((config.extensions ?? []).map((extension) => [extension.name, extension])),
    routes: new Map((config.routes ?? []).map((routes): [string, JsonValue] => [asString(routes['name']) ?? '', routes])),
    onlyChain: config.chain ?? 0,
    startingNetwork: (index) => (current().starting = index),
  });
}

async function talk(
  conversation: readonly JsonObject[],
  proxy: Proxy,
  listener: CompiledListener,
  recorder: ConnectionRecorder,
  chain: CompiledChain | undefined,
): Promise<ConversationTrace> {
  const began = performance.now();
  const startNs = proxy.loop.nowNs;
  let seen = 0;
  const [item] = await converse(
    { conversation },
    {
      proxy,
      listener,
      observer: recorder,
      quiet: () => untilQuiet(proxy.loop, () => startNs + BigInt(recorder.lastAtNs), STEP_QUIET_MS, STEP_QUIET_MAX_MS),
      phase: () => {
        const first = seen;
        seen = recorder.count;
        return first === seen ? {} : { events: [first, seen] };
      },
    },
  );
  const { conversation: steps, client, upstream, closedBy, accessLog } = asObject(item);
  return {
    version: 1,
    filters: chain?.networkFilters ?? [],
    events: recorder.events,
    steps: asArray(steps).map((step) => traceStep(asObject(step))),
    client: bytesOf(asObject(client)),
    upstreams: asArray(upstream).map((server) => upstreamOf(asObject(server))),
    closedBy: closedBy === 'upstream' || closedBy === 'envoy' ? closedBy : 'client',
    accessLog: accessLog === undefined ? undefined : asObject(accessLog),
    metrics: proxy.stats
      .all()
      .filter(isTold)
      .map(({ name, type, value, samples }) => ({ name, type, value: type === 'histogram' ? samples.length : Number(value) })),
    measuredMs: performance.now() - began,
  };
}

/** Everything plugins define, and what filters counted: a proxy has hundreds of counters that stand at zero. Clusters have their own words. */
function isTold({ name, value, type }: Metric): boolean {
  if (name.startsWith('wasmcustom.')) return true;
  return type === 'counter' && value > 0n && !/^(cluster|wasm)\./.test(name);
}

function traceStep({ step, skipped, events, client, upstream }: JsonObject): ConversationTraceStep {
  const [first, end] = asArray(events).map((at) => asNumber(at) ?? 0);
  return {
    step: asString(step) ?? '',
    skipped: asString(skipped),
    first: first ?? 0,
    end: end ?? 0,
    client: client === undefined ? undefined : bytesOf(asObject(client)),
    upstreams: asArray(upstream).map((server) => upstreamOf(asObject(server))),
  };
}

function bytesOf({ received, closed }: JsonObject): ConversationBytes {
  return { received: conversationBytes(received), closed: closed === 'FIN' || closed === 'RST' ? closed : undefined };
}

function upstreamOf(server: JsonObject): ConversationUpstream {
  return {
    ...bytesOf(server),
    id: asNumber(server['id']) ?? 0,
    cluster: asString(server['cluster']) ?? '',
    opened: server['opened'] === true,
  };
}
