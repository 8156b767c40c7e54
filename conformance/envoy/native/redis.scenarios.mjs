/** redis_proxy: the protocol, commands and how they are split, routes, authentication, transactions, failures. */
import { any, scenario } from './lab.mjs';

export const scenarios = [];
const redis = (config = {}, settings = {}) => [
  {
    name: 'envoy.filters.network.redis_proxy',
    typed_config: any('envoy.extensions.filters.network.redis_proxy.v3.RedisProxy', {
      stat_prefix: 'r',
      settings: { op_timeout: '1s', ...settings },
      prefix_routes: { catch_all_route: { cluster: 'upstream' } },
      ...config,
    }),
  },
];
const save = (name, description, input) => scenarios.push(scenario(`redis-${name}`, description, { topic: 'l4', ...input }));
const ask = (...words) => ({ client: { redis: words } });
const answer = (text, cluster) => ({ upstream: text, ...(cluster === undefined ? {} : { cluster }) });
const bulk = (text) => `$${text.length}\r\n${text}\r\n`;
const down = ['redis.r.downstream_', 'redis.r.splitter.'];

save('local-answers', 'What Envoy answers by itself: PING, ECHO, HELLO, CLIENT, QUIT; requests it does not understand.', {
  networkFilters: redis(),
  conversation: [
    ask('PING', 'x'),
    ask('ping'),
    ask('ECHO', 'a'),
    ask('ECHO'),
    ask('HELLO'),
    ask('HELLO', '2'),
    ask('HELLO', '3'),
    ask('HELLO', 'x'),
    ask('HELLO', '2', 'SETNAME', 'me'),
    ask('HELLO', '2', 'SETNAME'),
    ask('HELLO', '2', 'OTHER'),
    ask('HELLO', '2', 'AUTH', 'u'),
    ask('HELLO', '2', 'AUTH', 'u', 'p'),
    ask('CLIENT', 'SETNAME', 'a'),
    ask('CLIENT', 'setinfo', 'a', 'b'),
    ask('CLIENT', 'LIST'),
    ask('CLIENT'),
    ask('AUTH', 'x'),
    ask('AUTH', 'x', 'y'),
    ask('AUTH'),
    ask('NOSUCH', 'a', 'b'),
    ask('DBSIZE'),
    ask('GET'),
    ask('MGET'),
    ask('SCAN'),
    ask('KEYS'),
    ask('INFO.SHARD'),
    { client: '+x\r\n:1\r\n*0\r\n*-1\r\n$-1\r\n*1\r\n:1\r\n' },
    ask('QUIT'),
  ],
  stats: [...down, 'redis.r.command.hello', 'redis.r.command.info.shard'],
});

save('inline', 'Inline commands: quotes, escapes, several in one segment, one in pieces.', {
  networkFilters: redis(),
  conversation: [
    { client: 'PING\r\nping\r\n  PING  a\r\n' },
    { client: '\r\n' },
    { client: 'ECHO "a b"\r\n' },
    { client: String.raw`ECHO "\x41\x4q\n\"\\\q"` + '\r\n' },
    { client: String.raw`ECHO 'it\'s \n'` + '\r\n' },
    { client: "ECHO ''\r\n" },
    { client: 'EC' },
    { client: 'HO tail\r' },
    { client: '\nECHO a"b\r\n' },
  ],
  stats: down,
});
for (const [name, text] of [
  ['type', '@x\r\n'],
  ['length', '*1\r\n$x\r\n'],
  ['end', '*1\r\n$4\r\nPINGxx'],
  ['quotes', 'ECHO "a\r\n'],
  ['after-quote', 'ECHO "a"b\r\n'],
  ['count', '*-2\r\n'],
])
  save(`protocol-error-${name}`, 'What is not RESP ends the connection with an error.', {
    networkFilters: redis(),
    conversation: [ask('PING'), { client: text }],
    stats: down,
  });

