import { err, ok, type Result } from '#base/result.ts';
import type { ByteString } from '#base/bytes.ts';
import { LogLevel, type AbiVersion } from './abi.ts';
import type { Context } from './context.ts';
import { ContextTable } from './context-table.ts';
import { notInitialized, pluginFailure, type PluginFailure } from './failures.ts';
import { resolveExports, type GuestExports, type GuestFunction } from './guest-exports.ts';
import type { Host, VmIdentity } from './host.ts';
import { linkImports } from './link.ts';
import type { WasmCode } from './load-module.ts';
import { LogText } from './log.ts';
import { GuestMemory } from './memory.ts';
import { Metrics } from './metrics.ts';
import { Phase } from './phase.ts';
import type { SharedData } from './shared-data.ts';
import type { QueueOwner, SharedQueues } from './shared-queue.ts';
import { describeTrap, keepLongStacks, RestrictedCallback } from './trap.ts';

/** Why a VM is lost (cpp-host `FailState`). */
export type FailState = 'UnableToInitializeCode' | 'MissingFunction' | 'StartFailed' | 'ConfigureFailed' | 'RuntimeError';

/** What the VMs of one proxy share. */
export interface SharedServices {
  readonly data: SharedData;
  readonly queues: SharedQueues;
}

/** The part of a plugin's settings that belongs to the VM and, with the code, decides who shares it. */
export interface VmSettings {
  readonly vmId: ByteString;
  readonly vmConfiguration: Uint8Array;
  /** `KEY`, `value` in the order in which the guest gets them. */
  readonly environment: readonly (readonly [ByteString, ByteString])[];
  /** Names of host functions and callbacks the guest may use; empty = all (`capability_restriction_config`). */
  readonly allowedCapabilities: readonly string[];
  /** Link vendors' host functions (Higress) as stubs that say they do nothing; Envoy refuses such modules. */
  readonly vendorFunctions?: boolean | undefined;
}

/** One instance of a module: its memory, its contexts, and the state of the call that is going on. */
export class Vm {
  readonly identity: VmIdentity;
  readonly host: Host;
  readonly code: WasmCode;
  readonly abi: AbiVersion;
  readonly settings: VmSettings;
  readonly shared: SharedServices;
  readonly metrics: Metrics;
  /** Who is told of items of a queue that root context `rootId` registers. */
  readonly queueOwner: (rootId: number) => QueueOwner;
  readonly contexts = new ContextTable();
  memory = new GuestMemory(new WebAssembly.Memory({ initial: 0, maximum: 0 }));
  exports: GuestExports | undefined;
  failed: FailState | undefined;
  /** The context whose callback is running; undefined while the host is not inside the guest. */
  current: Context | undefined;
  /** Set by `proxy_set_effective_context` until the current call returns; 0 = none. */
  effectiveId = 0;
  phase: Phase = Phase.Running;
  /** Set by `proxy_send_local_response`: the callback's own result does not count. */
  stopIteration = false;
  /** Told of each crossing of the boundary; decided when the VM is made, so that others do not pay for the question. */
  readonly #traced: boolean;
  readonly #log = new LogText();
  readonly #vmContext: Context;
  #nextContextId = 1;
  #actions: (() => void)[] = [];
  #nextAction = 0;
  #nextHttpCall = 4;
  #nextGrpcCall = 5;
  #nextGrpcStream = 6;
  #nextDns = 2;
  readonly #onRuntimeError: (() => void)[] = [];

  constructor(parts: {
    identity: VmIdentity;
    host: Host;
    code: WasmCode;
    abi: AbiVersion;
    settings: VmSettings;
    shared: SharedServices;
    makeVmContext: (vm: Vm) => Context;
    queueOwner: (rootId: number) => QueueOwner;
  }) {
    this.identity = parts.identity;
    this.host = parts.host;
    this.code = parts.code;
    this.abi = parts.abi;
    this.settings = parts.settings;
    this.shared = parts.shared;
    this.queueOwner = parts.queueOwner;
    this.metrics = new Metrics(parts.host);
    this.#traced = parts.host.trace !== undefined;
    this.#vmContext = parts.makeVmContext(this);
    keepLongStacks();
  }

