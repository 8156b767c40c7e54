import { err, ok, type Result } from '#base/result.ts';
import { byteStringOf } from './memory.ts';
import { LogLevel, type AbiVersion } from './abi.ts';
import { notLoaded, pluginFailure, type PluginFailure } from './failures.ts';
import type { Host, RootHost } from './host.ts';
import type { WasmCode } from './load-module.ts';
import { Plugin } from './plugin.ts';
import type { PluginHandle } from './plugin-handle.ts';
import type { PluginSettings } from './plugin-settings.ts';
import { SharedData } from './shared-data.ts';
import { SharedQueues } from './shared-queue.ts';
import { startRoot, Thread, type BaseVm } from './thread.ts';
import type { Vm } from './vm.ts';
import { unloadedHandle } from './unloaded.ts';

/** Why Envoy refuses a configuration, with the text of its rejection. */
export interface PluginRejection extends PluginFailure {
  readonly rejection: string;
}

/** Of the cache of fetched code; nothing is fetched here. */
const cacheStats = [
  ['gauge', 'remote_load_cache_entries'],
  ['counter', 'remote_load_cache_hits'],
  ['counter', 'remote_load_cache_misses'],
  ['counter', 'remote_load_cache_negative_hits'],
  ['counter', 'remote_load_fetch_failures'],
  ['counter', 'remote_load_fetch_successes'],
] as const;

interface Base extends BaseVm {
  users: number;
  /** The VM from which Envoy makes the others; made only where its main thread is played too. */
  vm: Vm | undefined;
  /** Plugin keys whose trial start on the main thread went well or not. */
  readonly trials: Map<string, PluginFailure | undefined>;
}

export interface StartOptions {
  /**
   * Also start the plugin as Envoy does on its main thread: a base VM, a trial VM for this plugin that is thrown away, and one that stays.
   * They see the same shared data, queues and metrics, so counters of a plugin that counts while it starts come out as Envoy's.
   */
  readonly mainThread?: boolean | undefined;
}

/** All Wasm of one proxy with one worker: its VMs and what they share. */
export class WasmRuntime {
  readonly #host: Host;
  readonly #data = new SharedData();
  readonly #queues = new SharedQueues();
  readonly #worker: Thread;
  readonly #main: Thread;
  readonly #bases = new Map<string, Base>();
  readonly #vmIds = new Map<string, number>();
  #vmCount = 0;

