import { BufferType, CloseType, FilterStatus, StreamType, WasmResult } from './abi.ts';
import type { HeaderMap, HostBuffer, NetworkStreamHost, StreamView } from './host.ts';
import type { PluginHandle } from './plugin-handle.ts';
import type { RootContext } from './root-context.ts';
import { StreamContext } from './stream-context.ts';
import type { Vm } from './vm.ts';

/** One TCP connection of one plugin: Envoy's `Context` as a network filter. */
export class NetworkContext extends StreamContext implements StreamView {
  readonly host: NetworkStreamHost;
  readonly requestHeaders: HeaderMap | undefined = undefined;
  readonly requestTrailers: HeaderMap | undefined = undefined;
  readonly responseHeaders: HeaderMap | undefined = undefined;
  readonly responseTrailers: HeaderMap | undefined = undefined;
  #downstream: HostBuffer | undefined;
  #upstream: HostBuffer | undefined;
  #downstreamClosed = false;
  #ended = false;

  constructor(handle: PluginHandle, vm: Vm, root: RootContext, host: NetworkStreamHost) {
    super(handle, vm, root);
    this.host = host;
  }

  onNewConnection(): FilterStatus {
    this.create();
    return this.#decide('proxy_on_new_connection');
  }

  /** Bytes of the client; `data` holds all that no filter has passed on yet. */
  onData(data: HostBuffer, endStream: boolean): FilterStatus {
    if (!this.created) return FilterStatus.Continue;
    this.#downstream = data;
    const status = this.#decide('proxy_on_downstream_data', data.length, endStream);
    if (status === FilterStatus.Continue) this.#downstream = undefined;
    return status;
  }

  /** Bytes of the upstream. Their end is also told as a close, because nothing else tells the plugin of it. */
  onWrite(data: HostBuffer, endStream: boolean): FilterStatus {
    if (!this.created) return FilterStatus.Continue;
    this.#upstream = data;
    const status = this.#decide('proxy_on_upstream_data', data.length, endStream);
    if (status === FilterStatus.Continue) this.#upstream = undefined;
    if (endStream) {
      this.tell('proxy_on_upstream_connection_close', this.vm.exports?.proxy_on_upstream_connection_close, CloseType.Unknown);
      if (this.#downstreamClosed) this.#end();
    }
    return status;
  }

  /** The client's connection was closed by Envoy (`local`) or by the client (`remote`): the end of the context. */
  onEvent(closedBy: 'local' | 'remote'): void {
    if (!this.created) return;
    const type = closedBy === 'local' ? CloseType.Local : CloseType.Remote;
    this.tell('proxy_on_downstream_connection_close', this.vm.exports?.proxy_on_downstream_connection_close, type);
    this.#downstreamClosed = true;
    this.#end();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.callDone();
    this.tell('proxy_on_log', this.vm.exports?.proxy_on_log);
    this.callDelete();
  }

  /** The filter goes. */
  onDestroy(): void {
    this.release();
  }

  #decide(
    name: 'proxy_on_new_connection' | 'proxy_on_downstream_data' | 'proxy_on_upstream_data',
    size?: number,
    end?: boolean,
  ): FilterStatus {
    return this.decide<FilterStatus>(
      name,
      this.vm.exports?.[name],
      size,
      end === undefined ? undefined : Number(end),
      FilterStatus.Continue,
      FilterStatus.StopIteration,
      toFilterStatus,
    );
  }

  protected override failStream(): void {
    this.host.closeConnection('');
  }

  override get stream(): StreamView {
    return this;
  }

  get contextId(): number {
    return this.id;
  }

  protected override streamBuffer(type: number): HostBuffer | undefined {
    if (type === BufferType.NetworkDownstreamData) return this.#downstream;
    return type === BufferType.NetworkUpstreamData ? this.#upstream : undefined;
  }

  override continueStream(type: number): number {
    if (type === StreamType.Upstream) return WasmResult.Unimplemented;
    if (type === StreamType.Downstream) this.vm.defer(() => this.host.continueReading());
    return WasmResult.Ok;
  }

  override closeStream(type: number): number {
    if (type === StreamType.Downstream) this.vm.defer(() => this.host.closeConnection('wasm_downstream_close'));
    if (type === StreamType.Upstream) this.vm.defer(() => this.host.closeConnection('wasm_upstream_close'));
    return WasmResult.Ok;
  }
}

function toFilterStatus(_context: NetworkContext, result: number): FilterStatus {
  return result === 0 ? FilterStatus.Continue : FilterStatus.StopIteration;
}
