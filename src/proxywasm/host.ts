import type { ByteString } from '#base/bytes.ts';

/**
 * What the embedder (Envoy; here `simulator/`) gives to Proxy-Wasm guests. `proxywasm/` decodes arguments, checks memory, keeps
 * contexts with their header maps and buffers, and drives callbacks: everything Envoy decides inside its class `Context`
 * (envoy `source/extensions/common/wasm/context.cc`). What lies behind `Context` is an interface here: the filter manager's callbacks,
 * clusters, stream info, statistics.
 *
 * Statuses are the ABI's `WasmResult` numbers (`abi.ts`). Names and values of headers are byte strings, names in lower case.
 */
export type HeaderPair = readonly [name: ByteString, value: ByteString];
export type HeaderPairs = readonly HeaderPair[];

/** A header or trailer map of a stream, with Envoy's own rules for adding and replacing. */
export interface HeaderMap {
  /** First value of `name`, or undefined. */
  get(name: ByteString): ByteString | undefined;
  /** All entries in order. Read at once; the list may be the live one. */
  entries(): HeaderPairs;
  /** Envoy's `addCopy`: one more entry, or joined with a comma where Envoy keeps the header inline. */
  add(name: ByteString, value: ByteString): void;
  /** Envoy's `setCopy`: all old values go; one stays. */
  replace(name: ByteString, value: ByteString): void;
  remove(name: ByteString): void;
  /** Clears the map, then adds each entry as `add` does. */
  setAll(entries: HeaderPairs): void;
  readonly size: number;
  /** Sum of name and value bytes. */
  readonly byteSize: number;
  /** Where the host keeps the entries as guests get them; a map that has this member forgets it with each change. */
  encoded?: Uint8Array | undefined;
}

/** Bytes on their way through a filter: Envoy's `Buffer::Instance` as far as guests can reach it. */
export interface HostBuffer {
  readonly length: number;
  /** A view or copy of `[start, start + length)`; the caller stays inside the buffer and reads at once. */
  bytes(start: number, length: number): Uint8Array;
  /** Removes the first `length` bytes. */
  drain(length: number): void;
  prepend(data: Uint8Array): void;
  append(data: Uint8Array): void;
}

/** Process-wide services: one for all VMs of a proxy. */
export interface Host {
  /** Nanoseconds since the epoch. */
  nowNs(): bigint;
  monotonicNs(): bigint;
  randomBytes(target: Uint8Array): void;
  /** A line printed by a guest or by the runtime. */
  log(line: LogLine): void;
  /** False while nobody reads what guests log: then the text is not even copied. Absent: somebody does. */
  readonly listens?: boolean | undefined;
  /** 0 trace … 5 critical, 6 off; lines below are dropped before `log`. */
  logLevel(): number;
  /** The metric of this name; the same type and name give the same one. `name` comes without Envoy's prefix `wasmcustom.`. */
  metric(type: MetricType, name: ByteString): HostMetric;
  /** Changes a statistic of the proxy itself, or makes it known (`by` 0): `wasm.<plugin>.vm_reload_success` … */
  stat?(type: 'counter' | 'gauge', name: string, by: number): void;
  /** Calls `run` once after `ms`. */
  setTimer(ms: number, run: () => void): { cancel(): void };
  /** Runs `work` on the event loop, never inside the present call stack. */
  post(work: () => void): void;
  /** A guest trapped, ran out of stack or was stopped by the host: its whole VM is lost. */
  vmFailed?(failure: VmFailure): void;
  /** Sees every crossing of the boundary while it is set. */
  readonly trace?: HostTrace | undefined;
}

export type MetricType = 'counter' | 'gauge' | 'histogram';

/** One statistic. Values are unsigned 64-bit; `record` adds to a counter, sets a gauge, samples a histogram. */
export interface HostMetric {
  increment(offset: bigint): void;
  record(value: bigint): void;
  value(): bigint;
}

