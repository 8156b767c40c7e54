import { WasmResult } from './abi.ts';
import type { GrpcAnswer, GrpcCall, GrpcStreamCall, GrpcStreamHandle, HeaderPairs } from './host.ts';
import { PairMap } from './pair-map.ts';
import type { RootContext } from './root-context.ts';

type Outcome = { readonly token: number } | { readonly status: number };

interface OpenStream {
  handle: GrpcStreamHandle;
  localClosed: boolean;
  remoteClosed: boolean;
}

/** gRPC calls and streams of one root context (envoy `Context::grpcCall`, `grpcStream`, `grpcSend` … and their handlers). */
export class GrpcCalls {
  readonly #root: RootContext;
  readonly #calls = new Map<number, GrpcStreamHandle>();
  readonly #streams = new Map<number, OpenStream>();
  initialMetadata: PairMap | undefined;
  trailingMetadata: PairMap | undefined;
  message: Uint8Array | undefined;

  constructor(root: RootContext) {
    this.#root = root;
  }

  /** One message there, one message or a close back. */
  call(call: GrpcCall): Outcome {
    const token = this.#root.vm.nextGrpcCallToken();
    this.#calls.set(token, { status: WasmResult.Ok });
    const handle = this.#root.host.grpcCall(call, this.#answer(token));
    if (handle.status !== WasmResult.Ok) {
      this.#calls.delete(token);
      return { status: handle.status };
    }
    if (this.#calls.has(token)) this.#calls.set(token, handle);
    return { token };
  }

  stream(call: GrpcStreamCall): Outcome {
    const token = this.#root.vm.nextGrpcStreamToken();
    const stream: OpenStream = { handle: { status: WasmResult.Ok }, localClosed: false, remoteClosed: false };
    this.#streams.set(token, stream);
    stream.handle = this.#root.host.grpcStream(call, this.#answer(token));
    if (stream.handle.status !== WasmResult.Ok) {
      this.#streams.delete(token);
      return { status: stream.handle.status };
    }
    return { token };
  }

  send(token: number, message: Uint8Array, endStream: boolean): number {
    if (!isStream(token)) return WasmResult.BadArgument;
    const stream = this.#streams.get(token);
    if (stream === undefined) return WasmResult.NotFound;
    stream.handle.send?.(message, endStream);
    if (endStream) this.#localClose(token, stream);
    return WasmResult.Ok;
  }

  /** A call is given up, a stream is finished from this side. */
  close(token: number): number {
    if (isCall(token)) return this.#cancelCall(token);
    if (!isStream(token)) return WasmResult.BadArgument;
    const stream = this.#streams.get(token);
    if (stream === undefined) return WasmResult.NotFound;
    stream.handle.close?.();
    this.#localClose(token, stream);
    return WasmResult.Ok;
  }

  cancel(token: number): number {
    if (isCall(token)) return this.#cancelCall(token);
    if (!isStream(token)) return WasmResult.BadArgument;
    const stream = this.#streams.get(token);
    if (stream === undefined) return WasmResult.NotFound;
    this.#streams.delete(token);
    stream.handle.cancel?.();
    return WasmResult.Ok;
  }

  cancelAll(): void {
    const open = [...this.#calls.values(), ...[...this.#streams.values()].map(({ handle }) => handle)];
    this.#calls.clear();
    this.#streams.clear();
    for (const handle of open) handle.cancel?.();
  }

  #cancelCall(token: number): number {
    const handle = this.#calls.get(token);
    if (handle === undefined) return WasmResult.NotFound;
    this.#calls.delete(token);
    handle.cancel?.();
    return WasmResult.Ok;
  }

  #localClose(token: number, stream: OpenStream): void {
    if (stream.remoteClosed) this.#streams.delete(token);
    else stream.localClosed = true;
  }

  #answer(token: number): GrpcAnswer {
    return {
      initialMetadata: (entries) => this.#later(token, () => this.#metadata(token, entries, false)),
      message: (bytes) => this.#later(token, () => this.#received(token, bytes)),
      trailingMetadata: (entries) => this.#later(token, () => this.#metadata(token, entries, true)),
      close: (status, message) => this.#later(token, () => this.#closed(token, status, message)),
    };
  }

  /** Not while a guest runs, and not for a call that is over. */
  #later(token: number, tell: () => void): void {
    if (this.#root.vm.current !== undefined) this.#root.vm.defer(() => this.#later(token, tell));
    else if (this.#calls.has(token) || this.#streams.has(token)) tell();
  }

  /** A call's guest hears of the message or of the close only. */
  #metadata(token: number, entries: HeaderPairs, trailing: boolean): void {
    if (!isStream(token)) return;
    const { vm, id } = this.#root;
    const callbacks = vm.exports;
    if (trailing) this.trailingMetadata = new PairMap(entries);
    else this.initialMetadata = new PairMap(entries);
    const name = trailing ? 'proxy_on_grpc_receive_trailing_metadata' : 'proxy_on_grpc_receive_initial_metadata';
    const callback = callbacks?.[name];
    if (callback !== undefined && vm.failed === undefined) vm.run(this.#root, name, callback, id, token, entries.length);
    vm.afterCall();
    if (trailing) this.trailingMetadata = undefined;
    else this.initialMetadata = undefined;
  }

  #received(token: number, bytes: Uint8Array): void {
    const { vm, id } = this.#root;
    const onReceive = vm.exports?.proxy_on_grpc_receive;
    if (onReceive !== undefined && vm.failed === undefined) {
      this.message = bytes;
      vm.defer(() => {
        this.message = undefined;
        this.#calls.delete(token);
      });
      vm.run(this.#root, 'proxy_on_grpc_receive', onReceive, id, token, bytes.length);
    } else this.#calls.delete(token);
    vm.afterCall();
  }

  #closed(token: number, status: number, message: string): void {
    const { vm, id } = this.#root;
    const onClose = vm.exports?.proxy_on_grpc_close;
    const stream = this.#streams.get(token);
    if (stream !== undefined) stream.remoteClosed = true;
    const cleanUp = (): void => {
      this.#root.statusMessage = '';
      this.#calls.delete(token);
      if (stream?.localClosed === true) this.#streams.delete(token);
    };
    if (onClose !== undefined && vm.failed === undefined) {
      this.#root.statusCode = status;
      this.#root.statusMessage = message;
      vm.defer(cleanUp);
      vm.run(this.#root, 'proxy_on_grpc_close', onClose, id, token, status);
    } else cleanUp();
    vm.afterCall();
  }
}

/** The two low bits of a token tell its kind (envoy `wasm.h` `isGrpcCallId`). */
function isCall(token: number): boolean {
  return (token & 3) === 1;
}

function isStream(token: number): boolean {
  return (token & 3) === 2;
}
