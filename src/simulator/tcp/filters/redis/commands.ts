/** Commands of redis_proxy as Envoy 1.40 knows them (envoy `source/extensions/filters/network/common/redis/supported_commands.h`; its own statistics name each). */
export type CommandKind =
  | 'simple'
  | 'eval'
  | 'object'
  | 'sum'
  | 'mget'
  | 'mset'
  | 'scan'
  | 'shard'
  | 'random'
  | 'transaction'
  | 'everywhere'
  | 'hello';

const simpleCommands =
  'append bf.add bf.card bf.exists bf.info bf.insert bf.loadchunk bf.madd bf.mexists bf.reserve bf.scandump bitcount bitfield ' +
  'bitfield_ro bitop bitpos copy decr decrby dump expire expireat geoadd geodist geohash geopos georadius georadius_ro ' +
  'georadiusbymember georadiusbymember_ro geosearch geosearchstore get getbit getdel getex getrange getset hdel hexists hexpire ' +
  'hexpireat hexpiretime hget hgetall hincrby hincrbyfloat hkeys hlen hmget hmset hpersist hpexpire hpexpireat hpexpiretime hpttl ' +
  'hrandfield hscan hset hsetnx hstrlen httl hvals incr incrby incrbyfloat lindex linsert llen lmove lpop lpos lpush lpushx lrange ' +
  'lrem lset ltrim msetnx persist pexpire pexpireat pfadd pfcount pfmerge psetex pttl publish rename renamenx restore rpop ' +
  'rpoplpush rpush rpushx sadd scard sdiff sdiffstore set setbit setex setnx setrange sinter sinterstore sismember smembers ' +
  'smismember smove sort sort_ro spop srandmember srem sscan strlen substr sunion sunionstore ttl type xack xadd xautoclaim xclaim ' +
  'xdel xlen xpending xrange xrevrange xtrim zadd zcard zcount zdiff zdiffstore zincrby zinter zinterstore zlexcount zmscore ' +
  'zpopmax zpopmin zrandmember zrange zrangebylex zrangebyscore zrangestore zrank zrem zremrangebylex zremrangebyrank ' +
  'zremrangebyscore zrevrange zrevrangebylex zrevrangebyscore zrevrank zscan zscore zunion zunionstore';

const others: Readonly<Record<string, readonly string[]>> = {
  eval: ['eval', 'evalsha'],
  object: ['object'],
  sum: ['del', 'exists', 'touch', 'unlink'],
  mget: ['mget'],
  mset: ['mset'],
  scan: ['scan'],
  shard: ['info.shard'],
  random: ['cluster', 'randomkey'],
  transaction: ['multi', 'exec', 'discard', 'watch', 'unwatch'],
  everywhere: ['script', 'flushall', 'flushdb', 'slowlog', 'config', 'info', 'keys', 'select', 'role'],
  hello: ['hello'],
};

export const commandKinds: ReadonlyMap<string, CommandKind> = new Map([
  ...simpleCommands.split(' ').map((name): [string, CommandKind] => [name, 'simple']),
  ...Object.entries(others).flatMap(([kind, names]) => names.map((name): [string, CommandKind] => [name, kind as CommandKind])),
]);

/** Answered by Envoy itself, without statistics of their own. */
export const localCommands: ReadonlySet<string> = new Set(['auth', 'client', 'echo', 'ping', 'quit', 'time']);

/** May come without any argument, beside those of transactions. */
export const bareCommands: ReadonlySet<string> = new Set(['flushall', 'flushdb', 'info', 'ping', 'quit', 'randomkey', 'role', 'time']);

/** With several keys, but allowed inside a transaction. */
export const transactionKeys: ReadonlySet<string> = new Set(['del', 'mget', 'mset', 'msetnx', 'touch', 'unlink']);

export const clusterSubcommands: ReadonlySet<string> = new Set(['info', 'keyslot', 'nodes', 'slots']);

const writes = new Set(
  (
    'append bitfield decr decrby del discard exec expire expireat eval evalsha geoadd getdel hdel hincrby hincrbyfloat hmset hset ' +
    'hsetnx incr incrby incrbyfloat linsert lmove lpop lpush lpushx lrem lset ltrim mset multi persist pexpire pexpireat pfadd psetex ' +
    'restore rpop rpush rpushx sadd set setbit setex setnx setrange spop srem zadd zincrby touch zpopmin zpopmax zrem zremrangebylex ' +
    'zremrangebyrank zremrangebyscore unlink copy rpoplpush smove sinterstore zunionstore zinterstore pfmerge georadius ' +
    'georadiusbymember rename sort sdiffstore msetnx zrangestore sunionstore geosearchstore zdiffstore bitop renamenx'
  ).split(' '),
);

/** What changes nothing; every command that is not known to write counts. */
export function isReadCommand(name: string): boolean {
  return !writes.has(name.toLowerCase());
}
