import type { ByteString } from '#base/bytes.ts';

/**
 * What the embedder (Envoy; here `simulator/`) gives to Proxy-Wasm guests. `proxywasm/` decodes arguments, checks memory, keeps
 * contexts and drives callbacks; everything a call *means* is behind these interfaces. Divided like the reference host
 * (proxy-wasm-cpp-host `include/proxy-wasm/context_interface.h`).
 *
 * Statuses are the ABI's `WasmResult` numbers (`abi.ts`).
 */
export interface HeaderMap {
  /** First value of `name` (lower case), or undefined. */
  get(name: ByteString): ByteString | undefined;
  /** All entries in order. */
  entries(): readonly (readonly [ByteString, ByteString])[];
  add(name: ByteString, value: ByteString): void;
  /** All old values go; one stays. */
  replace(name: ByteString, value: ByteString): void;
  remove(name: ByteString): void;
  /** Replaces the whole map. */
  setAll(entries: readonly (readonly [ByteString, ByteString])[]): void;
  readonly size: number;
  /** Sum of name and value bytes. */
  readonly byteSize: number;
}

export interface HostBuffer {
  readonly length: number;
  /** A view or copy of `[start, start + length)`, clamped to the buffer. */
  bytes(start: number, length: number): Uint8Array;
  /** Envoy's `Buffer::copyFrom` rules; returns a WasmResult. */
  set(start: number, length: number, data: Uint8Array): number;
}

/** Process-wide services: one for all VMs of a proxy. */
export interface Host {
  /** Nanoseconds since the epoch. */
  nowNs(): bigint;
  monotonicNs(): bigint;
  randomBytes(target: Uint8Array): void;
  /** A line printed by a guest or by the runtime. `prefix` as `proxy-wasm` builds it (`plugin root vm`). */
  log(line: LogLine): void;
  /** 0 trace … 5 critical, 6 off. */
  logLevel(): number;
  defineMetric(type: number, name: ByteString): MetricResult;
  incrementMetric(id: number, offset: bigint): number;
  recordMetric(id: number, value: bigint): number;
  getMetric(id: number): { readonly status: number; readonly value: bigint };
  /** Calls `tick` once after `ms`; the VM re-arms after each tick. */
  setTimer(ms: number, tick: () => void): { cancel(): void };
  /** Runs `work` on the event loop, after the current guest call has returned. */
  post(work: () => void): void;
  /** Asked before each guest call and host call when tracing; undefined = no trace. */
  readonly trace?: HostTrace | undefined;
}

export interface MetricResult {
  readonly status: number;
  readonly id: number;
}

export interface LogLine {
  readonly level: number;
  readonly prefix: string;
  readonly message: ByteString;
  /** `guest`: proxy_log or stdout/stderr; `host`: the runtime speaks (trap, missing import). */
  readonly from: 'guest' | 'host';
  readonly contextId: number;
}

/** Sees every crossing of the boundary, with decoded arguments. */
export interface HostTrace {
  callback(vmId: number, contextId: number, name: string, args: readonly number[]): void;
  callbackDone(vmId: number, contextId: number, name: string, result: number | undefined): void;
  hostCall(vmId: number, contextId: number, name: string, args: readonly unknown[], status: number, result?: unknown): void;
}

/** Calls to other clusters and functions of the embedder, made on behalf of a root context. */
export interface RootHost {
  httpCall(request: HttpCall, answer: HttpCallAnswer): { readonly status: number; cancel?(): void };
  grpcCall(request: GrpcCall, answer: GrpcAnswer): GrpcHandle;
  grpcStream(request: Omit<GrpcCall, 'message' | 'timeoutMs'>, answer: GrpcAnswer): GrpcHandle;
  /** Properties that exist without a stream (`xds.node`, `plugin_*` …): `stream` is absent in root callbacks. */
  getProperty(path: readonly ByteString[], rawPath: ByteString, stream: StreamHost | undefined): PropertyResult;
  setProperty(path: ByteString, value: Uint8Array, stream: StreamHost | undefined): number;
  callForeignFunction(
    name: ByteString,
    argument: Uint8Array,
    stream: StreamHost | undefined,
  ): { readonly status: number; readonly result?: Uint8Array };
}

export interface HttpCall {
  readonly upstream: ByteString;
  readonly headers: readonly (readonly [ByteString, ByteString])[];
  readonly body: Uint8Array;
  readonly trailers: readonly (readonly [ByteString, ByteString])[];
  readonly timeoutMs: number;
}

export interface HttpCallAnswer {
  response(
    headers: readonly (readonly [ByteString, ByteString])[],
    body: Uint8Array,
    trailers: readonly (readonly [ByteString, ByteString])[],
  ): void;
  /** Reset or cancelled: the guest gets 0,0,0 and `proxy_get_status` 11. */
  failure(message: string): void;
}

export interface GrpcCall {
  readonly service: Uint8Array;
  readonly serviceName: ByteString;
  readonly method: ByteString;
  readonly initialMetadata: readonly (readonly [ByteString, ByteString])[];
  readonly message: Uint8Array;
  readonly timeoutMs: number;
}

export interface GrpcAnswer {
  initialMetadata(entries: readonly (readonly [ByteString, ByteString])[]): void;
  message(bytes: Uint8Array): void;
  trailingMetadata(entries: readonly (readonly [ByteString, ByteString])[]): void;
  close(status: number, message: string): void;
}

export interface GrpcHandle {
  readonly status: number;
  send?(message: Uint8Array, endStream: boolean): number;
  close?(): void;
  cancel?(): void;
}

export interface PropertyResult {
  readonly status: number;
  readonly value?: Uint8Array;
}

/** One HTTP stream or TCP connection as a stream context sees it. */
export interface StreamHost {
  /** By the ABI's map types 0–3; undefined in the wrong phase. */
  headerMap(type: number): HeaderMap | undefined;
  /** During on_log a missing map reads as NotFound, not BadArgument. */
  readonly inLog: boolean;
  /** Called after each change of a map through the guest. */
  headersModified(type: number): void;
  /** By the ABI's buffer types 0–3; undefined = no such buffer now (reads give 0 bytes, writes BadArgument). */
  buffer(type: number): HostBuffer | undefined;
  continueStream(type: number): number;
  closeStream(type: number): number;
  sendLocalResponse(reply: LocalReply): void;
  clearRouteCache(): void;
}

export interface LocalReply {
  readonly code: number;
  readonly details: ByteString;
  readonly body: ByteString;
  readonly headers: readonly (readonly [ByteString, ByteString])[];
  /** 0…16, or -1 for none. */
  readonly grpcStatus: number;
}
