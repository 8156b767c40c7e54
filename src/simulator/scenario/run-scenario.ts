import { byteStringToUtf8, bytesToByteString } from '#base/bytes.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import type { EnvoyTypes } from '#envoy/types.ts';
import type { HostTrace, LogLine } from '#proxywasm/host.ts';
import { ConfigError } from '../config-error.ts';
import { FilterStates } from '../http/filter-state.ts';
import type { HttpManager } from '../http/http-manager.ts';
import { quantiles } from '../histogram.ts';
import { HttpStream } from '../http/stream.ts';
import type { JournalCallback } from '../journal.ts';
import { Journal } from '../journal.ts';
import { compileListener } from '../listener/compile-listener.ts';
import type { CompiledListener } from '../listener/compile-listener.ts';
import { Proxy } from '../proxy.ts';
import type { Responder, Scenario, ScenarioRequest, ScenarioStep } from '../scenario.ts';
import type { CodeLoader } from '../wasm/wasm-services.ts';
import { createWasmServices } from '../wasm/wasm-services.ts';
import { buildListener, isConversation, LISTENER_PORT } from './build-listener.ts';
import { ScenarioClient } from './client.ts';
import type { Difference } from './compare.ts';
import { compareObserved } from './compare.ts';
import { converse } from './converse.ts';

import { inlineModules } from './inline-modules.ts';
import { normalise } from './normalise.ts';
import { STEP_QUIET_MAX_MS, STEP_QUIET_MS, untilQuiet } from './quiet.ts';
import { phaseOf } from './phase.ts';
import { refusalOf } from './refusal.ts';
import { calloutOf, upstreamOf } from './recorded-calls.ts';

export interface ScenarioRun {
  readonly observed: JsonObject;
  readonly differences: readonly Difference[];
  readonly pass: boolean;
}

export interface ScenarioOptions {
  readonly loadModule: CodeLoader;
  /** Without them a listener is refused only for what its filters find. */
  readonly types?: EnvoyTypes | undefined;
}

const QUIET_MS = 40;
const QUIET_MAX_MS = 600;
const DEFAULT_TIMEOUT_MS = 3000;
const FLUSH_INTERVAL_MS = 500;
const CLIENT_PORT = 40_000;
/** The log level of the recordings. */
const INFO = 2;

/** The node every recording was made with. */
const labNode: JsonObject = {
  id: 'lab-node',
  cluster: 'lab-cluster',
  metadata: { ROLE: 'lab', LABELS: { app: 'demo' } },
  locality: { region: 'r1', zone: 'z1' },
};

/** Runs a scenario in the simulator and compares with its `expect`, if it has one. */
export async function runScenario(scenario: Scenario, options: ScenarioOptions): Promise<ScenarioRun> {
  const observed = await new ScenarioRunner(scenario, options).run();
  const differences = scenario.expect === undefined ? [] : compareObserved(scenario.expect, observed, '', scenario.informative);
  return { observed, differences, pass: differences.length === 0 };
}

class ScenarioRunner {
  readonly #scenario: Scenario;
  readonly #proxy: Proxy;
  readonly #journal: Journal;
  readonly #options: ScenarioOptions;
  readonly #accessLog: JsonObject[] = [];
  #listener: CompiledListener | undefined;
  /** All requests of a scenario share one connection. */
  readonly #connectionState = new FilterStates();

  constructor(scenario: Scenario, options: ScenarioOptions) {
    this.#scenario = scenario;
    this.#options = options;
    this.#proxy = new Proxy({ node: labNode, environment: { ENVOY_UID: '0', LAB_HOST_ENV: 'from-host' }, secrets: scenario.secrets });
    this.#journal = new Journal(() => this.#proxy.loop.nowNs);
    for (const [name, responder] of this.#responders()) this.#proxy.clusters.set(name, responder);
    this.#proxy.onLog = ({ level, message, filter }) => {
      if (level >= INFO) this.#journal.add({ kind: 'log', level, prefix: '', message, from: 'lua', mainThread: filter === undefined });
    };
  }

