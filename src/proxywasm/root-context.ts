import type { ByteString } from '#base/bytes.ts';
import { MapType, WasmResult } from './abi.ts';
import { Context, type ReadableMap } from './context.ts';
import { DnsCalls } from './dns-calls.ts';
import { GrpcCalls } from './grpc-calls.ts';
import { HttpCalls } from './http-calls.ts';
import type { GuestFunction } from './guest-exports.ts';
import type { HostBuffer, LogMaps, RootHost } from './host.ts';
import type { PluginIdentity } from './plugin-settings.ts';
import type { Vm } from './vm.ts';

/** One plugin inside a VM: receives configuration, ticks, queue items and the answers of calls. */
export class RootContext extends Context {
  readonly plugin: PluginIdentity;
  readonly host: RootHost;
  readonly http: HttpCalls;
  readonly grpc: GrpcCalls;
  readonly dns: DnsCalls;
  /** What `proxy_get_status` tells: how the last call of this root context ended. */
  statusCode = 0;
  statusMessage: ByteString = '';
  #startConfiguration: Uint8Array | undefined;
  #created = false;
  #timer: { cancel(): void } | undefined;
  #periodMs = 0;
  #logMaps: LogMaps | undefined;
  /** on_done said false: the context lives until `proxy_done`. */
  pendingDone = false;
  #gone = false;

  constructor(vm: Vm, plugin: PluginIdentity, host: RootHost) {
    super(vm, vm.allocateContextId(), [plugin.rootId, plugin.vmId].filter((part) => part !== '').join(' '));
    this.plugin = plugin;
    this.host = host;
    this.http = new HttpCalls(this);
    this.grpc = new GrpcCalls(this);
    this.dns = new DnsCalls(this);
  }

  override get root(): RootContext {
    return this;
  }

  override get pluginConfiguration(): Uint8Array | undefined {
    return this.#startConfiguration;
  }

  /** on_context_create, then on_vm_start. Only the former may read the plugin configuration (cpp-host `ContextBase::onStart`). */
  start(): boolean {
    const { vm } = this;
    const { proxy_on_context_create: create, proxy_on_vm_start: onVmStart } = vm.exports ?? {};
    let started = true;
    if (create !== undefined) {
      this.#startConfiguration = this.plugin.configuration;
      vm.run(this, 'proxy_on_context_create', create, this.id, 0);
      this.#created = true;
      this.#startConfiguration = undefined;
    }
    if (onVmStart !== undefined) {
      started = vm.run(this, 'proxy_on_vm_start', onVmStart, this.id, vm.settings.vmConfiguration.length) !== 0;
    }
    vm.afterCall();
    return started;
  }

  configure(): boolean {
    const { vm } = this;
    if (vm.failed !== undefined) return true;
    const { proxy_on_context_create: create, proxy_on_configure: onConfigure } = vm.exports ?? {};
    if (!this.#created && create !== undefined) {
      vm.run(this, 'proxy_on_context_create', create, this.id, 0);
      vm.afterCall();
    }
    this.#created = true;
    if (onConfigure === undefined) return true;
    this.#startConfiguration = this.plugin.configuration;
    const configured = vm.run(this, 'proxy_on_configure', onConfigure, this.id, this.plugin.configuration.length) !== 0;
    this.#startConfiguration = undefined;
    vm.afterCall();
    return configured;
  }

