import type { VmIdentity } from '#proxywasm/host.ts';

/** Which filter a plugin's contexts belong to: known from the start of the plugin, asked for every callback. */
export class ContextOwners {
  readonly #byVm = new Map<number, Map<number, number>>();
  /** Mostly the same VM asks again. */
  #lastVm = -1;
  #last: Map<number, number> | undefined;

  claim(vm: VmIdentity, contextId: number, filter: number): void {
    let contexts = this.#of(vm);
    if (contexts === undefined) {
      this.#byVm.set(vm.number, (contexts = new Map()));
      this.#last = contexts;
    }
    contexts.set(contextId, filter);
  }

  release(vm: VmIdentity, contextId: number): void {
    this.#of(vm)?.delete(contextId);
  }

  filterOf(vm: VmIdentity, contextId: number): number | undefined {
    return this.#of(vm)?.get(contextId);
  }

  #of(vm: VmIdentity): Map<number, number> | undefined {
    if (vm.number !== this.#lastVm) {
      this.#lastVm = vm.number;
      this.#last = this.#byVm.get(vm.number);
    }
    return this.#last;
  }
}
