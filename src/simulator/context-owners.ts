import type { VmIdentity } from '#proxywasm/host.ts';

const slots = 1024;

/** The filter of each context of one VM: at the place `id mod 1024`, as long as only one lives there, else in a map. */
class VmContexts {
  readonly #ids = new Int32Array(slots);
  readonly #filters = new Int32Array(slots);
  readonly #others = new Map<number, number>();

  set(id: number, filter: number): void {
    const place = id % slots;
    const taken = this.#ids[place];
    if (taken !== 0 && taken !== id) {
      this.#others.set(id, filter);
      return;
    }
    this.#ids[place] = id;
    this.#filters[place] = filter;
  }

  get(id: number): number | undefined {
    const place = id % slots;
    return this.#ids[place] === id ? this.#filters[place] : this.#others.get(id);
  }

  delete(id: number): void {
    const place = id % slots;
    if (this.#ids[place] === id) this.#ids[place] = 0;
    else this.#others.delete(id);
  }
}

/** Which filter a plugin's contexts belong to: known from the start of the plugin, asked for every callback. Ids of contexts begin at 1. */
export class ContextOwners {
  readonly #byVm = new Map<number, VmContexts>();
  /** Mostly the same VM asks again. */
  #lastVm = -1;
  #last: VmContexts | undefined;

  claim(vm: VmIdentity, contextId: number, filter: number): void {
    let contexts = this.#of(vm);
    if (contexts === undefined) {
      this.#byVm.set(vm.number, (contexts = new VmContexts()));
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

  #of(vm: VmIdentity): VmContexts | undefined {
    if (vm.number !== this.#lastVm) {
      this.#lastVm = vm.number;
      this.#last = this.#byVm.get(vm.number);
    }
    return this.#last;
  }
}