save('types', 'Every type of answer comes back as it was, also in pieces.', {
  networkFilters: redis(),
  conversation: [
    ask('LRANGE', 'l', '0', '-1'),
    answer('*3\r\n$1\r\na\r\n:'),
    answer('-12\r\n*2\r\n$-1\r\n+x\r\n'),
    ask('INCR', 'n'),
    answer(':9223372036854775807\r\n'),
    ask('GET', 'e'),
    answer('-WRONGTYPE no\r\n'),
    ask('GET', 'b'),
    answer({ hex: '24330d0a00ff0a0d0a' }),
    ask('LRANGE', 'l', '0', '0'),
    answer('*0\r\n'),
    ask('LRANGE', 'l', '0', '0'),
    answer('*-1\r\n'),
  ],
  stats: ['redis.r.command.lrange.', 'redis.r.command.get.', 'redis.r.command.incr.', 'cluster.upstream.upstream_cx_total'],
});

save('pipeline', 'Requests in one segment; answers keep their order although a later one is there first.', {
  networkFilters: redis(),
  conversation: [
    { client: [{ redis: ['GET', 'a'] }, { redis: ['PING'] }, { redis: ['SET', 'b', '1'] }, 'PING\r\n'] },
    answer('$1\r\nA\r\n'),
    answer('+OK\r\n'),
    { client: [{ redis: ['GET', 'a'] }, { redis: ['NOSUCH'] }] },
    answer(bulk('x')),
  ],
  stats: [...down, 'redis.r.command.get.', 'redis.r.command.set.'],
});

save('split', 'MGET, MSET, DEL, EXISTS, TOUCH and UNLINK are split by key and put together again.', {
  networkFilters: redis(),
  conversation: [
    ask('MGET', 'a', 'b', 'c'),
    answer('$1\r\nA\r\n$-1\r\n:5\r\n'),
    ask('MGET', 'a', 'b'),
    answer('-ERR one\r\n$1\r\nB\r\n'),
    ask('MSET', 'a', '1', 'b', '2'),
    answer('+OK\r\n+OK\r\n'),
    ask('mset', 'a', '1', 'b', '2'),
    answer('+OK\r\n+NO\r\n'),
    ask('MSET', 'a', '1', 'b'),
    ask('Del', 'a', 'b', 'c'),
    answer(':1\r\n:0\r\n:1\r\n'),
    ask('EXISTS', 'a', 'b'),
    answer(':1\r\n-ERR x\r\n'),
    ask('touch', 'a'),
    answer(':1\r\n'),
    ask('UNLINK', 'a', 'b'),
    answer('+x\r\n$-1\r\n'),
  ],
  stats: ['mget', 'mset', 'del', 'exists', 'touch', 'unlink'].map((name) => `redis.r.command.${name}.`),
});

save('eval', 'EVAL is routed by its first key.', {
  networkFilters: redis({ prefix_routes: { routes: [{ prefix: 'a', cluster: 'left', remove_prefix: true }] } }),
  clusters: { left: {} },
  conversation: [
    ask('EVAL', 'return 1', '1', 'abc', 'x'),
    answer(':1\r\n', 'left'),
    ask('EVALSHA', 'sha', '1', 'zzz'),
    ask('EVAL', 's', '0'),
    ask('OBJECT', 'ENCODING', 'ab'),
    answer('+raw\r\n', 'left'),
    ask('OBJECT', 'HELP'),
  ],
  stats: ['redis.r.command.eval', 'redis.r.command.object'],
});

