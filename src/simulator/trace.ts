import type { ByteString } from '#base/bytes.ts';
import type { JsonValue } from '#base/json.ts';

/** A header list at one moment. Lists are shared between events: equal reference = nothing changed. */
export type HeaderList = readonly (readonly [ByteString, ByteString])[];

/**
 * Everything that happened to one request, in order, as plain data: it is posted out of the worker, saved with tests and
 * drawn by the preview. Times are virtual (what a client would measure) and measured (what this machine took).
 */
export interface Trace {
  readonly version: 1;
  readonly request: TraceRequest;
  readonly filters: readonly TraceFilter[];
  readonly events: readonly TraceEvent[];
  readonly response: TraceResponse | undefined;
  /** What the upstream got, if it was asked. */
  readonly upstream: TraceRequest | undefined;
  readonly outcome: Outcome;
  readonly accessLog: AccessLog;
  readonly metrics: readonly TraceMetric[];
  /** Virtual nanoseconds from the first byte to the end of the stream, as a decimal number. */
  readonly durationNs: number;
  /** Milliseconds of real time spent in the simulator. */
  readonly measuredMs: number;
}

export interface TraceRequest {
  readonly headers: HeaderList;
  readonly body: Uint8Array;
  readonly trailers: HeaderList;
}

export interface TraceResponse extends TraceRequest {
  readonly status: number;
}

export interface Outcome {
  readonly kind: 'response' | 'local-reply' | 'reset' | 'timeout' | 'no-chain';
  /** A sentence for people. */
  readonly text: string;
}

export interface AccessLog {
  readonly code: number;
  readonly details: string;
  readonly flags: string;
  readonly route: string;
  readonly cluster: string;
}

/** A filter of the chain as it took part; `index` is its place in the chain and its id in events. */
export interface TraceFilter {
  readonly index: number;
  readonly name: string;
  readonly type: string;
  readonly simulated: 'wasm' | 'native' | 'pass-through';
  /** Why it does nothing, or which fields of its configuration are not simulated. */
  readonly note?: string | undefined;
}

export type Direction = 'request' | 'response';

interface EventBase {
  readonly seq: number;
  /** Virtual nanoseconds since the request began. */
  readonly atNs: number;
  /** Microseconds of real time this event took, where that was measured. */
  readonly tookUs?: number | undefined;
  /** Index into `Trace.filters`; absent for events of the connection manager itself. */
  readonly filter?: number | undefined;
  readonly direction?: Direction | undefined;
}

export type TraceEvent =
  | CallbackEvent
  | (EventBase & {
      readonly kind: 'log';
      readonly level: LogLevel;
      readonly prefix: string;
      readonly message: string;
      readonly from: 'guest' | 'host';
    })
  | (EventBase & { readonly kind: 'local-reply'; readonly status: number; readonly details: string; readonly body: string })
  | (EventBase & {
      readonly kind: 'route';
      readonly route: string;
      readonly virtualHost: string;
      readonly cluster: string;
      readonly text: string;
    })
  | (EventBase & { readonly kind: 'upstream-request'; readonly cluster: string; readonly headers: HeaderList; readonly bodySize: number })
  | (EventBase & { readonly kind: 'upstream-response'; readonly cluster: string; readonly headers: HeaderList; readonly bodySize: number })
  | (EventBase & {
      readonly kind: 'callout';
      readonly cluster: string;
      readonly headers: HeaderList;
      readonly bodySize: number;
      readonly token: number;
    })
  | (EventBase & {
      readonly kind: 'callout-response';
      readonly cluster: string;
      readonly headers: HeaderList;
      readonly bodySize: number;
      readonly token: number;
    })
  /** A decision of the filter manager in words: "StopIteration: waits for continue; body is buffered, limit 1 MiB". */
  | (EventBase & { readonly kind: 'decision'; readonly code: string; readonly text: string })
  | (EventBase & { readonly kind: 'trap'; readonly callback: string; readonly message: string; readonly backtrace: readonly string[] });

/** One call into a filter: a Proxy-Wasm callback or a native filter's hook (`decodeHeaders`, `encodeData` …). */
export interface CallbackEvent extends EventBase {
  readonly kind: 'callback';
  readonly callback: string;
  readonly args: readonly number[];
  readonly result: number | undefined;
  /** The result in Envoy's words: `Continue`, `StopIteration` … */
  readonly resultText: string;
  /** Headers (or trailers) the callback could see, before and after it; the same list when unchanged. */
  readonly before?: HeaderList | undefined;
  readonly after?: HeaderList | undefined;
  /** Whose headers these are; absent for trailers. */
  readonly headersOf?: Direction | undefined;
  readonly bodyBefore?: Uint8Array | undefined;
  readonly bodyAfter?: Uint8Array | undefined;
  readonly hostCalls: readonly HostCallRecord[];
  readonly contextId?: number | undefined;
  readonly vm?: number | undefined;
}

export interface HostCallRecord {
  readonly name: string;
  readonly args: readonly JsonValue[];
  readonly status: number;
  readonly result?: JsonValue | undefined;
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'critical';

export interface TraceMetric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly value: number;
}
