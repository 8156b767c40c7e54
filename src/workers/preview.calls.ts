import type { WasmCode } from '#proxywasm/load-module.ts';
import type { Trace } from '#simulator/trace.ts';
import type { PreviewPlan } from './preview-plan.ts';

/** The calls between the page and the preview worker: one worker is one sidecar with all its VMs. */
export interface PreviewCalls {
  /** Starts the chain: VMs are made and configured, as when Envoy gets the listener. */
  configure: { args: { readonly plan: PreviewPlan; readonly modules: readonly ModuleCode[] }; result: StartReport };
  /** One request through the configured chain. */
  send: { args: RequestMessage; result: Trace };
}

export interface ModuleCode {
  /** The code source as it stands in the filter's configuration. */
  readonly url: string;
  readonly code: WasmCode;
}

export interface RequestMessage {
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

/** What happened while the plugins started. `refused`: Envoy would reject the listener, with its message. */
export interface StartReport {
  readonly logs: readonly StartLog[];
  readonly refused: string | undefined;
}

export interface StartLog {
  readonly level: string;
  readonly prefix: string;
  readonly message: string;
  readonly from: 'guest' | 'host';
}
