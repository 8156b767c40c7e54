import { WasmResult } from '#proxywasm/abi.ts';
import type {
  CallHandle,
  ForeignResult,
  GrpcAnswer,
  GrpcCall,
  GrpcStreamCall,
  GrpcStreamHandle,
  HttpCall,
  HttpCallAnswer,
  PropertyResult,
  RootHost,
  StreamView,
} from '#proxywasm/host.ts';
import type { PluginSettings } from '#proxywasm/plugin-settings.ts';
import type { Proxy } from '../proxy.ts';
import { sendAsync } from '../upstreams/async-client.ts';
import { callForeign } from './foreign-functions.ts';
import { lookUp } from './properties.ts';
import { writeProperty } from './set-property.ts';

/** What a plugin reaches outside its streams: clusters, properties, foreign functions. */
export class PluginRootHost implements RootHost {
  readonly #proxy: Proxy;
  readonly #settings: PluginSettings;

  constructor(proxy: Proxy, settings: PluginSettings) {
    this.#proxy = proxy;
    this.#settings = settings;
  }

  httpCall(call: HttpCall, answer: HttpCallAnswer): CallHandle {
    if (this.#proxy.clusters.get(call.upstream) === undefined) return { status: WasmResult.BadArgument };
    const handle = sendAsync(
      this.#proxy,
      { cluster: call.upstream, headers: call.headers, body: call.body, timeoutMs: call.timeoutMs },
      {
        success: (response) => answer.response(response.headers, response.body, response.trailers),
        failure: () => answer.failure('reset'),
      },
    );
    return handle === undefined ? { status: WasmResult.InternalFailure } : { status: WasmResult.Ok, cancel: () => handle.cancel() };
  }

  grpcCall(_call: GrpcCall, _answer: GrpcAnswer): CallHandle {
    return { status: WasmResult.ParseFailure };
  }

  grpcStream(_call: GrpcStreamCall, _answer: GrpcAnswer): GrpcStreamHandle {
    return { status: WasmResult.ParseFailure };
  }

  getProperty(path: readonly string[], rawPath: string, stream: StreamView | undefined): PropertyResult {
    return lookUp(path, rawPath, { proxy: this.#proxy, settings: this.#settings, view: stream });
  }

  setProperty(path: string, value: Uint8Array, stream: StreamView | undefined): number {
    return writeProperty(path, value, stream);
  }

  callForeignFunction(name: string, argument: Uint8Array, stream: StreamView | undefined): ForeignResult {
    return callForeign(name, argument, stream);
  }
}
