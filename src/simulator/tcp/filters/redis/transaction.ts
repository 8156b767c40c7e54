import type { SentCommand } from './redis-client.ts';
import { ignoreReply } from './redis-client.ts';
import { commandKinds, transactionKeys } from './commands.ts';
import type { OwnClients } from './redis-pool.ts';
import { array, command, errorReply, simple } from './resp.ts';
import type { Splitter, Work } from './splitter.ts';

/** MULTI … EXEC of one client, on a connection of its own to the server of its first key (envoy `command_splitter_impl.cc` `TransactionRequest`). */
export class Transaction {
  #active = false;
  #key = '';
  #shouldClose = false;
  readonly #clients: OwnClients = new Map();

  get active(): boolean {
    return this.#active;
  }

  /** After an answer: a transaction that has ended gives its connections up once nothing is waited for. */
  settle(idle: boolean): void {
    if (this.#shouldClose && idle) this.close();
  }

  close(): void {
    this.#active = false;
    this.#key = '';
    this.#shouldClose = false;
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
  }

  run(work: Work, splitter: Splitter): SentCommand | undefined {
    const { name, words } = work;
    const spelled = words[0] ?? '';
    const kind = commandKinds.get(name);
    if (kind !== 'transaction' && kind !== 'simple' && !transactionKeys.has(name)) {
      work.answer(errorReply(`'${spelled}' command is not supported within transaction`));
      return undefined;
    }
    const wasActive = this.#active;
    if (name === 'multi') {
      if (wasActive) {
        work.answer(errorReply('MULTI calls can not be nested'));
        return undefined;
      }
      this.#active = true;
      if (this.#key === '') {
        work.context.note('transaction', 'multi: answered here; the server is chosen by the first key');
        work.answer(simple('OK'));
        return undefined;
      }
    } else if (name === 'exec' || name === 'discard') {
      if (!wasActive) {
        work.answer(errorReply(`${name.toUpperCase()} without MULTI`));
        return undefined;
      }
      if (this.#key === '') {
        work.answer(name === 'exec' ? array([]) : simple('OK'));
        this.close();
        return undefined;
      }
      this.#shouldClose = true;
    }
    if (name === 'watch' && !wasActive) this.#key = words[1] ?? '';
    if (this.#key === '' && name === 'unwatch') {
      work.answer(simple(wasActive ? 'QUEUED' : 'OK'));
      return undefined;
    }
    return this.#send(work, splitter, spelled);
  }

  #send(work: Work, splitter: Splitter, spelled: string): SentCommand | undefined {
    const begins = this.#key === '';
    if (begins) this.#key = work.words[1] ?? '';
    const routed = splitter.routed(work, this.#key);
    if (routed !== undefined) this.#key = routed.key;
    const own = this.#active ? this.#clients : undefined;
    if (begins && routed !== undefined) splitter.pool.send(routed.route, 'MULTI', command('MULTI'), ignoreReply, own);
    if (work.name === 'unwatch' && !this.#active) this.#key = '';
    if (routed === undefined) return splitter.refused(work);
    return splitter.forward(work, routed.route, spelled, work.words, own);
  }
}
