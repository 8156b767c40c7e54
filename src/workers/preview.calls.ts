import type { JsonObject } from '#base/json.ts';
import type { WasmCode } from '#proxywasm/load-module.ts';
import type { ConversationTrace } from '#simulator/conversation-trace.ts';
import type { FilterCost, RefusedCost } from '#simulator/filter-cost.ts';
import type { Trace } from '#simulator/trace.ts';
import type { PreviewPlan } from './preview-plan.ts';

/** The calls between the page and the preview worker: one worker is one sidecar with all its VMs. */
export interface PreviewCalls {
  /** Starts the chain: VMs are made and configured, as when Envoy gets the listener. */
  configure: { args: { readonly plan: PreviewPlan; readonly modules: readonly ModuleCode[] }; result: StartReport };
  /** One request through the configured chain. */
  send: { args: RequestMessage; result: Trace };
  /** One scripted TCP connection through a chain that is started for it. */
  converse: { args: ConversationMessage; result: ConversationReport };
  /** Many streams through one HTTP filter of the chain alone, in a proxy of their own. */
  measure: { args: MeasureMessage; result: FilterCost | RefusedCost };
}

export interface MeasureMessage {
  readonly plan: PreviewPlan;
  readonly modules: readonly ModuleCode[];
  readonly request: RequestMessage;
  /** Its place among the HTTP filters; undefined: the router alone. */
  readonly filter: number | undefined;
}

export interface ConversationMessage {
  readonly plan: PreviewPlan;
  readonly modules: readonly ModuleCode[];
  /** Steps as in `docs/scenario-format.md`. */
  readonly conversation: readonly JsonObject[];
}

/** `trace` is absent when Envoy would have refused the listener. */
export interface ConversationReport {
  readonly started: StartReport;
  readonly trace: ConversationTrace | undefined;
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
