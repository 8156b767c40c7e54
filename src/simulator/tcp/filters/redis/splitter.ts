import type { FormatContext } from '../../../format/formatter.ts';
import type { Proxy } from '../../../proxy.ts';
import type { Metric } from '../../../stats.ts';
import { CommandStats } from './command-stats.ts';
import type { CommandKind } from './commands.ts';
import { clusterSubcommands, commandKinds } from './commands.ts';
import { joinFor } from './everywhere.ts';
import type { Joined } from './fragments.ts';
import { Fragments, joinGets, joinOne, joinSets, joinSums, noHost, upstreamFailure } from './fragments.ts';
import type { SentCommand } from './redis-client.ts';
import type { RedisConfig, RedisFault, RedisRoute } from './redis-config.ts';
import type { RedisPool } from './redis-pool.ts';
import type { Resp } from './resp.ts';
import { command, errorReply } from './resp.ts';
import type { Transaction } from './transaction.ts';

/** One client's view of the splitter. */
export interface SplitContext {
  readonly transaction: Transaction;
  readonly format: () => FormatContext;
  note(code: string, text: string): void;
}

export type Answer = (value: Resp) => void;

/** What a handler of one kind of command works with. */
export interface Work {
  /** The words as the client sent them. */
  readonly words: readonly string[];
  readonly name: string;
  readonly stats: CommandStats;
  readonly startNs: bigint;
  readonly context: SplitContext;
  readonly answer: Answer;
}

/**
 * Sends commands to the servers of their keys, several for one command where it names several keys, and makes one answer of theirs (envoy
 * `source/extensions/filters/network/redis_proxy/command_splitter_impl.cc`).
 */
export class Splitter {
  readonly pool: RedisPool;
  readonly #proxy: Proxy;
  readonly #stats = new Map<string, CommandStats>();
  readonly #kinds: ReadonlyMap<string, CommandKind>;
  readonly #faults: readonly RedisFault[];
  readonly invalidRequest: Metric;
  readonly unsupportedCommand: Metric;

