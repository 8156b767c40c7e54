import type { JsonObject } from '#base/json.ts';
import type { TraceEvent, TraceFilter, TraceMetric } from './trace.ts';

/** Everything that happened to one scripted TCP connection, as plain data. Events name network filters by their place in the chain. */
export interface ConversationTrace {
  readonly version: 1;
  readonly filters: readonly TraceFilter[];
  readonly events: readonly TraceEvent[];
  /** First the connection itself, then one for each step of the script, then its end where the script left it open. */
  readonly steps: readonly ConversationTraceStep[];
  /** All the client has received, and how Envoy ended its direction. */
  readonly client: ConversationBytes;
  readonly upstreams: readonly ConversationUpstream[];
  readonly closedBy: 'client' | 'upstream' | 'envoy';
  readonly accessLog: JsonObject | undefined;
  readonly metrics: readonly TraceMetric[];
  /** Milliseconds of real time spent in the simulator. */
  readonly measuredMs: number;
}

export interface ConversationTraceStep {
  /** `connect`, the kind of the script's step, `end` or `endUpstream`. */
  readonly step: string;
  /** Why the step could not be done. */
  readonly skipped: string | undefined;
  /** The events of this step: from `first` up to, without, `end`. */
  readonly first: number;
  readonly end: number;
  readonly client: ConversationBytes | undefined;
  readonly upstreams: readonly ConversationUpstream[];
}

export interface ConversationBytes {
  readonly received: Uint8Array;
  readonly closed: 'FIN' | 'RST' | undefined;
}

export interface ConversationUpstream extends ConversationBytes {
  readonly id: number;
  readonly cluster: string;
  readonly opened: boolean;
}
