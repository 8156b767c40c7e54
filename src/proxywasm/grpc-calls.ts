import { WasmResult } from './abi.ts';
import { BytesBuffer } from './bytes-buffer.ts';
import type { GrpcAnswer, GrpcCall, GrpcStreamCall, GrpcStreamHandle, HeaderPairs } from './host.ts';
import { PairMap } from './pair-map.ts';
import type { RootContext } from './root-context.ts';

type Outcome = { readonly token: number } | { readonly status: number };

/** A call or stream that has been started. */
class OpenCall {
  readonly token: number;
  handle: GrpcStreamHandle = { status: WasmResult.Ok };
  localClosed = false;
  remoteClosed = false;
  /** Given up by the guest or with the root context: nothing of it is told any more. */
  cancelled = false;

  constructor(token: number) {
    this.token = token;
  }

  cancel(): void {
    this.cancelled = true;
    this.handle.cancel?.();
  }
}

/** gRPC calls and streams of one root context (envoy `Context::grpcCall`, `grpcStream`, `grpcSend` … and their handlers). */
export class GrpcCalls {
  readonly #root: RootContext;
  readonly #open = new Map<number, OpenCall>();
  initialMetadata: PairMap | undefined;
  trailingMetadata: PairMap | undefined;
  message: BytesBuffer | undefined;

  constructor(root: RootContext) {
    this.#root = root;
  }

  /** One message there, one message or a close back. */
  call(call: GrpcCall): Outcome {
    const open = new OpenCall(this.#root.vm.nextGrpcCallToken());
    return this.#start(open, () => this.#root.host.grpcCall(call, this.#answer(open)));
  }

  stream(call: GrpcStreamCall): Outcome {
    const open = new OpenCall(this.#root.vm.nextGrpcStreamToken());
    return this.#start(open, () => this.#root.host.grpcStream(call, this.#answer(open)));
  }

  /** A call that fails at once is refused, and its close is told all the same: it waits for the end of the guest's call. */
  #start(open: OpenCall, start: () => GrpcStreamHandle): Outcome {
    this.#open.set(open.token, open);
    open.handle = start();
    if (open.handle.status === WasmResult.Ok) return { token: open.token };
    this.#open.delete(open.token);
    return { status: open.handle.status };
  }

  send(token: number, message: Uint8Array, endStream: boolean): number {
    if (!isStream(token)) return WasmResult.BadArgument;
    const open = this.#open.get(token);
    if (open === undefined) return WasmResult.NotFound;
    if (!open.remoteClosed) open.handle.send?.(message, endStream);
    return WasmResult.Ok;
  }

  /** A call is given up, a stream is finished from this side. */
  close(token: number): number {
    if (!isCall(token) && !isStream(token)) return WasmResult.BadArgument;
    const open = this.#open.get(token);
    if (open === undefined) return WasmResult.NotFound;
    if (isCall(token)) return this.#give(open);
    open.handle.close?.();
    if (open.remoteClosed) this.#open.delete(token);
    else open.localClosed = true;
    return WasmResult.Ok;
  }

  cancel(token: number): number {
    if (!isCall(token) && !isStream(token)) return WasmResult.BadArgument;
    const open = this.#open.get(token);
    return open === undefined ? WasmResult.NotFound : this.#give(open);
  }

  #give(open: OpenCall): number {
    this.#open.delete(open.token);
    open.cancel();
    return WasmResult.Ok;
  }

  cancelAll(): void {
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const call of open) call.cancel();
  }

  #answer(open: OpenCall): GrpcAnswer {
    return {
      initialMetadata: (entries) => this.#later(open, () => this.#metadata(open, entries, false)),
      message: (bytes) => this.#later(open, () => this.#received(open, bytes)),
      trailingMetadata: (entries) => this.#later(open, () => this.#metadata(open, entries, true)),
      close: (status, message) => this.#later(open, () => this.#closed(open, status, message)),
    };
  }

  /** Not while a guest runs, and not for a call that was given up. */
  #later(open: OpenCall, tell: () => void): void {
    if (this.#root.vm.current !== undefined) this.#root.vm.defer(() => this.#later(open, tell));
    else if (!open.cancelled) tell();
  }

  /** A unary call's guest hears of the message or of the close only. */
  #metadata({ token }: OpenCall, entries: HeaderPairs, trailing: boolean): void {
    if (!isStream(token)) return;
    const { vm, id } = this.#root;
    if (trailing) this.trailingMetadata = new PairMap(entries);
    else this.initialMetadata = new PairMap(entries);
    const name = trailing ? 'proxy_on_grpc_receive_trailing_metadata' : 'proxy_on_grpc_receive_initial_metadata';
    const callback = vm.exports?.[name];
    if (callback !== undefined && vm.failed === undefined) vm.run(this.#root, name, callback, id, token, entries.length);
    vm.afterCall();
    if (trailing) this.trailingMetadata = undefined;
    else this.initialMetadata = undefined;
  }

  #received({ token }: OpenCall, bytes: Uint8Array): void {
    const { vm, id } = this.#root;
    const onReceive = vm.exports?.proxy_on_grpc_receive;
    vm.defer(() => {
      this.message = undefined;
      if (isCall(token)) this.#open.delete(token);
    });
    if (onReceive !== undefined && vm.failed === undefined) {
      this.message = new BytesBuffer(bytes);
      vm.run(this.#root, 'proxy_on_grpc_receive', onReceive, id, token, bytes.length);
    }
    vm.afterCall();
  }

  #closed(open: OpenCall, status: number, message: string): void {
    const { vm, id } = this.#root;
    const { token } = open;
    const onClose = vm.exports?.proxy_on_grpc_close;
    open.remoteClosed = true;
    vm.defer(() => {
      this.#root.statusMessage = '';
      if (isCall(token) || open.localClosed) this.#open.delete(token);
    });
    if (onClose !== undefined && vm.failed === undefined) {
      this.#root.statusCode = status;
      this.#root.statusMessage = message;
      vm.run(this.#root, 'proxy_on_grpc_close', onClose, id, token, status);
    }
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
