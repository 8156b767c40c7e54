import type { ByteString } from '#base/bytes.ts';
import { WasmResult } from './abi.ts';

export interface SharedValue {
  readonly value: Uint8Array;
  readonly cas: number;
}

/**
 * Key-value data of a whole proxy, kept per `vm_id` (cpp-host `src/shared_data.cc`). The compare-and-swap numbers come from one counter
 * for everything. Dies with the last VM of its `vm_id`.
 */
export class SharedData {
  readonly #maps = new Map<ByteString, Map<ByteString, SharedValue>>();
  #cas = 1;

  get(vmId: ByteString, key: ByteString): SharedValue | undefined {
    return this.#maps.get(vmId)?.get(key);
  }

  /** `cas` 0, or a key that does not exist yet, sets without condition. Takes `value` over: the caller gives a copy. */
  set(vmId: ByteString, key: ByteString, value: Uint8Array, cas: number): number {
    let map = this.#maps.get(vmId);
    if (map === undefined) this.#maps.set(vmId, (map = new Map()));
    const old = map.get(key);
    if (old !== undefined && cas !== 0 && cas !== old.cas) return WasmResult.CasMismatch;
    map.set(key, { value, cas: this.#nextCas() });
    return WasmResult.Ok;
  }

  forget(vmId: ByteString): void {
    this.#maps.delete(vmId);
  }

  /** 0 means "no condition" and is never given out, not even when the 32 bits run over. */
  #nextCas(): number {
    const cas = this.#cas;
    this.#cas = (this.#cas + 1) >>> 0 || 1;
    return cas;
  }
}