save('all-shards', 'Commands for all shards and for any of them.', {
  networkFilters: redis(),
  conversation: [
    ask('FLUSHALL'),
    answer('+OK\r\n'),
    ask('FLUSHDB', 'ASYNC'),
    answer('-ERR no\r\n'),
    ask('KEYS', '*'),
    answer('*2\r\n$1\r\na\r\n$1\r\nb\r\n'),
    ask('KEYS', 'x'),
    answer('+x\r\n'),
    ask('CONFIG', 'GET', 'x'),
    answer('*2\r\n$1\r\nx\r\n$1\r\n1\r\n'),
    ask('CONFIG', 'SET', 'x', '1'),
    answer('+OK\r\n'),
    ask('SLOWLOG', 'LEN'),
    answer(':3\r\n'),
    ask('SLOWLOG', 'GET'),
    answer('*1\r\n:1\r\n'),
    ask('SCRIPT', 'LOAD', 's'),
    answer(bulk('abc')),
    ask('SCRIPT', 'EXISTS', 's'),
    answer('*1\r\n:1\r\n'),
    ask('SELECT', '1'),
    answer('+OK\r\n'),
    ask('ROLE'),
    answer('*1\r\n$6\r\nmaster\r\n'),
    ask('INFO.SHARD', '0', 'server'),
    answer(bulk('# Server\r\n')),
    ask('INFO.SHARD', '5'),
    ask('INFO.SHARD', 'x'),
    ask('SCAN', '0', 'COUNT', '1'),
    answer('*2\r\n$1\r\n0\r\n*0\r\n'),
    ask('RANDOMKEY'),
    answer(bulk('k')),
    ask('CLUSTER', 'INFO'),
    answer(bulk('state:ok')),
    ask('CLUSTER', 'MEET'),
    ask('SCRIPT', 'KILL'),
    answer('-NOTBUSY x\r\n'),
  ],
  stats: [
    ...['flushall', 'flushdb', 'keys', 'config', 'slowlog', 'script', 'select', 'role', 'scan', 'randomkey', 'cluster'].map(
      (name) => `redis.r.command.${name}.`,
    ),
    'redis.r.splitter',
  ],
});

save('routes', 'The longest prefix wins, in any case when asked for; no route is an error.', {
  networkFilters: redis({
    prefix_routes: {
      case_insensitive: true,
      routes: [
        { prefix: 'a', cluster: 'left' },
        { prefix: 'AB', cluster: 'right', remove_prefix: true },
      ],
    },
  }),
  clusters: { left: {}, right: {} },
  conversation: [
    ask('GET', 'A1'),
    answer('$-1\r\n', 'left'),
    ask('GET', 'abc'),
    answer('$-1\r\n', 'right'),
    ask('GET', 'ab'),
    answer('$-1\r\n', 'right'),
    ask('GET', 'b'),
    ask('MGET', 'a', 'b', 'abx'),
    answer('$1\r\n1\r\n', 'left'),
    answer('$1\r\n2\r\n', 'right'),
    ask('DEL', 'b'),
    ask('MSET', 'b', '1'),
    ask('KEYS', '*'),
    ask('RANDOMKEY'),
    ask('MULTI'),
    ask('GET', 'b'),
    ask('EXEC'),
  ],
  stats: ['redis.r.command.get.', 'redis.r.command.mget.', 'redis.r.command.del.', 'redis.r.command.mset.', 'redis.r.command.multi.'],
});

save('key-formatter', 'Keys rewritten by a format.', {
  networkFilters: redis({
    prefix_routes: {
      routes: [
        { prefix: 'a:', cluster: 'upstream', remove_prefix: true, key_formatter: 'x-%KEY%-%KEY%' },
        { prefix: 'f:', cluster: 'upstream', key_formatter: '{%FILTER_STATE(none)%}%KEY%' },
        { prefix: 'g:', cluster: 'upstream', key_formatter: 'fixed' },
      ],
      catch_all_route: { cluster: 'upstream', key_formatter: '%REQUESTED_SERVER_NAME%%KEY%' },
    },
  }),
  conversation: [ask('GET', 'a:1'), ask('GET', 'f:1'), ask('GET', 'g:1'), ask('SET', 'p%q', 'v'), ask('MGET', 'a:', 'a:%KEY%')],
});