export interface LogLine {
  readonly level: number;
  /** What Envoy prints between `wasm log` and the colon, without the leading blank (`plugin root vm`); empty for host lines. */
  readonly prefix: string;
  /** The bytes as the guest gave them; decoded when first read. */
  readonly message: ByteString;
  /** Bytes of the message, told without decoding it. */
  readonly size: number;
  /** `guest`: proxy_log or stdout/stderr; `host`: the runtime speaks (trap, missing import). */
  readonly from: 'guest' | 'host';
  /** Undefined where there is no VM (yet): Envoy's main thread speaks. */
  readonly vm: VmIdentity | undefined;
  readonly contextId: number;
}

/** Which VM speaks. `thread` is `main` for the starts that Envoy makes on its main thread beside those of the worker. */
export interface VmIdentity {
  /** Counts from 1 in the process. */
  readonly number: number;
  readonly thread: 'worker' | 'main';
  readonly vmId: ByteString;
}

export interface VmFailure {
  readonly vm: VmIdentity;
  readonly contextId: number;
  /** The export that was running, or empty if the VM failed while it was made. */
  readonly callback: string;
  readonly message: string;
  /** Innermost first: `  0:  0x1a2b - name`. */
  readonly backtrace: readonly string[];
}

/** Sees every crossing of the boundary. Values are numbers, byte strings, byte arrays, pair lists. */
export interface HostTrace {
  callback(vm: VmIdentity, contextId: number, name: string, args: readonly number[]): void;
  /** `result` is what the guest returned; undefined for functions without result and after a trap. */
  callbackDone(vm: VmIdentity, contextId: number, name: string, result: number | undefined): void;
  hostCall(call: HostCallTrace): void;
}

/** A host call that has returned. Its values are decoded when they are read, any time later. */
export interface HostCallTrace {
  readonly vm: VmIdentity;
  readonly contextId: number;
  readonly name: string;
  readonly status: number;
  /** Bytes that are kept for arguments and results. */
  readonly size: number;
  readonly args: readonly unknown[];
  /** The one result, or a list of several; undefined without any, and for a status other than Ok. */
  readonly result: unknown;
}

/**
 * What one plugin reaches outside its streams. Calls belong to the root context; `stream` is the stream context in whose name the guest
 * acts, absent in root callbacks.
 */
export interface RootHost {
  /** Called with all of the ABI's own checks done (pseudo headers, timeout); `answer` may be called inside, the guest hears of it later. */
  httpCall(call: HttpCall, answer: HttpCallAnswer): CallHandle;
  grpcCall(call: GrpcCall, answer: GrpcAnswer): CallHandle;
  grpcStream(call: GrpcStreamCall, answer: GrpcAnswer): GrpcStreamHandle;
  /** `path` is `rawPath` split at NUL bytes. Values are encoded with `properties.ts`. */
  getProperty(path: readonly ByteString[], rawPath: ByteString, stream: StreamView | undefined): PropertyResult;
  /** `owner` stands for the root context: what one has declared or made belongs to it alone, and goes with it. */
  setProperty(path: ByteString, value: Uint8Array, stream: StreamView | undefined, owner: object): number;
  callForeignFunction(name: ByteString, argument: Uint8Array, stream: StreamView | undefined, owner: object): ForeignResult;
  /** `envoy_resolve_dns`; undefined when the name cannot be looked up at all. `done` gets an empty list for a failure. */
  resolveDns?(address: ByteString, done: (answers: readonly DnsAnswer[]) => void): CallHandle;
}

/** `status` other than Ok: the call was not started and nothing will be answered. */
export interface CallHandle {
  readonly status: number;
  cancel?(): void;
}

export interface HttpCall {
  readonly upstream: ByteString;
  readonly headers: HeaderPairs;
  readonly body: Uint8Array;
  readonly trailers: HeaderPairs;
  /** 0 = no limit. */
  readonly timeoutMs: number;
}