  #responders(): readonly (readonly [string, Responder])[] {
    const { upstream, clusters = {} } = this.#scenario;
    const first = upstream ?? clusters['upstream'] ?? { echo: true };
    return [['upstream', first], ...Object.entries(clusters).filter(([name]) => name !== 'upstream')];
  }

  async run(): Promise<JsonObject> {
    const observed: Record<string, JsonValue> = {};
    let listener: CompiledListener;
    try {
      listener = await this.#compile();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      observed['rejected'] = error.message.trim();
      const { mainThread } = phaseOf(this.#journal.take());
      if (mainThread !== undefined) observed['start'] = { mainThread };
      return this.#finish(observed);
    }
    this.#listener = listener;
    await this.#quiet(QUIET_MS, 1500);
    addPhase(observed, 'start', phaseOf(this.#journal.take()));
    const manager = listener.chains[0]?.manager;
    for (const chain of [...listener.chains, listener.defaultChain]) {
      if (chain?.manager !== undefined) chain.manager.onStreamEnd = (stream) => this.#accessLog.push(accessLogOf(stream));
    }
    if (isConversation(this.#scenario)) {
      observed['connections'] = await converse(this.#scenario, {
        proxy: this.#proxy,
        listener,
        quiet: () => this.#quiet(STEP_QUIET_MS, STEP_QUIET_MAX_MS),
        phase: () => phaseOf(this.#journal.take()),
      });
      if (this.#accessLog.length > 0) observed['requests'] = this.#accessLog.splice(0);
    } else if (manager !== undefined) {
      const exchanges: JsonValue[] = [];
      for (const step of this.#steps()) exchanges.push(await this.#exchange(step, manager));
      observed['exchanges'] = exchanges;
    }
    if (this.#scenario.stats !== undefined) observed['stats'] = this.#stats();
    // The scripted servers go before the listener does.
    for (const server of this.#proxy.servers.connections) server.finish(true);
    this.#proxy.loop.drain();
    listener.close();
    await this.#quiet(QUIET_MS, QUIET_MAX_MS);
    const end: Record<string, JsonValue> = {};
    Object.assign(end, phaseOf(this.#journal.take()));
    const calls = this.#proxy.clusters.calls.splice(0);
    if (calls.length > 0) end['callouts'] = calls.map(calloutOf);
    addPhase(observed, 'end', end);
    return this.#finish(observed);
  }

  #finish(observed: JsonObject): JsonObject {
    const ports = new Map([
      [LISTENER_PORT, '{listener}'],
      [CLIENT_PORT, '{client}'],
      ...this.#proxy.clusters.all().map((cluster): [number, string] => [Number(cluster.hostAddress.split(':')[1]), `{${cluster.name}}`]),
    ]);
    return normalise(observed, ports, this.#scenario);
  }

  async #compile(): Promise<CompiledListener> {
    const listener = buildListener(this.#scenario);
    const { loadModule, types } = this.#options;
    const refusal = types === undefined ? undefined : refusalOf(types, listener);
    if (refusal !== undefined) throw new ConfigError(refusal);
    const inline = await inlineModules(listener);
    const wasm = createWasmServices(
      this.#proxy,
      { log: (line) => this.#log(line), trace: journalTrace(this.#journal) },
      {
        code: (source) => (source.kind === 'inline' ? inline.get(bytesToByteString(source.bytes)) : loadModule(source)),
        mainThread: true,
        istioAgent: false,
        refusesMissing: true,
        logLevel: 0,
      },
    );
    return compileListener(listener, { proxy: this.#proxy, wasm, extensions: new Map(), routes: new Map() });
  }

  #log(line: LogLine): void {
    this.#journal.add({
      kind: 'log',
      level: line.level,
      prefix: line.prefix,
      message: line.message,
      from: line.from,
      mainThread: line.vm?.thread === 'main',
    });
  }

  #steps(): readonly ScenarioStep[] {
    const { steps, request } = this.#scenario;
    if (steps !== undefined) return steps;
    return requestsOf(request).map((item) => ({ request: item }));
  }

  async #exchange(step: ScenarioStep, manager: HttpManager): Promise<JsonValue> {
    const { loop, clusters } = this.#proxy;
    if (step.upstream !== undefined || step.clusters !== undefined) {
      const own: Readonly<Record<string, Responder>> = {
        ...step.clusters,
        ...(step.upstream === undefined ? {} : { upstream: step.upstream }),
      };
      for (const [name, responder] of this.#responders()) clusters.set(name, own[name] ?? responder);
    }
    clusters.calls.length = 0;
    const exchange: Record<string, JsonValue> = {};
    const requests = requestsOf(step.request);
    const clients = requests.map((request) => this.#send(request, manager));
    if (clients.length > 0) {
      await loop.runAsync(() => clients.every((client) => client.done));
      const results = clients.map((client) => client.result());
      if (results[0] !== undefined && results.length === 1) exchange['downstream'] = results[0];
      else exchange['downstreams'] = results;
    }
    if (step.waitMs !== undefined) await loop.runTo(loop.nowNs + BigInt(Math.round(step.waitMs * 1e6)));
    await this.#quiet(QUIET_MS, QUIET_MAX_MS);
    const calls = clusters.calls.splice(0);
    if (clients.length > 0) exchange['upstream'] = upstreamOf(calls.filter((call) => call.cluster === 'upstream'));
    const callouts = clients.length > 0 ? calls.filter((call) => call.cluster !== 'upstream') : calls;
    if (callouts.length > 0) exchange['callouts'] = callouts.map(calloutOf);
    const log = this.#accessLog.splice(0);
    if (log[0] !== undefined) exchange['accessLog'] = log.length === 1 ? log[0] : log;
    Object.assign(exchange, phaseOf(this.#journal.take()));
    if (step.waitMs !== undefined && clients.length === 0) exchange['waitMs'] = step.waitMs;
    return exchange;
  }

  #send(request: ScenarioRequest, manager: HttpManager): ScenarioClient {
    const client = new ScenarioClient(this.#proxy.loop, request, this.#scenario.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    const local = `127.0.0.1:${LISTENER_PORT}`;
    const remote = `127.0.0.1:${CLIENT_PORT}`;
    const stream = new HttpStream(
      manager,
      {
        id: 1,
        remoteAddress: remote,
        directRemoteAddress: remote,
        localAddress: local,
        requestedServerName: '',
        applicationProtocols: [],
        transportProtocol: 'raw_buffer',
        filterChainName: '',
        listener: this.#listener?.info,
        filterState: this.#connectionState,
      },
      client,
      'HTTP/2',
    );
    client.start(stream);
    return client;
  }

  #quiet(ms: number, maxMs: number): Promise<void> {
    return untilQuiet(this.#proxy.loop, () => this.#journal.lastNs, ms, maxMs);
  }

  /** Envoy merges histograms every half second: read at once they are empty. */
  #merged(): boolean {
    return (this.#scenario.statsDelayMs ?? 0) >= FLUSH_INTERVAL_MS;
  }

  #stats(): JsonObject {
    const out: Record<string, JsonValue> = {};
    for (const prefix of [this.#scenario.stats ?? []].flat()) {
      for (const metric of this.#proxy.stats.withPrefix(prefix)) {
        if (metric.type !== 'histogram') out[metric.name] = Number(metric.value);
        // Histograms of connections hold durations; recordings leave them out.
        else if (!isConversation(this.#scenario)) out[metric.name] = { quantiles: quantiles(this.#merged() ? metric.samples : []) };
      }
    }
    return Object.fromEntries(Object.entries(out).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
}

function requestsOf(request: ScenarioStep['request']): readonly ScenarioRequest[] {
  if (request === undefined || request === null) return [];
  return isList(request) ? request : [request];
}

function isList(request: ScenarioRequest | readonly ScenarioRequest[]): request is readonly ScenarioRequest[] {
  return Array.isArray(request);
}

function journalTrace(journal: Journal): HostTrace {
  const open: JournalCallback[] = [];
  return {
    callback(vm, _, name, args) {
      if (!/^proxy_on_|^envoy_on_|^(_start|_initialize|main|__main_void)$/.test(name) || name === 'proxy_on_memory_allocate') return;
      const entry: JournalCallback = { kind: 'callback', name, args: [...args], result: undefined, mainThread: vm.thread === 'main' };
      open.push(entry);
      journal.add(entry);
    },
    callbackDone(_, __, name, result) {
      const entry = open.findLast((item) => item.name === name);
      if (entry === undefined) return;
      open.splice(open.indexOf(entry), 1);
      entry.result = result;
    },
    hostCall: () => undefined,
  };
}

function addPhase(observed: Record<string, JsonValue>, name: string, phase: object): void {
  if (Object.keys(phase).length > 0) observed[name] = phase as JsonObject;
}

/** The access log of the recordings: code, details, flags, route, cluster; empty ones left out. */
function accessLogOf({ info }: HttpStream): JsonObject {
  const all: Record<string, JsonValue | undefined> = {
    cluster: info.clusterName,
    code: info.responseCode ?? 0,
    details: info.responseCodeDetails === undefined ? undefined : byteStringToUtf8(info.responseCodeDetails),
    flags: info.flagsText,
    route: info.routeName,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== ''));
}
