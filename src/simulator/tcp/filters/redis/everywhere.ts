import type { Joined } from './fragments.ts';
import { joinOne } from './fragments.ts';
import type { Resp } from './resp.ts';
import { array, errorReply } from './resp.ts';

type Join = (replies: readonly Resp[]) => Joined;

/** Lists of all shards, one after the other. */
function joinLists(nested: boolean): Join {
  return (replies) => {
    const error = replies.find(({ type }) => type === 'error');
    if (error !== undefined) return { reply: error, ok: false };
    const lists = replies.flatMap((reply) => (reply.type === 'array' ? [reply] : []));
    if (lists.length < replies.length) return { reply: errorReply('non-array response received from shard'), ok: false };
    return { reply: array(nested ? lists : lists.flatMap(({ items }) => items)), ok: true };
  };
}

const joinNumbers: Join = (replies) => {
  const error = replies.find(({ type }) => type === 'error');
  if (error !== undefined) return { reply: error, ok: false };
  const numbers = replies.flatMap((reply) => (reply.type === 'integer' ? [reply.value] : []));
  if (numbers.length < replies.length) return { reply: errorReply('non-integer response received from shard'), ok: false };
  return { reply: { type: 'integer', value: numbers.reduce((sum, value) => sum + value, 0n) }, ok: true };
};

/** All shards have to say the same; the statistics take null for a failure. */
const joinSame: Join = (replies) => {
  const { reply, ok } = joinOne(replies);
  return { reply, ok: ok && reply.type !== 'null' };
};

const joinFlush: Join = (replies) => {
  const { reply, ok } = joinOne(replies);
  if (reply.type === 'simple' || reply.type === 'error') return { reply, ok };
  return { reply: errorReply('unexpected response type received from shard'), ok: true };
};

const byCommand: Readonly<Record<string, Join | Readonly<Record<string, Join>>>> = {
  flushall: joinFlush,
  flushdb: joinFlush,
  info: joinOne,
  keys: joinLists(false),
  role: joinLists(true),
  script: joinSame,
  select: joinSame,
  config: { get: joinLists(false), set: joinSame, resetstat: joinSame, rewrite: joinSame },
  slowlog: { get: joinLists(false), len: joinNumbers, reset: joinSame },
};

/**
 * How the answers of all shards to a command without keys become one; undefined: Envoy does not know this command (envoy
 * `source/extensions/filters/network/redis_proxy/cluster_response_handler.cc`).
 */
export function joinFor(command: string, subcommand: string): Join | undefined {
  const join = byCommand[command];
  return typeof join === 'object' ? join[subcommand] : join;
}
