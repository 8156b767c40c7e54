import { WasmResult } from '#proxywasm/abi.ts';
import type {
  CallHandle,
  DnsAnswer,
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
import { parseAddress } from '../matching/ip.ts';
import { sendAsync } from '../upstreams/async-client.ts';
import type { GrpcRequest } from '../upstreams/grpc-client.ts';
import { callUnary, GrpcStream } from '../upstreams/grpc-client.ts';
import { DeclaredProperties } from './declared-properties.ts';
import { Expressions } from './foreign/expressions.ts';
import { callForeign } from './foreign/foreign-functions.ts';
import { grpcCluster } from './grpc-service.ts';
import { lookUp } from './properties.ts';

/** What a plugin reaches outside its streams: clusters, properties, foreign functions. */
export class PluginRootHost implements RootHost {
  readonly #proxy: Proxy;
  readonly #settings: PluginSettings;
  /** What a context has made, as long as it lives: root contexts and, by their host, streams. */
  readonly #declared = new WeakMap<object, DeclaredProperties>();
  readonly #expressions = new WeakMap<object, Expressions>();

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

  grpcCall(call: GrpcCall, answer: GrpcAnswer): CallHandle {
    const request = this.#grpcRequest(call, call.timeoutMs);
    if (request === undefined) return { status: WasmResult.ParseFailure };
    const stream = callUnary(this.#proxy, request, call.message, (result) => {
      if ('message' in result) answer.message(result.message);
      else answer.close(result.status, result.text);
    });
    return { status: stream.started ? WasmResult.Ok : WasmResult.InternalFailure, cancel: () => stream.cancel() };
  }

  grpcStream(call: GrpcStreamCall, answer: GrpcAnswer): GrpcStreamHandle {
    const request = this.#grpcRequest(call, 0);
    if (request === undefined) return { status: WasmResult.ParseFailure };
    const stream = new GrpcStream(this.#proxy, request, answer);
    return {
      status: stream.started ? WasmResult.Ok : WasmResult.InternalFailure,
      send: (message, endStream) => stream.send(message, endStream),
      close: () => stream.closeSending(),
      cancel: () => stream.cancel(),
    };
  }

  #grpcRequest(call: GrpcStreamCall, timeoutMs: number): GrpcRequest | undefined {
    const cluster = grpcCluster(call.service);
    if (this.#proxy.clusters.get(cluster) === undefined) return undefined;
    return { cluster, service: call.serviceName, method: call.method, metadata: call.initialMetadata, timeoutMs };
  }

  /** Addresses are their own answer, at once and inside the call (measured); of names only `localhost` is known. */
  resolveDns(address: string, done: (answers: readonly DnsAnswer[]) => void): CallHandle {
    const literal = address === 'localhost' ? '127.0.0.1' : address;
    if (parseAddress(literal) === undefined) {
      this.#proxy.loop.post(() => done([]));
      return { status: WasmResult.Ok };
    }
    done([{ address: literal.includes(':') ? `[${literal}]:0` : `${literal}:0`, ttlSeconds: 0 }]);
    return { status: WasmResult.Ok };
  }

  getProperty(path: readonly string[], rawPath: string, stream: StreamView | undefined): PropertyResult {
    return lookUp(path, rawPath, { proxy: this.#proxy, settings: this.#settings, view: stream });
  }

  setProperty(path: string, value: Uint8Array, stream: StreamView | undefined, owner: object): number {
    return kept(this.#declared, owner, () => new DeclaredProperties()).write(path, value, stream);
  }

  callForeignFunction(name: string, argument: Uint8Array, stream: StreamView | undefined, owner: object): ForeignResult {
    return callForeign(name, argument, {
      proxy: this.#proxy,
      settings: this.#settings,
      stream,
      expressions: kept(this.#expressions, owner, () => new Expressions()),
      declared: kept(this.#declared, stream?.host ?? owner, () => new DeclaredProperties()),
    });
  }
}

function kept<T>(map: WeakMap<object, T>, owner: object, make: () => T): T {
  let found = map.get(owner);
  if (found === undefined) map.set(owner, (found = make()));
  return found;
}
