import { WasmResult } from './abi.ts';
import type { HeaderPair, HeaderPairs, HttpCall } from './host.ts';
import { lowerCase } from './lower-case.ts';
import { PairMap } from './pair-map.ts';
import type { RootContext } from './root-context.ts';

/** HTTP calls of one root context (envoy `Context::httpCall`, `onHttpCallSuccess`, `onHttpCallFailure`). */
export class HttpCalls {
  readonly #root: RootContext;
  readonly #open = new Map<number, { cancel?(): void }>();
  answerHeaders: PairMap | undefined;
  answerTrailers: PairMap | undefined;
  answerBody: Uint8Array | undefined;

  constructor(root: RootContext) {
    this.#root = root;
  }

  /** The call's token, or a status. */
  send(call: HttpCall): { readonly token: number } | { readonly status: number } {
    if (call.timeoutMs < 0) return { status: WasmResult.BadArgument };
    const headers = requestHeaders(call.headers, call.body.length);
    if (![':path', ':method', ':authority'].every((name) => headers.some(([key]) => key === name))) {
      return { status: WasmResult.BadArgument };
    }
    const token = this.#root.vm.nextHttpCallToken();
    this.#open.set(token, {});
    const handle = this.#root.host.httpCall(
      { ...call, headers, trailers: lowerCaseNames(call.trailers) },
      {
        response: (answer, body, trailers) => this.#answered(token, answer, body, trailers),
        failure: (message) => this.#failed(token, message),
      },
    );
    if (handle.status !== WasmResult.Ok) {
      // an answer that came at once finds no call any more and is dropped, as in Envoy
      this.#open.delete(token);
      return { status: handle.status };
    }
    this.#open.set(token, handle);
    return { token };
  }

  #answered(token: number, headers: HeaderPairs, body: Uint8Array, trailers: HeaderPairs): void {
    const { vm } = this.#root;
    if (vm.current !== undefined) return vm.defer(() => this.#answered(token, headers, body, trailers));
    if (!this.#open.has(token)) return undefined;
    this.answerHeaders = new PairMap(headers);
    this.answerTrailers = trailers.length === 0 ? undefined : new PairMap(trailers);
    this.answerBody = body;
    vm.defer(() => this.#close(token));
    return this.#tell(token, headers.length, body.length, trailers.length);
  }

  #failed(token: number, message: string): void {
    const { vm } = this.#root;
    if (vm.current !== undefined) return vm.defer(() => this.#failed(token, message));
    if (!this.#open.has(token)) return undefined;
    this.#root.statusCode = WasmResult.BrokenConnection;
    this.#root.statusMessage = message;
    vm.defer(() => this.#close(token));
    return this.#tell(token, 0, 0, 0);
  }

  #tell(token: number, headers: number, body: number, trailers: number): void {
    const { vm, id } = this.#root;
    const onResponse = vm.exports?.proxy_on_http_call_response;
    if (onResponse !== undefined && vm.failed === undefined) {
      vm.run(this.#root, 'proxy_on_http_call_response', onResponse, id, token, headers, body, trailers);
    }
    vm.afterCall();
  }

  #close(token: number): void {
    this.#open.delete(token);
    this.answerHeaders = undefined;
    this.answerTrailers = undefined;
    this.answerBody = undefined;
    this.#root.statusMessage = '';
  }

  /** Nothing will be answered. */
  cancelAll(): void {
    const calls = [...this.#open.values()];
    this.#open.clear();
    for (const call of calls) call.cancel?.();
  }
}

/** Envoy's request header map, as far as names go: lower case, `host` is `:authority`; a body brings its length. */
function requestHeaders(given: HeaderPairs, bodyLength: number): HeaderPairs {
  const headers = lowerCaseNames(given).map(([name, value]): HeaderPair => [name === 'host' ? ':authority' : name, value]);
  if (bodyLength === 0) return headers;
  const at = headers.findIndex(([name]) => name === 'content-length');
  const length: HeaderPair = ['content-length', String(bodyLength)];
  if (at < 0) return [...headers, length];
  return headers.filter(([name], i) => name !== 'content-length' || i === at).with(at, length);
}

function lowerCaseNames(pairs: HeaderPairs): HeaderPairs {
  return pairs.map(([name, value]): HeaderPair => [lowerCase(name), value]);
}