save('mirror', 'Requests mirrored to further clusters, all or writes only; their answers are dropped.', {
  networkFilters: redis({
    prefix_routes: {
      catch_all_route: {
        cluster: 'upstream',
        request_mirror_policy: [
          { cluster: 'left', exclude_read_commands: true },
          { cluster: 'right', runtime_fraction: { default_value: { numerator: 100 } } },
        ],
      },
    },
  }),
  clusters: { left: {}, right: {} },
  conversation: [
    ask('GET', 'a'),
    answer('$1\r\n1\r\n', 'right'),
    answer('$1\r\n2\r\n', 'upstream'),
    ask('SET', 'a', '1'),
    answer('+OK\r\n', 'upstream'),
    answer('+OK\r\n', 'left'),
    ask('MGET', 'a', 'b'),
  ],
});

save('read-policy', 'Read commands to another cluster.', {
  networkFilters: redis({
    prefix_routes: { catch_all_route: { cluster: 'upstream', read_command_policy: { cluster: 'left' } } },
  }),
  clusters: { left: {} },
  conversation: [ask('GET', 'a'), ask('SET', 'a', '1'), ask('MGET', 'a'), ask('DEL', 'a'), ask('EXISTS', 'a'), ask('GETSET', 'a', 'b')],
});

save('password', 'A password for clients.', {
  networkFilters: redis({ downstream_auth_passwords: [{ inline_string: 'one' }, { inline_string: 'two' }] }),
  conversation: [
    ask('PING'),
    ask('GET', 'a'),
    ask('NOSUCH'),
    ask('HELLO', '2'),
    ask('AUTH', 'x'),
    ask('AUTH', 'default', 'x'),
    ask('AUTH', 'two'),
    ask('PING'),
    ask('AUTH', 'default', 'one'),
    ask('AUTH', 'other', 'one'),
    ask('PING'),
    ask('HELLO', '2', 'AUTH', 'default', 'one'),
    ask('PING'),
    ask('QUIT'),
  ],
  stats: down,
});
save('user', 'A user and a password for clients.', {
  networkFilters: redis({ downstream_auth_username: { inline_string: 'me' }, downstream_auth_password: { inline_string: 'one' } }),
  conversation: [
    ask('AUTH', 'one'),
    ask('PING'),
    ask('AUTH', 'default', 'one'),
    ask('AUTH', 'me', 'one'),
    ask('PING'),
    ask('AUTH', 'me', 'two'),
    ask('PING'),
    ask('HELLO', '2', 'AUTH', 'me', 'no'),
    ask('HELLO', '2', 'AUTH', 'me', 'one'),
  ],
});

const protocolOptions = (more) => ({
  clusterConfig: {
    typed_extension_protocol_options: {
      'envoy.filters.network.redis_proxy': any('envoy.extensions.filters.network.redis_proxy.v3.RedisProtocolOptions', more),
    },
  },
});
save('upstream-password', 'Envoy authenticates with the server first.', {
  networkFilters: redis(),
  upstream: protocolOptions({ auth_password: { inline_string: 'secret' } }),
  conversation: [ask('GET', 'a'), answer('+OK\r\n$1\r\n1\r\n'), ask('GET', 'b'), answer('$1\r\n2\r\n')],
});
save('upstream-user', 'A user and a password for the server, which refuses them.', {
  networkFilters: redis(),
  upstream: protocolOptions({ auth_username: { inline_string: 'u' }, auth_password: { inline_string: 'secret' } }),
  conversation: [ask('GET', 'a'), answer('-WRONGPASS x\r\n-NOAUTH x\r\n')],
});

save('read-replica', 'A read policy other than MASTER makes the connection read-only first.', {
  networkFilters: redis({}, { read_policy: 'REPLICA' }),
  conversation: [ask('GET', 'a'), answer('+OK\r\n$1\r\n1\r\n'), ask('SET', 'a', '1')],
});