  /** Links, instantiates and starts the module (cpp-host `WasmBase::initialize`). */
  initialize(): Result<void, PluginFailure> {
    const linked = linkImports(this);
    if (!linked.ok) return this.#lost(linked.error);
    this.phase = Phase.Starting;
    this.current = this.#vmContext;
    let instance: WebAssembly.Instance;
    try {
      instance = new WebAssembly.Instance(this.code.module, linked.value.imports);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error); // a trap in the start section, or no memory left
      return this.#lost(
        pluginFailure('not-instantiated', `No instance of the module could be made: ${reason}`, [
          'Failed to create new Wasm instance',
          notInitialized,
        ]),
      );
    } finally {
      this.phase = Phase.Running;
      this.current = undefined;
    }
    const memory = linked.value.memory ?? exportedMemory(instance.exports);
    if (memory !== undefined) this.memory = new GuestMemory(memory);
    const resolved = resolveExports(this.code.info, instance.exports, this.abi, (name) => this.allows(name));
    this.exports = resolved.exports;
    for (const error of resolved.errors) {
      this.failed = error.reason === 'no-allocator' ? 'MissingFunction' : 'UnableToInitializeCode';
      this.hostLog(error.reason === 'no-allocator' ? `Wasm VM failed ${error.message}` : error.message);
    }
    this.#start(resolved.exports);
    const [first] = resolved.errors;
    if (first !== undefined) return this.#lost(pluginFailure(first.reason, first.message, [notInitialized]));
    if (this.failed === undefined) return ok(undefined);
    return this.#lost(pluginFailure('start-trapped', 'The module trapped while it was initialised.', [notInitialized]));
  }

  #start({ initialize, main, mainName }: GuestExports): void {
    this.phase = Phase.Starting;
    if (initialize !== undefined) this.run(this.#vmContext, '_initialize', initialize);
    if (main !== undefined && mainName === 'main') this.run(this.#vmContext, mainName, main, 0, 0);
    else if (main !== undefined) this.run(this.#vmContext, mainName, main);
    this.phase = Phase.Running;
  }

  /** Calls into the guest. After a trap the VM is failed and the result is 0. */
  run(context: Context, name: string, fn: GuestFunction, a?: number, b?: number, c?: number, d?: number, e?: number): number {
    const { current, effectiveId } = this;
    this.current = context;
    this.effectiveId = 0;
    if (this.#traced) this.host.trace?.callback(this.identity, context.id, name, given(a, b, c, d, e));
    let result: number | undefined;
    try {
      result = fn(a, b, c, d, e);
    } catch (error) {
      this.#trapped(context, name, error);
    }
    this.current = current;
    this.effectiveId = effectiveId;
    if (result !== undefined) result >>>= 0;
    if (this.#traced) this.host.trace?.callbackDone(this.identity, context.id, name, result);
    return result ?? 0;
  }

  #trapped(context: Context, name: string, error: unknown): void {
    const trap = describeTrap(error, this.code);
    this.failed = 'RuntimeError';
    if (trap === undefined) {
      this.current = undefined;
      throw error; // a mistake of the host or its embedder, not of the guest
    }
    const lines = trap.backtrace.length === 0 ? [] : ['Proxy-Wasm plugin in-VM backtrace:', ...trap.backtrace];
    this.hostLog([`Function: ${name} failed: ${trap.message}`, ...lines].join('\n'));
    this.host.vmFailed?.({ vm: this.identity, contextId: context.id, callback: name, message: trap.message, backtrace: trap.backtrace });
    for (const told of this.#onRuntimeError.splice(0)) told();
  }

  #lost(failure: PluginFailure): Result<never, PluginFailure> {
    this.failed ??= 'UnableToInitializeCode';
    for (const line of failure.hostLog) this.hostLog(line);
    return err({ ...failure, hostLog: [] });
  }

  /** `told` is called once when a trap loses the VM. */
  onRuntimeError(told: () => void): void {
    this.#onRuntimeError.push(told);
  }

  /**
   * A block of the guest's memory from its own allocator, or 0 when it gives none or one outside its memory (cpp-host
   * `WasmBase::allocMemory`). Any view of the memory taken before is invalid afterwards.
   */
  allocate(size: number): number {
    const malloc = this.exports?.malloc;
    if (malloc === undefined) return 0;
    const phase = this.phase;
    this.phase = Phase.Allocating;
    const { current, effectiveId } = this;
    this.current = this.#vmContext;
    this.effectiveId = 0;
    let pointer = 0;
    try {
      pointer = (malloc(size) ?? 0) >>> 0;
    } catch (error) {
      this.#trapped(this.#vmContext, this.exports?.mallocName ?? 'malloc', error);
    }
    this.current = current;
    this.effectiveId = effectiveId;
    this.phase = phase;
    return this.memory.has(pointer, size) ? pointer : 0;
  }

  /** Traps the guest that called host function `name` in a phase that forbids it. */
  refuse(): never {
    throw new RestrictedCallback('restricted_callback');
  }

  /** The context host calls act on: the effective one while it exists, else the current one. */
  get target(): Context {
    const current = this.current ?? this.#vmContext;
    return this.effectiveId === 0 ? current : (this.contexts.get(this.effectiveId) ?? current);
  }

  /** Effects that must wait until the guest's call has returned. */
  defer(action: () => void): void {
    this.#actions.push(action);
  }

  /** The end of each callback (cpp-host `DeferAfterCallActions`). Actions may lead to further callbacks, which carry on with the queue. */
  afterCall(): void {
    this.stopIteration = false;
    while (this.#nextAction < this.#actions.length) this.#actions[this.#nextAction++]?.();
    if (this.#nextAction > 0) {
      this.#actions = [];
      this.#nextAction = 0;
    }
  }

  /** Nobody holds the VM any more: its contexts go without a word to the guest, their calls and timers are cancelled. */
  close(): void {
    for (const context of this.contexts.values()) context.abandon();
  }

  allows(capability: string): boolean {
    const allowed = this.settings.allowedCapabilities;
    return allowed.length === 0 || allowed.includes(capability);
  }

  guestLog(level: number, pointer: number, size: number): void {
    const { host } = this;
    if (level < host.logLevel() || host.listens === false) return;
    const context = this.target;
    host.log(this.#log.line(this.memory, pointer, size, level, context.logPrefix, this.identity, context.id));
  }

  /** For bytes that are not in the guest's memory any more. The caller gives them away. */
  guestLogBytes(level: number, bytes: Uint8Array): void {
    if (level < this.host.logLevel()) return;
    const context = this.target;
    this.host.log(this.#log.lineOf(bytes, level, context.logPrefix, this.identity, context.id));
  }

  hostLog(message: ByteString, level: number = LogLevel.Error): void {
    if (level < this.host.logLevel()) return;
    this.host.log({ level, prefix: '', message, size: message.length, from: 'host', vm: this.identity, contextId: this.current?.id ?? 0 });
  }

  allocateContextId(): number {
    return this.#nextContextId++;
  }

  nextHttpCallToken(): number {
    return (this.#nextHttpCall += 4) - 4;
  }

  nextGrpcCallToken(): number {
    return (this.#nextGrpcCall += 4) - 4;
  }

  nextGrpcStreamToken(): number {
    return (this.#nextGrpcStream += 4) - 4;
  }

  nextDnsToken(): number {
    return this.#nextDns++;
  }
}

function given(a?: number, b?: number, c?: number, d?: number, e?: number): readonly number[] {
  if (a === undefined) return [];
  if (b === undefined) return [a];
  if (c === undefined) return [a, b];
  return d === undefined || e === undefined ? [a, b, c] : [a, b, c, d, e];
}

/** Any exported memory will do, under whatever name. */
function exportedMemory(exports: WebAssembly.Exports): WebAssembly.Memory | undefined {
  for (const item of Object.values(exports)) if (item instanceof WebAssembly.Memory) return item;
  return undefined;
}
