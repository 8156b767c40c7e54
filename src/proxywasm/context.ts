import type { ByteString } from '#base/bytes.ts';
import { BufferType, StreamType, WasmResult } from './abi.ts';
import { BufferSlot } from './buffer-slot.ts';
import type { HeaderMap, HeaderPairs, HostBuffer, LocalReply, StreamView } from './host.ts';
import type { RootContext } from './root-context.ts';
import type { Vm } from './vm.ts';

/** A map a guest may only read: of a call's answer, or of a stream in the log phase. */
export interface ReadableMap {
  get(name: ByteString): ByteString | undefined;
  entries(): HeaderPairs;
  readonly size: number;
  encoded?: Uint8Array | undefined;
}

/**
 * What a host call acts on (cpp-host `ContextBase`, envoy `Context`). This class answers as a context without a stream does; root, HTTP and
 * network contexts add what they have.
 */
export class Context {
  readonly vm: Vm;
  readonly id: number;
  /** Between `wasm log` and the colon, without the leading blank. */
  readonly logPrefix: string;
  #lazySlot: BufferSlot | undefined;

  constructor(vm: Vm, id: number, logPrefix: string) {
    this.vm = vm;
    this.id = id;
    this.logPrefix = logPrefix;
    vm.contexts.set(id, this);
  }

  /** Most streams never look at a buffer. */
  get #slot(): BufferSlot {
    return (this.#lazySlot ??= new BufferSlot());
  }

  /** Owner of calls, timers and queues; undefined for the VM's own context. */
  get root(): RootContext | undefined {
    return undefined;
  }

  /** The stream in whose name properties and foreign functions act. */
  get stream(): StreamView | undefined {
    return undefined;
  }

  /** True while `proxy_on_log` runs: then a map that is missing reads as if it had no entries. */
  get inLog(): boolean {
    return false;
  }

  /** A map to change, or undefined when that is not possible now. May make trailers. */
  map(_type: number): HeaderMap | undefined {
    return undefined;
  }

  /** A map to read: for types 4 to 7 the root's call answers. */
  readableMap(type: number): ReadableMap | undefined {
    return this.root?.answerMap(type);
  }

  /** Called after each change of a map. */
  mapChanged(_type: number): void {}

  /** A buffer to read or change; undefined where there is none (`NotFound`), which is not the same as an empty one. */
  buffer(type: number): BufferSlot | undefined {
    switch (type) {
      case BufferType.VmConfiguration:
        return this.#slot.setBytes(this.vm.settings.vmConfiguration);
      case BufferType.PluginConfiguration: {
        const configuration = this.pluginConfiguration;
        return configuration === undefined ? undefined : this.#slot.setBytes(configuration);
      }
      case BufferType.HttpCallResponseBody: {
        const body = this.root?.httpAnswerBody;
        return body === undefined ? undefined : this.#slot.setBytes(body);
      }
      case BufferType.GrpcReceiveBuffer:
        return this.#slot.setBuffer(this.root?.grpcMessage);
      case BufferType.CallData:
        return this.#slot; // whatever it holds: the host sets it before a callback that has call data
      case BufferType.HttpRequestBody:
      case BufferType.HttpResponseBody:
      case BufferType.NetworkDownstreamData:
      case BufferType.NetworkUpstreamData:
        return this.#slot.setBuffer(this.streamBuffer(type));
      default:
        return undefined;
    }
  }

  /** Bytes for buffer type 8 of the next callback. */
  setCallData(bytes: Uint8Array): void {
    this.#slot.setBytes(bytes);
  }

  protected streamBuffer(_type: number): HostBuffer | undefined {
    return undefined;
  }

  /** Readable only while the host holds a reference for a start callback. */
  get pluginConfiguration(): Uint8Array | undefined {
    return undefined;
  }

  /** `proxy_get_configuration` of ABI 0.1.0. */
  get configuration(): Uint8Array {
    return this.pluginConfiguration ?? this.vm.settings.vmConfiguration;
  }

  continueStream(type: number): number {
    return type === StreamType.Upstream ? WasmResult.Unimplemented : WasmResult.Ok;
  }

  closeStream(_type: number): number {
    return WasmResult.Ok;
  }

  sendLocalReply(_reply: LocalReply): void {}

  clearRouteCache(): void {}

  /** The VM goes: what this context has started is cancelled. */
  abandon(): void {}

  /** Forgets the context: its id may no longer be made the effective one. */
  protected remove(): void {
    this.vm.contexts.delete(this.id);
  }
}
