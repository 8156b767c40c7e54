import { utf8ToByteString, type ByteString } from '#base/bytes.ts';
import { WasmResult } from './abi.ts';
import type { DnsAnswer } from './host.ts';
import type { RootContext } from './root-context.ts';

/** `envoy_resolve_dns` of one root context (envoy `source/extensions/common/wasm/wasm.cc` `resolve_dns`). */
export class DnsCalls {
  readonly #root: RootContext;
  readonly #open = new Map<number, { cancel?(): void }>();

  constructor(root: RootContext) {
    this.#root = root;
  }

  /** Always started: a name that cannot be looked up is answered with nothing. */
  resolve(token: number, address: ByteString): void {
    const { host, vm } = this.#root;
    this.#open.set(token, {});
    const handle = host.resolveDns?.(address, (answers) => this.#answered(token, answers));
    if (handle === undefined || handle.status !== WasmResult.Ok) vm.host.post(() => this.#answered(token, []));
    else if (this.#open.has(token)) this.#open.set(token, handle);
  }

  /** What is known at once is told inside the guest's call, as Envoy's resolver does. */
  #answered(token: number, answers: readonly DnsAnswer[]): void {
    const { vm, id } = this.#root;
    if (!this.#open.delete(token)) return;
    const onResolved = vm.exports?.envoy_on_resolve_dns;
    if (onResolved === undefined || vm.failed !== undefined) return;
    const data = answers.length === 0 ? new Uint8Array(0) : encodeAnswers(answers);
    this.#root.setCallData(data);
    vm.run(this.#root, 'envoy_on_resolve_dns', onResolved, id, token, data.length);
    if (vm.current === undefined) vm.afterCall();
  }

  cancelAll(): void {
    const calls = [...this.#open.values()];
    this.#open.clear();
    for (const call of calls) call.cancel?.();
  }
}

/** u32 n, n × u32 seconds to live, n × address with a zero behind it. */
function encodeAnswers(answers: readonly DnsAnswer[]): Uint8Array {
  const texts = answers.map(({ address }) => utf8ToByteString(address));
  const bytes = new Uint8Array(4 + 4 * answers.length + texts.reduce((sum, text) => sum + text.length + 1, 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, answers.length, true);
  let at = 4 + 4 * answers.length;
  answers.forEach(({ ttlSeconds }, i) => {
    view.setUint32(4 + 4 * i, ttlSeconds, true);
    for (const char of texts[i] ?? '') bytes[at++] = char.charCodeAt(0);
    at++;
  });
  return bytes;
}
