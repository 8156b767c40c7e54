import type { HeaderPair } from '#proxywasm/host.ts';

/** A request as people paste it, ready to be sent: pseudo headers first, values as byte strings. */
export interface RequestText {
  readonly headers: readonly HeaderPair[];
  readonly body: Uint8Array;
}
