import type { NetworkStreamHost } from '#proxywasm/host.ts';
import type { NetworkCallbacks } from '../tcp/network-filter.ts';

/** A connection as a Wasm network filter sees it. */
export class WasmConnectionHost implements NetworkStreamHost {
  readonly kind = 'network';
  readonly callbacks: NetworkCallbacks;

  constructor(callbacks: NetworkCallbacks) {
    this.callbacks = callbacks;
  }

  continueReading(): void {
    this.callbacks.continueReading();
  }

  closeConnection(): void {
    this.callbacks.connection.close('flush');
  }
}