save('transaction', 'MULTI and EXEC on a connection of their own.', {
  networkFilters: redis(),
  conversation: [
    ask('EXEC'),
    ask('DISCARD'),
    ask('UNWATCH'),
    ask('MULTI'),
    ask('EXEC'),
    ask('MULTI'),
    ask('DISCARD'),
    ask('MULTI'),
    ask('MULTI'),
    ask('SET', 'a', '1'),
    answer('+OK\r\n+QUEUED\r\n'),
    ask('GET', 'b'),
    answer('+QUEUED\r\n'),
    ask('EVAL', 'x', '1', 'k'),
    ask('EXISTS', 'a'),
    ask('MGET', 'a'),
    answer('+QUEUED\r\n'),
    ask('EXEC'),
    answer('*2\r\n+OK\r\n$1\r\n1\r\n'),
    ask('GET', 'after'),
    answer('$-1\r\n'),
  ],
  stats: ['redis.r.command.multi.', 'redis.r.command.exec.', 'redis.r.command.set.', 'redis.r.command.get.'],
});
save('watch', 'WATCH, a transaction for its key, UNWATCH.', {
  networkFilters: redis(),
  conversation: [
    ask('WATCH', 'k'),
    answer('+OK\r\n'),
    ask('MULTI'),
    answer('+OK\r\n'),
    ask('SET', 'k', '1'),
    answer('+QUEUED\r\n'),
    ask('EXEC'),
    answer('*1\r\n+OK\r\n'),
    ask('WATCH', 'k'),
    { upstream: '+OK\r\n', id: 1 },
    ask('UNWATCH'),
    { upstream: '+OK\r\n', id: 1 },
    ask('GET', 'a'),
    { upstream: '$-1\r\n', id: 1 },
  ],
  stats: ['redis.r.command.watch.', 'redis.r.command.multi.', 'redis.r.command.exec.', 'redis.r.command.unwatch.'],
});