  constructor(host: Host) {
    this.#host = host;
    const shared = { data: this.#data, queues: this.#queues };
    const next = (): number => ++this.#vmCount;
    this.#worker = new Thread('worker', host, shared, next);
    this.#main = new Thread('main', host, shared, next);
    for (const [type, name] of cacheStats) host.stat?.(type, `wasm.${name}`, 0);
  }

  /**
   * Starts a plugin: makes or finds its VM and root context, runs on_vm_start and on_configure. `loaded` is the answer of `loadModule`;
   * undefined means that remote code has not arrived, then the plugin exists but every stream fails or passes by its policy.
   * Fails where Envoy refuses the configuration; its log lines have been written then.
   */
  createPlugin(
    settings: PluginSettings,
    loaded: Result<WasmCode, PluginFailure> | undefined,
    rootHost: RootHost,
    options: StartOptions = {},
  ): Result<Plugin, PluginRejection> {
    if (settings.failOpen === true && settings.failurePolicy !== undefined) {
      const rejection = 'only one of fail_open or failure_policy can be set';
      return err({ ...pluginFailure('two-policies', `The plugin ${settings.name} sets both fail_open and failure_policy.`), rejection });
    }
    if (loaded === undefined) return ok(this.#unloaded(settings, rootHost));
    const rejection = `Unable to create Wasm plugin ${settings.name}`;
    const refuse = (failure: PluginFailure): Result<never, PluginRejection> => {
      this.#log(LogLevel.Error, ...failure.hostLog);
      if (failure.code !== 'proxywasm/not-wasm' || failure.hostLog.length > 0) this.#log(LogLevel.Trace, 'Unable to create Wasm');
      this.#log(LogLevel.Critical, `Plugin ${settings.name} failed to load`);
      if (settings.failOpen !== true) this.#log(LogLevel.Critical, 'Plugin configured to fail closed failed to load');
      return err({ ...failure, hostLog: [], rejection });
    };
    const found = loaded.ok ? this.#base(settings, loaded.value) : loaded;
    if (!found.ok) return refuse(found.error);
    const base = found.value;
    const pluginKey = [base.key, settings.name, settings.rootId, byteStringOf(settings.pluginConfiguration)].join('||');
    const tried = options.mainThread === true ? this.#tryOnMainThread(base, pluginKey, settings, rootHost) : undefined;
    if (tried !== undefined) {
      this.#release(base);
      return refuse(tried);
    }
    const main = options.mainThread === true ? started(this.#main.startPlugin(base, pluginKey, settings, rootHost)) : undefined;
    main?.retain();
    const start = this.#worker.startPlugin(base, pluginKey, settings, rootHost, options.mainThread !== true);
    if (!start.ok && options.mainThread !== true) {
      this.#release(base);
      return refuse(start.error);
    }
    const plugin = new Plugin({
      settings,
      host: this.#host,
      handle: started(start),
      restart: () => started(this.#worker.startPlugin(base, pluginKey, settings, rootHost)),
      onShutdown: () => {
        main?.release();
        this.#release(base);
      },
    });
    return ok(plugin);
  }

  /** The module under its VM key, with one more user. */
  #base(settings: PluginSettings, code: WasmCode): Result<Base, PluginFailure> {
    const key = [settings.vmId, byteStringOf(settings.vmConfiguration), code.codeKey].join('||');
    let base = this.#bases.get(key);
    if (base === undefined) {
      const abi = abiOf(code, settings);
      if (!abi.ok) return abi;
      base = { key, code, abi: abi.value, settings, users: 0, vm: undefined, trials: new Map() };
      this.#bases.set(key, base);
      this.#vmIds.set(settings.vmId, (this.#vmIds.get(settings.vmId) ?? 0) + 1);
    }
    base.users++;
    return ok(base);
  }

  #release(base: Base): void {
    if (--base.users > 0) return;
    this.#bases.delete(base.key);
    if (base.vm !== undefined) this.#main.closeVm(base.vm);
    const { vmId } = base.settings;
    const left = (this.#vmIds.get(vmId) ?? 1) - 1;
    if (left > 0) this.#vmIds.set(vmId, left);
    else {
      this.#vmIds.delete(vmId);
      this.#data.forget(vmId);
      this.#queues.forget(vmId);
    }
  }

  /** Base VM and trial (cpp-host `createWasm`, `WasmHandleBase::canary`); a failure if Envoy would refuse the plugin. */
  #tryOnMainThread(base: Base, pluginKey: string, settings: PluginSettings, rootHost: RootHost): PluginFailure | undefined {
    if (base.vm === undefined) {
      const first = this.#main.makeVm(base);
      if (!first.ok) return first.error;
      base.vm = first.value;
    }
    if (base.trials.has(pluginKey)) return base.trials.get(pluginKey);
    const trial = this.#main.makeVm(base);
    if (!trial.ok) return trial.error;
    const root = startRoot(trial.value, settings, rootHost, 'base Wasm');
    this.#main.closeVm(trial.value);
    const failure = root.ok ? undefined : root.error;
    if (failure?.code !== 'proxywasm/start-refused') base.trials.set(pluginKey, failure);
    return failure;
  }

  #unloaded(settings: PluginSettings, rootHost: RootHost): Plugin {
    this.#log(LogLevel.Critical, `Plugin ${settings.name} failed to load`);
    if (settings.failOpen !== true) this.#log(LogLevel.Critical, 'Plugin configured to fail closed failed to load');
    const handle = unloadedHandle(this.#host, { data: this.#data, queues: this.#queues }, settings, rootHost);
    return new Plugin({ settings, host: this.#host, handle, restart: () => undefined, onShutdown: () => undefined });
  }

  #log(level: number, ...lines: readonly string[]): void {
    if (level < this.#host.logLevel()) return;
    for (const message of lines) {
      this.#host.log({ level, prefix: '', message, size: message.length, from: 'host', vm: undefined, contextId: 0 });
    }
  }
}

function started(result: Result<PluginHandle, PluginFailure>): PluginHandle | undefined {
  return result.ok ? result.value : undefined;
}

/** Higress's modules follow 0.2.1 in everything that is standard. */
function abiOf(code: WasmCode, settings: PluginSettings): Result<AbiVersion, PluginFailure> {
  if (code.info.abi !== undefined) return ok(code.info.abi);
  const hostLog = notLoaded('Missing or unknown Proxy-Wasm ABI version');
  if (!code.info.higress) return err(pluginFailure('no-abi', 'The module exports no Proxy-Wasm ABI version.', hostLog));
  if (settings.vendorFunctions === true) return ok('0.2.1');
  return err(pluginFailure('vendor-abi', 'The module has the ABI version of Higress, which Envoy does not know.', hostLog));
}