export interface HttpCallAnswer {
  response(headers: HeaderPairs, body: Uint8Array, trailers: HeaderPairs): void;
  /** Reset or cancelled: the guest gets 0,0,0 and `proxy_get_status` 11. */
  failure(message: string): void;
}

export interface GrpcStreamCall {
  /** A serialised `envoy.config.core.v3.GrpcService` or a cluster name. */
  readonly service: Uint8Array;
  readonly serviceName: ByteString;
  readonly method: ByteString;
  readonly initialMetadata: HeaderPairs;
}

export interface GrpcCall extends GrpcStreamCall {
  readonly message: Uint8Array;
  readonly timeoutMs: number;
}

export interface GrpcAnswer {
  initialMetadata(entries: HeaderPairs): void;
  message(bytes: Uint8Array): void;
  trailingMetadata(entries: HeaderPairs): void;
  close(status: number, message: string): void;
}

export interface GrpcStreamHandle extends CallHandle {
  send?(message: Uint8Array, endStream: boolean): void;
  close?(): void;
}

export interface PropertyResult {
  readonly status: number;
  readonly value?: Uint8Array | undefined;
}

export interface ForeignResult {
  readonly status: number;
  readonly result?: Uint8Array | undefined;
  /** There is no function of this name. */
  readonly unknown?: boolean | undefined;
  /** What the function says in the proxy's log. */
  readonly notes?: readonly { readonly level: number; readonly message: ByteString }[] | undefined;
}

export interface DnsAnswer {
  /** As Envoy prints a socket address: `192.0.2.1:0`, `[2001:db8::1]:0`. */
  readonly address: ByteString;
  readonly ttlSeconds: number;
}

/** A stream context as properties and foreign functions see it: only the maps its guest may read now. */
export interface StreamView {
  readonly contextId: number;
  /** The object the embedder gave when it made the context. */
  readonly host: HttpStreamHost | NetworkStreamHost;
  readonly requestHeaders: HeaderMap | undefined;
  readonly requestTrailers: HeaderMap | undefined;
  readonly responseHeaders: HeaderMap | undefined;
  readonly responseTrailers: HeaderMap | undefined;
}

/** The maps a proxy logs with. */
export interface LogMaps {
  readonly requestHeaders?: HeaderMap | undefined;
  readonly responseHeaders?: HeaderMap | undefined;
  readonly responseTrailers?: HeaderMap | undefined;
}

/** Envoy's stream decoder and encoder filter callbacks of one Wasm filter in one HTTP stream. None is called while a guest runs, except where noted. */
export interface HttpStreamHost extends LogMaps {
  readonly kind: 'http';
  continueDecoding(): void;
  continueEncoding(): void;
  /** Through the decoder's side of the filter. Also after a trap (503, details `wasm_fail_stream`), then inside the callback. */
  sendLocalReply(reply: LocalReply): void;
  resetStream(): void;
  /** Inside the guest's call: sets RESPONSE_CODE_DETAILS if there are none yet. */
  setResponseCodeDetails(details: string): void;
  /** Adds a chunk to the body that is held for this filter. May end the stream (413, 500): then `onDestroy` is called inside. */
  addDecodedData(data: HostBuffer): void;
  addEncodedData(data: HostBuffer): void;
  /** The body held now; undefined when nothing is. */
  decodingBuffer(): HostBuffer | undefined;
  encodingBuffer(): HostBuffer | undefined;
  /** Inside the guest's call: makes trailers while the last body chunk is handled. */
  addDecodedTrailers(): HeaderMap;
  addEncodedTrailers(): HeaderMap;
  /** Inside the guest's call. */
  clearRouteCache(): void;
}

export interface NetworkStreamHost {
  readonly kind: 'network';
  continueReading(): void;
  /** Closes the client's connection after what is written has been sent. */
  closeConnection(details: string): void;
}

export interface LocalReply {
  readonly code: number;
  readonly details: ByteString;
  readonly body: ByteString;
  readonly headers: HeaderPairs;
  /** 0…16, or undefined for none. */
  readonly grpcStatus: number | undefined;
}