  /** 0 stops the timer. It is armed again after each tick, so ticks never pile up (envoy `Wasm::setTimerPeriod`, `tickHandler`). */
  setTickPeriod(ms: number): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#periodMs = ms;
    if (ms > 0) this.#arm();
  }

  #arm(): void {
    this.#timer?.cancel();
    this.#timer = this.vm.host.setTimer(this.#periodMs, () => this.#tick());
  }

  #tick(): void {
    this.#timer = undefined;
    const onTick = this.vm.exports?.proxy_on_tick;
    if (onTick === undefined || this.#gone) return;
    this.#callback('proxy_on_tick', onTick, this.id);
    // not again for a lost VM: nothing could be heard of it
    if (this.#periodMs > 0 && this.vm.failed === undefined) this.#arm();
  }

  queueReady(token: number): void {
    const onQueueReady = this.vm.exports?.proxy_on_queue_ready;
    if (onQueueReady !== undefined && !this.#gone) this.#callback('proxy_on_queue_ready', onQueueReady, this.id, token);
  }

  /** `proxy_on_foreign_function`: `bytes` are buffer type 8 during the call. */
  foreignFunction(functionId: number, bytes: Uint8Array): void {
    const onForeign = this.vm.exports?.proxy_on_foreign_function;
    if (onForeign === undefined) return;
    this.setCallData(bytes);
    this.#callback('proxy_on_foreign_function', onForeign, this.id, functionId, bytes.length);
  }

  /** `envoy_on_stats_update`, with Envoy's block of counters and gauges as call data. */
  statsUpdate(bytes: Uint8Array): void {
    const onStats = this.vm.exports?.envoy_on_stats_update;
    if (onStats === undefined) return;
    this.setCallData(bytes);
    this.#callback('envoy_on_stats_update', onStats, this.id, bytes.length);
  }

  /** on_log on the root context: what an access logger plugin gets. */
  log(maps: LogMaps): void {
    const onLog = this.vm.exports?.proxy_on_log;
    if (onLog === undefined) return;
    this.#logMaps = maps;
    this.#callback('proxy_on_log', onLog, this.id);
    this.#logMaps = undefined;
  }

  override get inLog(): boolean {
    return this.#logMaps !== undefined;
  }

  override readableMap(type: number): ReadableMap | undefined {
    if (type === MapType.RequestHeaders) return this.#logMaps?.requestHeaders;
    if (type === MapType.ResponseHeaders) return this.#logMaps?.responseHeaders;
    if (type === MapType.ResponseTrailers) return this.#logMaps?.responseTrailers;
    return super.readableMap(type);
  }

  answerMap(type: number): ReadableMap | undefined {
    switch (type) {
      case MapType.HttpCallResponseHeaders:
        return this.http.answerHeaders;
      case MapType.HttpCallResponseTrailers:
        return this.http.answerTrailers;
      case MapType.GrpcReceiveInitialMetadata:
        return this.grpc.initialMetadata;
      case MapType.GrpcReceiveTrailingMetadata:
        return this.grpc.trailingMetadata;
      default:
        return undefined;
    }
  }

  get httpAnswerBody(): Uint8Array | undefined {
    return this.http.answerBody;
  }

  get grpcMessage(): HostBuffer | undefined {
    return this.grpc.message;
  }

  /** on_done, and on_delete unless the guest wants to finish something first (cpp-host `WasmBase::startShutdown`). */
  shutdown(): void {
    if (this.#gone || this.pendingDone) return;
    const onDone = this.vm.exports?.proxy_on_done;
    const done = onDone === undefined || this.vm.failed !== undefined || this.#callback('proxy_on_done', onDone, this.id) !== 0;
    if (done) this.destroy();
    else this.pendingDone = true;
  }

  /** `proxy_done`: NotFound unless the host waits for it. */
  done(): number {
    if (!this.pendingDone) return WasmResult.NotFound;
    this.pendingDone = false;
    this.vm.defer(() => this.destroy());
    return WasmResult.Ok;
  }

  /** on_delete; then nothing reaches the guest any more. */
  destroy(): void {
    if (this.#gone) return;
    this.#gone = true;
    const onDelete = this.vm.exports?.proxy_on_delete;
    if (this.#created && onDelete !== undefined) this.#callback('proxy_on_delete', onDelete, this.id);
    this.abandon();
  }

  /** Without a word to the guest: for canaries. */
  override abandon(): void {
    this.#gone = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.http.cancelAll();
    this.grpc.cancelAll();
    this.dns.cancelAll();
    this.remove();
  }

  #callback(name: string, fn: GuestFunction, a: number, b?: number, c?: number): number {
    if (this.vm.failed !== undefined) return 0;
    const result = this.vm.run(this, name, fn, a, b, c);
    this.vm.afterCall();
    return result;
  }
}
