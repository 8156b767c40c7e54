import type { Host, HttpStreamHost, LogMaps, NetworkStreamHost } from './host.ts';
import { HttpContext } from './http-context.ts';
import { NetworkContext } from './network-context.ts';
import type { PluginHandle } from './plugin-handle.ts';
import type { FailurePolicy, PluginSettings } from './plugin-settings.ts';

const defaultBackoffMs = 1000;
/** Known from the start, whatever the policy (envoy `stats_handler.h`). */
const reloadStats = ['vm_reload', 'vm_reload_backoff', 'vm_reload_failure', 'vm_reload_success'] as const;

/**
 * A plugin as one filter configuration has it on the worker (envoy `PluginConfig`): makes a context per stream and decides what happens
 * to streams that find the VM lost.
 */
export class Plugin {
  readonly settings: PluginSettings;
  readonly policy: FailurePolicy;
  readonly #host: Host;
  /** Starts the plugin again; undefined when that fails. */
  readonly #restart: () => PluginHandle | undefined;
  readonly #onShutdown: () => void;
  #handle: PluginHandle | undefined;
  #lastLoadNs: bigint;

  /** `handle` undefined: the plugin could not be started on this thread although its configuration was accepted; streams bypass it. */
  constructor(parts: {
    settings: PluginSettings;
    host: Host;
    handle: PluginHandle | undefined;
    restart: () => PluginHandle | undefined;
    onShutdown: () => void;
  }) {
    this.settings = parts.settings;
    this.policy = failurePolicy(parts.settings);
    this.#host = parts.host;
    this.#restart = parts.restart;
    this.#onShutdown = parts.onShutdown;
    this.#handle = parts.handle;
    this.#handle?.retain();
    this.#lastLoadNs = parts.host.monotonicNs();
    for (const name of reloadStats) this.#count(name, 0);
  }

  /** What streams of now run in. */
  get handle(): PluginHandle | undefined {
    return this.#handle;
  }

  /** Undefined: the stream goes without this filter. */
  createHttpContext(host: HttpStreamHost): HttpContext | undefined {
    const handle = this.#usableHandle();
    return handle === undefined ? undefined : new HttpContext(handle, handle.vm, handle.root, host);
  }

  createNetworkContext(host: NetworkStreamHost): NetworkContext | undefined {
    const handle = this.#usableHandle();
    return handle === undefined ? undefined : new NetworkContext(handle, handle.vm, handle.root, host);
  }

  /** on_log of the root context: what an access logger plugin gets. */
  log(maps: LogMaps): void {
    this.#usableHandle()?.root.log(maps);
  }

  /** The configuration is removed. The guest hears of it when the last stream has gone. */
  shutdown(): void {
    const handle = this.#handle;
    if (handle === undefined) return;
    this.#handle = undefined;
    handle.release();
    this.#onShutdown();
  }

  #usableHandle(): PluginHandle | undefined {
    this.#reloadIfNeeded();
    const handle = this.#handle;
    return handle?.vm.failed !== undefined && this.policy === 'FAIL_OPEN' ? undefined : handle;
  }

  /** FAIL_RELOAD: only after a trap, only when a stream asks, and not sooner than the backoff after the last load (envoy `maybeReloadHandleIfNeeded`). */
  #reloadIfNeeded(): void {
    const old = this.#handle;
    if (this.policy !== 'FAIL_RELOAD' || old?.vm.failed !== 'RuntimeError') return;
    const now = this.#host.monotonicNs();
    if (Number(now - this.#lastLoadNs) / 1e6 < this.#backoffMs()) {
      this.#count('vm_reload_backoff');
      return;
    }
    this.#lastLoadNs = now;
    const fresh = this.#restart();
    if (fresh === undefined || fresh.vm.failed !== undefined) {
      this.#count('vm_reload_failure');
      return;
    }
    this.#count('vm_reload_success');
    fresh.retain();
    this.#handle = fresh;
    old.release();
  }

  /** The base interval and up to half of it more (envoy `JitteredLowerBoundBackOffStrategy`). */
  #backoffMs(): number {
    const base = this.settings.reloadBackoffMs ?? defaultBackoffMs;
    const random = new Uint8Array(4);
    this.#host.randomBytes(random);
    const jitter = Math.floor(base / 2);
    return jitter === 0 ? base : base + (new DataView(random.buffer).getUint32(0, true) % jitter);
  }

  #count(name: (typeof reloadStats)[number], by = 1): void {
    this.#host.stat?.('counter', `wasm.${this.settings.name}.${name}`, by);
  }
}

/** Envoy's `failure_policy`, with the deprecated `fail_open` as FAIL_OPEN. */
export function failurePolicy(settings: PluginSettings): FailurePolicy {
  return settings.failOpen === true ? 'FAIL_OPEN' : (settings.failurePolicy ?? 'FAIL_CLOSED');
}
