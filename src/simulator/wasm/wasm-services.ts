import type { Result } from '#base/result.ts';
import type { Host, HostMetric, HostTrace, LogLine, MetricType, VmFailure } from '#proxywasm/host.ts';
import type { PluginFailure } from '#proxywasm/failures.ts';
import type { WasmCode } from '#proxywasm/load-module.ts';
import { WasmRuntime } from '#proxywasm/wasm-runtime.ts';
import type { Proxy } from '../proxy.ts';
import type { Metric } from '../stats.ts';

/** Where the code of a plugin comes from, as its configuration says. */
export type CodeSource =
  | { readonly kind: 'file'; readonly filename: string }
  | { readonly kind: 'inline'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'remote'; readonly uri: string; readonly sha256: string };

/** What was loaded for a code source; undefined if nobody has it. */
export type CodeLoader = (source: CodeSource) => Result<WasmCode, PluginFailure> | undefined;

/** Sees what plugins do. All members are optional: what nobody watches costs nothing. */
export interface WasmObserver {
  readonly trace?: HostTrace | undefined;
  /** False while `log` has no reader. */
  readonly listens?: boolean | undefined;
  log?(line: LogLine): void;
  vmFailed?(failure: VmFailure): void;
}

export interface WasmServices {
  readonly runtime: WasmRuntime;
  readonly code: CodeLoader;
  /** Also make the starts of Envoy's main thread, so that counters come out the same. */
  readonly mainThread: boolean;
  /** Whether a module that is missing is to be treated as Istio's agent treats it. */
  readonly istioAgent: boolean;
  /** A module nobody has is a listener Envoy refuses; otherwise its streams fail, as a preview can still show the rest. */
  readonly refusesMissing: boolean;
}

export interface WasmSettings {
  readonly code: CodeLoader;
  readonly mainThread: boolean;
  readonly istioAgent: boolean;
  readonly refusesMissing?: boolean | undefined;
  /** 0 trace … 6 off. */
  readonly logLevel: number;
}

/** The Wasm side of a proxy: one runtime over the proxy's clock, chance and statistics. */
export function createWasmServices(proxy: Proxy, observer: WasmObserver, settings: WasmSettings): WasmServices {
  const runtime = new WasmRuntime(new ProxyHost(proxy, observer, settings.logLevel));
  const { code, mainThread, istioAgent, refusesMissing = false } = settings;
  return { runtime, code, mainThread, istioAgent, refusesMissing };
}

class ProxyHost implements Host {
  readonly #proxy: Proxy;
  readonly #observer: WasmObserver;
  readonly #logLevel: number;

  constructor(proxy: Proxy, observer: WasmObserver, logLevel: number) {
    this.#proxy = proxy;
    this.#observer = observer;
    this.#logLevel = logLevel;
  }

  get trace(): HostTrace | undefined {
    return this.#observer.trace;
  }

  get listens(): boolean {
    return this.#observer.log !== undefined && this.#observer.listens !== false;
  }

  nowNs(): bigint {
    return this.#proxy.loop.nowNs;
  }

  monotonicNs(): bigint {
    return this.#proxy.loop.nowNs;
  }

  randomBytes(target: Uint8Array): void {
    this.#proxy.random.fill(target);
  }

  log(line: LogLine): void {
    this.#observer.log?.(line);
  }

  logLevel(): number {
    return this.#logLevel;
  }

  metric(type: MetricType, name: string): HostMetric {
    return new ProxyMetric(this.#proxy.stats.metric(type, `wasmcustom.${name}`));
  }

  stat(type: 'counter' | 'gauge', name: string, by: number): void {
    this.#proxy.stats.metric(type, name).add(BigInt(by));
  }

  setTimer(ms: number, run: () => void): { cancel(): void } {
    return this.#proxy.loop.setTimer(ms, run);
  }

  post(work: () => void): void {
    this.#proxy.loop.post(work);
  }

  vmFailed(failure: VmFailure): void {
    this.#observer.vmFailed?.(failure);
  }
}

class ProxyMetric implements HostMetric {
  readonly #metric: Metric;

  constructor(metric: Metric) {
    this.#metric = metric;
  }

  increment(offset: bigint): void {
    this.#metric.add(offset);
  }

  record(value: bigint): void {
    if (this.#metric.type === 'histogram') this.#metric.record(value);
    else if (this.#metric.type === 'counter') this.#metric.add(value);
    else this.#metric.set(value);
  }

  value(): bigint {
    return this.#metric.value;
  }
}