  constructor(proxy: Proxy, config: RedisConfig, pool: RedisPool) {
    this.#proxy = proxy;
    this.pool = pool;
    this.#faults = config.faults;
    this.#kinds = new Map([...commandKinds, ...config.customCommands.map((name): [string, CommandKind] => [name, 'simple'])]);
    const prefix = `redis.${config.statPrefix}.`;
    for (const name of this.#kinds.keys()) this.#stats.set(name, new CommandStats(proxy.stats, `${prefix}command.${name.toLowerCase()}.`));
    this.invalidRequest = proxy.stats.counter(`${prefix}splitter.invalid_request`);
    this.unsupportedCommand = proxy.stats.counter(`${prefix}splitter.unsupported_command`);
  }

  kindOf(name: string): CommandKind | undefined {
    return this.#kinds.get(name);
  }

  statsOf(name: string): CommandStats {
    const stats = this.#stats.get(name);
    if (stats === undefined) throw new Error(`no statistics for ${name}`);
    return stats;
  }

  /** Starts a command that is not answered locally. The answer may come before this returns. */
  start(words: readonly string[], context: SplitContext, answer: Answer): SentCommand | undefined {
    const name = (words[0] ?? '').toLowerCase();
    const inTransaction = context.transaction.active;
    const stats = this.statsOf(inTransaction ? 'multi' : name);
    const startNs = this.#proxy.loop.nowNs;
    const fault = this.#fault(name);
    stats.count('total');
    const delayMs = fault?.delayMs ?? 0;
    if (delayMs === 0) return this.#run({ words, name, stats, startNs, context, answer }, inTransaction, fault);
    let timer: SentCommand | undefined;
    const late: Answer = (value) => {
      timer = this.#proxy.loop.setTimer(delayMs, () => {
        stats.count('delay_fault');
        answer(value);
      });
    };
    context.note('fault', `${name}: the answer is held back for ${delayMs} ms`);
    const sent = this.#run({ words, name, stats, startNs, context, answer: late }, inTransaction, fault);
    return { cancel: () => (timer ?? sent)?.cancel() };
  }

  #run(work: Work, inTransaction: boolean, fault: RedisFault | undefined): SentCommand | undefined {
    if (fault?.isError === true) {
      work.stats.count('error');
      work.context.note('fault', `${work.name}: answered with an error by the fault of the configuration`);
      work.answer(errorReply('Fault Injected: Error'));
      work.stats.count('error_fault');
      return undefined;
    }
    const kind = inTransaction ? 'transaction' : this.#kinds.get(work.name);
    switch (kind) {
      case 'eval':
        return this.#atKey(work, 3);
      case 'object':
        return this.#atKey(work, 2);
      case 'mget':
        return this.#parts(
          work,
          'get',
          work.words.slice(1).map((key) => ({ name: 'get', key, more: [] })),
          joinGets,
        );
      case 'mset':
        return this.#mset(work);
      case 'sum': {
        const spelled = work.words[0] ?? '';
        return this.#parts(
          work,
          spelled,
          work.words.slice(1).map((key) => ({ name: spelled, key, more: [] })),
          joinSums,
        );
      }
      case 'scan':
        return this.#toShard(work, work.words, joinOne, work.words[1] ?? '');
      case 'shard':
        return this.#infoShard(work);
      case 'random':
        return this.#random(work);
      case 'everywhere':
        return this.#everywhere(work);
      case 'transaction':
        return work.context.transaction.run(work, this);
      default:
        return this.#single(work, 1);
    }
  }

  #atKey(work: Work, place: number): SentCommand | undefined {
    if (work.words.length <= place) return this.wrongArguments(work);
    return this.#single(work, place);
  }

  wrongArguments(work: Work): undefined {
    work.stats.count('error');
    work.answer(errorReply(`wrong number of arguments for '${work.words[0] ?? ''}' command`));
  }

  #single(work: Work, place: number): SentCommand | undefined {
    const routed = this.routed(work, work.words[place] ?? '');
    if (routed === undefined) return this.refused(work);
    const words = work.words.with(place, routed.key);
    return this.forward(work, routed.route, work.words[0] ?? '', words);
  }

  /** The route of a key, told to the trace. */
  routed(work: Work, key: string) {
    const routed = this.pool.route(key, work.context.format());
    if (routed === undefined) work.context.note('no route', `${work.name}: no route has a prefix of the key '${key}'`);
    else {
      const { route } = routed;
      const by = route.prefix === '' ? 'the route for all other keys' : `prefix '${route.prefix}'`;
      const changed = routed.key === key ? '' : `, key rewritten to '${routed.key}'`;
      work.context.note('route', `${work.name} '${key}': ${by} chooses cluster ${this.pool.clusterOf(route, work.name)}${changed}`);
    }
    return routed;
  }

  /** Sends one command that gets one answer. */
  forward(
    work: Work,
    route: RedisRoute,
    spelled: string,
    words: readonly string[],
    own?: Parameters<RedisPool['send']>[4],
  ): SentCommand | undefined {
    const done = (ok: boolean, value: Resp): void => {
      work.stats.done(ok, work.startNs, this.#proxy.loop);
      work.answer(value);
    };
    const sink = { reply: (value: Resp) => done(true, value), failed: () => done(false, upstreamFailure) };
    return this.pool.send(route, spelled, command(...words), sink, own) ?? this.refused(work);
  }

  refused(work: Work): undefined {
    work.stats.count('error');
    work.answer(noHost);
  }

  #mset(work: Work): SentCommand | undefined {
    const { words } = work;
    if (words.length % 2 === 0) return this.wrongArguments(work);
    const parts = Array.from({ length: (words.length - 1) / 2 }, (_, i) => ({
      name: 'set',
      key: words[i * 2 + 1] ?? '',
      more: [words[i * 2 + 2] ?? ''],
    }));
    return this.#parts(work, 'set', parts, joinSets);
  }

  #parts(
    work: Work,
    spelled: string,
    parts: readonly { readonly name: string; readonly key: string; readonly more: readonly string[] }[],
    join: (replies: readonly Resp[]) => Joined,
  ): SentCommand | undefined {
    if (parts.length > 1) work.context.note('split', `${work.name} is split into ${parts.length} commands '${spelled}', one for each key`);
    return this.#fragments(work, parts.length, join, (i, sink) => {
      const part = parts[i];
      const routed = part && this.routed(work, part.key);
      return part && routed && this.pool.send(routed.route, spelled, command(part.name, routed.key, ...part.more), sink);
    });
  }

  #fragments(
    work: Work,
    count: number,
    join: (replies: readonly Resp[]) => Joined,
    send: ConstructorParameters<typeof Fragments>[1],
  ): SentCommand | undefined {
    const fragments = new Fragments(count, send, (replies) => {
      const { reply, ok } = join(replies);
      work.stats.done(ok, work.startNs, this.#proxy.loop);
      work.answer(reply);
    });
    return fragments.pending ? fragments : undefined;
  }

  /** A command for a whole cluster: here that is one server. `key` is what its route is looked up by. */
  #toShard(
    work: Work,
    words: readonly string[],
    join: (replies: readonly Resp[]) => Joined,
    key = '',
    spelled = work.name,
  ): SentCommand | undefined {
    const routed = this.routed(work, key);
    if (routed === undefined || !this.pool.hasHosts(routed.route, spelled)) return this.refused(work);
    return this.#fragments(work, 1, join, (_, sink) => this.pool.send(routed.route, spelled, command(...words), sink));
  }

  #infoShard(work: Work): SentCommand | undefined {
    const [, shard = '', ...sections] = work.words;
    if (work.words.length > 3) return this.wrongArguments(work);
    const fail = (text: string): undefined => {
      work.stats.count('error');
      work.answer(errorReply(text));
    };
    if (!/^\d{1,5}$/.test(shard)) return fail('ERR invalid shard_id - must be a numeric shard index');
    const route = this.pool.route('', work.context.format())?.route;
    if (route !== undefined && this.pool.hasHosts(route, 'info') && Number(shard) > 0)
      return fail(`ERR shard_id ${Number(shard)} out of range (0-0)`);
    return this.#toShard(work, ['INFO', ...sections], joinOne, '', 'info');
  }

  #random(work: Work): SentCommand | undefined {
    const subcommand = (work.words[1] ?? '').toLowerCase();
    if (work.name === 'cluster' && work.words.length > 1 && !clusterSubcommands.has(subcommand)) {
      work.stats.count('error');
      work.answer(errorReply(`ERR ${work.name} subcommand '${subcommand}' is not supported`));
      return undefined;
    }
    return this.#toShard(work, work.words, joinOne);
  }

  #everywhere(work: Work): SentCommand | undefined {
    const route = this.pool.route('', work.context.format())?.route;
    if (route === undefined || !this.pool.hasHosts(route, work.name)) return this.refused(work);
    const join = joinFor(work.name, (work.words[1] ?? '').toLowerCase());
    if (join === undefined) {
      work.stats.count('error');
      work.answer(errorReply('ERR unsupported cluster scope command or invalid arguments'));
      return undefined;
    }
    return this.#toShard(work, work.words, join);
  }

  /** The fault of a command: those that name it come first, then those for all (envoy `fault_impl.cc` `getFaultForCommandInternal`). */
  #fault(name: string): RedisFault | undefined {
    const own = this.#faults.filter(({ commands }) => commands.includes(name));
    const list = own.length > 0 ? own : this.#faults.filter(({ commands }) => commands.length === 0);
    if (list.length === 0) return undefined;
    let draw = this.#proxy.random.next();
    return list.find(({ share }) => (draw -= share) < 0);
  }
}
