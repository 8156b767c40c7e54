import { Context } from './context.ts';
import type { GuestFunction } from './guest-exports.ts';
import type { HttpStreamHost, NetworkStreamHost, StreamView } from './host.ts';
import type { PluginHandle } from './plugin-handle.ts';
import type { RootContext } from './root-context.ts';
import type { Vm } from './vm.ts';

/** What HTTP streams and connections have in common: a lazy start in the guest, one end, and what a lost VM does to them. */
export abstract class StreamContext extends Context {
  readonly handle: PluginHandle;
  readonly #root: RootContext;
  /** The guest has been told of this context (or has no callback for it). */
  protected created = false;
  #streamFailed = false;
  #released = false;

  constructor(handle: PluginHandle, vm: Vm, root: RootContext) {
    super(vm, vm.allocateContextId(), handle.logPrefix);
    this.handle = handle;
    this.#root = root;
    handle.retain();
  }

  abstract readonly host: HttpStreamHost | NetworkStreamHost;

  override get root(): RootContext {
    return this.#root;
  }

  abstract override get stream(): StreamView;

  /** Envoy's answer to a stream whose VM is lost: a local reply or a closed connection. */
  protected abstract failStream(): void;

  protected create(): void {
    const { vm } = this;
    const onCreate = vm.exports?.proxy_on_context_create;
    if (!this.created && vm.failed === undefined && onCreate !== undefined) {
      vm.run(this, 'proxy_on_context_create', onCreate, this.id, this.#root.id);
      vm.afterCall();
    }
    this.created = true;
  }

  /**
   * A callback with a result that decides about the stream: `skipped` without such an export; with a lost VM the stream fails and the answer
   * is `open` or `closed` (cpp-host `CHECK_FAIL`). `convert` sees the guest's number before the deferred actions run.
   */
  protected decide<Status extends number>(
    name: string,
    fn: GuestFunction | undefined,
    b: number | undefined,
    c: number | undefined,
    skipped: Status,
    closed: Status,
    convert: (context: this, result: number) => Status,
  ): Status {
    const { vm } = this;
    if (vm.failed !== undefined) return this.#lost(skipped, closed);
    if (fn === undefined) return skipped;
    const result = vm.run(this, name, fn, this.id, b, c);
    // the VM may have been lost in this very call
    const status = (vm.failed as string | undefined) === undefined ? convert(this, result) : this.#lost(skipped, closed);
    vm.afterCall();
    return status;
  }

  /** Only the deprecated `fail_open` lets the very stream pass in which the VM was lost. */
  #lost<Status extends number>(open: Status, closed: Status): Status {
    if (this.handle.settings.failOpen === true) return open;
    if (!this.#streamFailed) {
      this.#streamFailed = true;
      this.failStream();
    }
    return closed;
  }

  /** A callback whose result does not matter. */
  protected tell(name: string, fn: GuestFunction | undefined, b?: number): void {
    const { vm } = this;
    if (fn === undefined || vm.failed !== undefined) return;
    vm.run(this, name, fn, this.id, b);
    vm.afterCall();
  }

  protected callDone(): void {
    this.tell('proxy_on_done', this.vm.exports?.proxy_on_done);
  }

  protected callDelete(): void {
    this.tell('proxy_on_delete', this.vm.exports?.proxy_on_delete);
  }

  /** The embedder lets go of the stream: the id is free and the plugin no longer held. */
  protected release(): void {
    if (this.#released) return;
    this.#released = true;
    this.remove();
    this.handle.release();
  }
}
