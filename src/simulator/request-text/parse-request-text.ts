import type { Result } from '#base/result.ts';
import { fail } from '#base/result.ts';
import type { HeaderPair } from '#proxywasm/host.ts';

/** A request as people paste it, ready to be sent: pseudo headers first. */
export interface RequestText {
  readonly headers: readonly HeaderPair[];
  readonly body: Uint8Array;
}

export function parseRequestText(text: string): Result<RequestText> {
  return fail('simulator/request-text', `Not a curl command and not a raw HTTP request: ${text.slice(0, 40)}`);
}
