import { concatBytes } from '#base/bytes.ts';
import type { ConnectionInfo } from '../http/connection-info.ts';
import { FilterStates } from '../http/filter-state.ts';
import type { CompiledChain, CompiledListener } from '../listener/compile-listener.ts';
import type { ConnectionFacts } from '../listener/connection-facts.ts';
import type { ListenerFilterInstance } from '../listener/listener-filter.ts';
import { chooseChain } from '../listener/match-chain.ts';
import type { ChainChoice } from '../listener/match-chain.ts';
import type { Proxy } from '../proxy.ts';
import type { TcpClient } from './connection.ts';
import { TcpConnection } from './connection.ts';
import type { ConnectionObserver } from './network-filter.ts';

const LISTENER_FILTERS_TIMEOUT_MS = 15_000;

/** What an accepted socket tells those who watch it. */
export interface AcceptObserver {
  chosen?(choice: ChainChoice, chain: CompiledChain | undefined): void;
  closed?(socket: AcceptedSocket): void;
  /** Watches the network filters. */
  readonly filters?: ConnectionObserver | undefined;
}

/**
 * A socket from its acceptance on: listener filters look at its first bytes, then a filter chain takes it (envoy
 * `source/common/listener_manager/active_tcp_socket.cc`).
 */
export class AcceptedSocket {
  readonly #proxy: Proxy;
  readonly #listener: CompiledListener;
  readonly #client: TcpClient;
  readonly #observer: AcceptObserver;
  readonly #filters: readonly ListenerFilterInstance[];
  readonly facts: ConnectionFacts;
  readonly id: number;
  #at = 0;
  #peeked: Uint8Array[] = [];
  #ended = false;
  #timer: { cancel(): void } | undefined;
  chain: CompiledChain | undefined;
  connection: TcpConnection | undefined;
  /** Closed before a chain took it. */
  refused = false;

  constructor(
    proxy: Proxy,
    listener: CompiledListener,
    facts: ConnectionFacts,
    client: TcpClient,
    id: number,
    observer: AcceptObserver = {},
  ) {
    this.#proxy = proxy;
    this.#listener = listener;
    this.#client = client;
    this.#observer = observer;
    this.facts = facts;
    this.id = id;
    this.#filters = listener.filters.map((factory) => factory.create());
  }

  /** Envoy has closed both directions. */
  get over(): boolean {
    return this.refused || this.connection?.over === true;
  }

  accept(): void {
    if (this.#filters.length > 0) this.#timer = this.#proxy.loop.setTimer(LISTENER_FILTERS_TIMEOUT_MS, () => this.#drop());
    this.#inspect();
  }

  clientData(bytes: Uint8Array): void {
    if (this.connection !== undefined) this.connection.clientData(bytes);
    else if (!this.refused) {
      this.#peeked.push(bytes);
      this.#inspect();
    }
  }

  clientEnd(gone: boolean): void {
    if (this.connection !== undefined) this.connection.clientEnd(gone);
    else if (!this.refused) {
      this.#ended = true;
      this.#drop();
    }
  }

  clientReset(): void {
    if (this.connection === undefined) this.#drop();
    else this.connection.clientReset();
  }

  #inspect(): void {
    while (this.connection === undefined && !this.refused) {
      const filter = this.#filters[this.#at];
      if (filter === undefined) {
        this.#timer?.cancel();
        this.#choose();
        return;
      }
      const all = concatBytes(this.#peeked);
      const result = filter.inspect(all, this.facts);
      if (result.kind === 'more') return;
      if (result.kind === 'close') {
        this.#drop();
        return;
      }
      this.#peeked = result.consumed >= all.length ? [] : [all.subarray(result.consumed)];
      this.#at++;
    }
  }

  #choose(): void {
    const { chains, defaultChain } = this.#listener;
    const choice = this.#choice();
    const chain = choice.index === undefined ? (choice.isFinal ? undefined : defaultChain) : chains[choice.index];
    this.#observer.chosen?.(choice, chain);
    this.chain = chain;
    const connection = new TcpConnection(this.#proxy.loop, this.#info(chain), this.#client, this.#observer.filters);
    for (const [namespace, values] of this.facts.metadata) connection.info.dynamicMetadata.set(namespace, values);
    this.connection = connection;
    this.#listener.connections.add(connection);
    connection.onClosed = () => {
      this.#listener.connections.delete(connection);
      this.#observer.closed?.(this);
    };
    const waiting = this.#peeked.splice(0);
    if (chain === undefined) {
      connection.hold(waiting);
      connection.info.setFlag('NR');
      connection.info.responseCodeDetails = 'filter_chain_not_found';
      this.#proxy.stats.counter('no_filter_chain_match').add(1n);
      connection.close('no-flush');
      return;
    }
    // What was only looked at still stands in the kernel when the filters are made.
    connection.hold(waiting);
    connection.start(chain.network);
    if (this.#ended) connection.clientEnd(true);
  }

  #choice(): ChainChoice {
    const { chains, matcher } = this.#listener;
    if (matcher === undefined)
      return chooseChain(
        chains.map((chain) => chain.match),
        this.facts,
      );
    const { chain: name, steps } = matcher(this.facts);
    const at = name === undefined ? -1 : chains.findIndex((chain) => chain.name === name);
    const kept = at < 0 ? [] : [at];
    return {
      index: at < 0 ? undefined : at,
      steps: steps.map((text) => ({ criterion: 'filter_chain_matcher', value: '', kept, text })),
      losses: [],
      isFinal: name !== undefined,
    };
  }

  #drop(): void {
    if (this.refused || this.connection !== undefined) return;
    this.refused = true;
    this.#timer?.cancel();
    if (!this.#ended) this.#client.closed(this.#peeked.some((bytes) => bytes.length > 0) ? 'RST' : 'FIN');
    this.#observer.closed?.(this);
  }

  #info(chain: CompiledChain | undefined): ConnectionInfo {
    const { facts } = this;
    return {
      id: this.id,
      remoteAddress: facts.remoteAddress,
      directRemoteAddress: facts.directRemoteAddress,
      localAddress: facts.localAddress,
      requestedServerName: facts.serverName,
      applicationProtocols: facts.applicationProtocols,
      transportProtocol: facts.transportProtocol === '' ? 'raw_buffer' : facts.transportProtocol,
      filterChainName: chain?.name ?? '',
      listener: this.#listener.info,
      filterState: new FilterStates(),
    };
  }
}
