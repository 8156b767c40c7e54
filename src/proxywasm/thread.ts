import { err, ok, type Result } from '#base/result.ts';
import type { AbiVersion } from './abi.ts';
import { Context } from './context.ts';
import { pluginFailure, type PluginFailure } from './failures.ts';
import type { Host, RootHost, VmIdentity } from './host.ts';
import type { WasmCode } from './load-module.ts';
import { PluginHandle } from './plugin-handle.ts';
import type { PluginSettings } from './plugin-settings.ts';
import { RootContext } from './root-context.ts';
import { Vm, type SharedServices } from './vm.ts';

/** A module under one VM key, from which each thread makes its own VM (cpp-host's base Wasm). */
export interface BaseVm {
  readonly key: string;
  readonly code: WasmCode;
  readonly abi: AbiVersion;
  /** Of the plugin that made it: later ones with the same key run with its environment and capabilities. */
  readonly settings: PluginSettings;
}

/** Envoy counts VMs under the runtime's name (envoy `stats_handler.h`); this engine plays that one. */
const vmStats = [
  ['counter', 'wasm.envoy.wasm.runtime.v8.created'],
  ['gauge', 'wasm.envoy.wasm.runtime.v8.active'],
  ['gauge', 'wasm.wasm_vm_count'],
] as const;

interface LocalVm {
  readonly vm: Vm;
  handles: number;
}

/** One thread of the proxy: its VMs by VM key and its plugins by plugin key (cpp-host `local_wasms`, `local_plugins`). */
export class Thread {
  readonly name: VmIdentity['thread'];
  readonly #host: Host;
  readonly #shared: SharedServices;
  readonly #nextNumber: () => number;
  readonly #vms = new Map<string, LocalVm>();
  readonly #plugins = new Map<string, PluginHandle>();

  constructor(name: VmIdentity['thread'], host: Host, shared: SharedServices, nextNumber: () => number) {
    this.name = name;
    this.#host = host;
    this.#shared = shared;
    this.#nextNumber = nextNumber;
  }

  /** A VM that has been linked and initialised. `close` ends it. */
  makeVm(base: BaseVm): Result<Vm, PluginFailure> {
    for (const [type, name] of vmStats) this.#host.stat?.(type, name, 1);
    const vm = new Vm({
      identity: { number: this.#nextNumber(), thread: this.name, vmId: base.settings.vmId },
      host: this.#host,
      code: base.code,
      abi: base.abi,
      settings: base.settings,
      shared: this.#shared,
      makeVmContext: (owner) => new Context(owner, 0, ''),
      queueOwner: (rootId) => ({ notify: (token) => this.#host.post(() => this.#queueReady(base.key, rootId, token)) }),
    });
    const initialized = vm.initialize();
    if (initialized.ok) return ok(vm);
    this.closeVm(vm);
    return initialized;
  }

  closeVm(vm: Vm): void {
    vm.close();
    for (const [type, name] of vmStats) if (type === 'gauge') this.#host.stat?.(type, name, -1);
  }

  /** The root context may have gone, or its VM been replaced, by the time the news arrives. */
  #queueReady(vmKey: string, rootId: number, token: number): void {
    const context = this.#vms.get(vmKey)?.vm.contexts.get(rootId);
    if (context instanceof RootContext) context.queueReady(token);
  }

  /** The running plugin of this key, or a new one (cpp-host `getOrCreateThreadLocalPlugin`). The caller retains it. */
  startPlugin(
    base: BaseVm,
    pluginKey: string,
    settings: PluginSettings,
    rootHost: RootHost,
    isTrial = false,
  ): Result<PluginHandle, PluginFailure> {
    const known = this.#plugins.get(pluginKey);
    if (known !== undefined) return ok(known);
    const found = this.#localVm(base);
    if (!found.ok) return found;
    const local = found.value;
    const started = startRoot(local.vm, settings, rootHost, isTrial ? 'base Wasm' : 'thread-local Wasm');
    if (!started.ok) {
      // what Envoy's trial would have found out: its VM is lost then, nothing more is told to the guest
      if (isTrial) local.vm.failed ??= 'ConfigureFailed';
      this.#dropUnused(base.key, local);
      return started;
    }
    const handle = new PluginHandle(local.vm, started.value, settings, () => {
      if (this.#plugins.get(pluginKey) === handle) this.#plugins.delete(pluginKey);
      handle.root.shutdown();
      local.handles--;
      this.#dropUnused(base.key, local);
    });
    local.handles++;
    this.#plugins.set(pluginKey, handle);
    local.vm.onRuntimeError(() => {
      if (this.#plugins.get(pluginKey) === handle) this.#plugins.delete(pluginKey);
    });
    return ok(handle);
  }

  #localVm(base: BaseVm): Result<LocalVm, PluginFailure> {
    const known = this.#vms.get(base.key);
    if (known !== undefined) return ok(known);
    const made = this.makeVm(base);
    if (!made.ok) return made;
    const local: LocalVm = { vm: made.value, handles: 0 };
    this.#vms.set(base.key, local);
    local.vm.onRuntimeError(() => {
      if (this.#vms.get(base.key) === local) this.#vms.delete(base.key);
    });
    return ok(local);
  }

  #dropUnused(key: string, local: LocalVm): void {
    if (local.handles > 0) return;
    if (this.#vms.get(key) === local) this.#vms.delete(key);
    for (const context of local.vm.contexts.values()) if (context instanceof RootContext) context.shutdown();
    this.closeVm(local.vm);
  }
}

/**
 * Makes a root context and starts and configures its plugin (cpp-host `WasmBase::start`, `configure`). `whose` is how Envoy's log calls the
 * VM: `base Wasm` for the trial, `thread-local Wasm` otherwise.
 */
export function startRoot(vm: Vm, settings: PluginSettings, rootHost: RootHost, whose: string): Result<RootContext, PluginFailure> {
  const { name, rootId, vmId, pluginConfiguration } = settings;
  const root = new RootContext(vm, { name, rootId, vmId, configuration: pluginConfiguration }, rootHost);
  if (!root.start()) {
    vm.hostLog(`Wasm VM failed Failed to start ${whose}`);
    return err(pluginFailure('start-refused', `The plugin ${name} did not start.`));
  }
  if (!root.configure()) {
    vm.hostLog(`Wasm VM failed Failed to configure ${whose} plugin`);
    return err(pluginFailure('configure-refused', `The plugin ${name} did not accept its configuration.`));
  }
  return ok(root);
}