save('timeout', 'A server that does not answer in time; the connection is made anew.', {
  networkFilters: redis({}, { op_timeout: '0.2s' }),
  conversation: [
    ask('GET', 'a'),
    { waitMs: 300 },
    ask('MGET', 'a', 'b'),
    answer('$1\r\n1\r\n'),
    { waitMs: 300 },
    ask('GET', 'b'),
    answer('$1\r\n2\r\n'),
  ],
  stats: [
    'redis.r.command.get.',
    'redis.r.command.mget.',
    'cluster.upstream.upstream_rq_timeout',
    'cluster.upstream.upstream_cx_total',
    'cluster.upstream.upstream_cx_destroy',
  ],
});
save('upstream-closes', 'The server ends the connection while a request waits, and while none does.', {
  networkFilters: redis(),
  conversation: [
    ask('GET', 'a'),
    { closeUpstream: true },
    ask('GET', 'b'),
    answer('$1\r\n1\r\n'),
    { closeUpstream: true },
    ask('DEL', 'c', 'd'),
  ],
  stats: ['redis.r.command.get.', 'redis.r.command.del.', 'cluster.upstream.upstream_cx_'],
});
save('upstream-nonsense', 'The server says something that is not RESP.', {
  networkFilters: redis(),
  conversation: [ask('GET', 'a'), answer('hello\r\n'), ask('GET', 'b'), answer('*x\r\n')],
  stats: ['redis.r.command.get.', 'cluster.upstream.upstream_cx_protocol_error'],
});
save('upstream-refuses', 'No server answers.', {
  networkFilters: redis(),
  upstream: { unreachable: true },
  conversation: [ask('GET', 'a'), ask('MSET', 'a', '1', 'b', '2'), ask('KEYS', '*')],
  stats: ['redis.r.command.get.', 'redis.r.command.mset.', 'redis.r.command.keys.'],
});
save('no-host', 'The cluster has no hosts, or does not exist.', {
  networkFilters: redis({
    prefix_routes: { routes: [{ prefix: 'x', cluster: 'nowhere' }], catch_all_route: { cluster: 'upstream' } },
  }),
  upstream: { noHosts: true },
  conversation: [ask('GET', 'a'), ask('GET', 'x'), ask('MGET', 'a', 'x'), ask('KEYS', '*'), ask('SCAN', '0')],
  stats: ['redis.r.command.get.', 'redis.r.command.mget.', 'redis.r.command.keys.'],
});
save('client-leaves', 'The client ends while requests wait; two clients share one connection to the server.', {
  networkFilters: redis(),
  connections: [
    { conversation: [ask('GET', 'a'), ask('SET', 'b', '1')], keepOpen: true },
    { conversation: [ask('GET', 'c'), answer('$1\r\n1\r\n+OK\r\n'), { closeClient: true }] },
    { conversation: [answer('$1\r\n3\r\n'), ask('GET', 'd'), answer('$1\r\n4\r\n')] },
  ],
  stats: [...down, 'redis.r.command.get.', 'cluster.upstream.upstream_rq_cancelled'],
});
save('command-stats', 'Statistics of commands towards the cluster.', {
  networkFilters: redis({}, { enable_command_stats: true }),
  conversation: [
    ask('GET', 'a'),
    answer('$1\r\n1\r\n'),
    ask('GET', 'a'),
    answer('-ERR\r\n'),
    ask('MGET', 'a', 'b'),
    answer('$-1\r\n$-1\r\n'),
    ask('PING'),
  ],
  stats: ['cluster.upstream.redis'],
});
save('faults', 'Errors and delays made up by Envoy, for some commands and for the others.', {
  networkFilters: redis({
    faults: [
      { fault_type: 'ERROR', fault_enabled: { default_value: { numerator: 100 } }, commands: ['GET'] },
      { fault_type: 'DELAY', fault_enabled: { default_value: { numerator: 100 } }, delay: '0.2s', commands: ['SET'] },
      { fault_type: 'ERROR', fault_enabled: { default_value: { numerator: 100 } }, delay: '0.2s', commands: ['DEL'] },
    ],
  }),
  conversation: [
    ask('GET', 'a'),
    ask('SET', 'a', '1'),
    answer('+OK\r\n'),
    { waitMs: 300 },
    ask('DEL', 'a'),
    { waitMs: 300 },
    ask('STRLEN', 'a'),
    answer(':1\r\n'),
    ask('PING'),
  ],
  stats: ['redis.r.command.get.', 'redis.r.command.set.', 'redis.r.command.del.'],
});
save('buffer', 'Requests wait until enough of them are there.', {
  networkFilters: redis({}, { max_buffer_size_before_flush: 64, buffer_flush_timeout: '0.2s' }),
  conversation: [ask('GET', 'a'), { waitMs: 300 }, ask('GET', 'b'), ask('GET', 'a-long-key-that-fills-the-buffer-of-the-connection')],
});
save('custom-commands', 'Further commands, treated as those with one key.', {
  networkFilters: redis({ custom_commands: ['mine', 'FT.SEARCH'] }),
  conversation: [ask('MINE', 'a'), answer('+x\r\n'), ask('ft.search', 'i', 'q'), ask('mine')],
  stats: ['redis.r.command.mine.', 'redis.r.splitter'],
});
save('before-tcp-filters', 'Other filters come first: a limit of connections.', {
  networkFilters: [
    {
      name: 'envoy.filters.network.connection_limit',
      typed_config: any('envoy.extensions.filters.network.connection_limit.v3.ConnectionLimit', { stat_prefix: 'l', max_connections: 1 }),
    },
    ...redis(),
  ],
  connections: [{ conversation: [ask('PING')], keepOpen: true }, { conversation: [ask('PING')] }],
  stats: ['connection_limit.', 'redis.r.downstream_cx'],
});
save('refused-routes', 'The same prefix twice is refused.', {
  networkFilters: redis({
    prefix_routes: {
      routes: [
        { prefix: 'a', cluster: 'upstream' },
        { prefix: 'a', cluster: 'left' },
      ],
    },
  }),
  clusters: { left: {} },
  conversation: [],
});
