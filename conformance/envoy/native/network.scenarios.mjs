/** Network filters around tcp_proxy: ext_authz by gRPC, weights, limits, times. */
import { any, scenario } from './lab.mjs';
import { grpcAnswer, message, struct } from './protobuf.mjs';

export const scenarios = [];
const network = (name, type, config) => ({
  name: `envoy.filters.network.${name}`,
  typed_config: any(`envoy.extensions.filters.network.${name}.v3.${type}`, config),
});
const save = (name, description, input) => scenarios.push(scenario(`network-${name}`, description, { topic: 'l4', ...input }));
const auth = (more = {}) =>
  network('ext_authz', 'ExtAuthz', {
    stat_prefix: 'a',
    transport_api_version: 'V3',
    grpc_service: { envoy_grpc: { cluster_name: 'auth' }, timeout: '0.2s' },
    ...more,
  });
const says = (code, more = []) => ({ http: true, ...grpcAnswer(message([[1, message([[1, BigInt(code)]])], ...more])) });
const talk = [{ client: 'first' }, { client: ' more' }, { upstream: 'answer' }];
// The check holds the port of the client.
const save2 = (name, description, input) =>
  save(`ext-authz-${name}`, description, { informative: ['callouts'], stats: ['ext_authz.a.'], ...input });
save2('allowed', 'The service allows: bytes wait for its answer, then go on.', {
  networkFilters: [auth()],
  clusters: { auth: says(0, [[4, struct({ who: 'me' })]]) },
  conversation: talk,
});
save2('denied', 'The service refuses.', { networkFilters: [auth()], clusters: { auth: says(7) }, conversation: talk });
save2('failed', 'The service fails.', { networkFilters: [auth()], clusters: { auth: { http: true, status: 500 } }, conversation: talk });
save2('failure-allowed', 'The service fails, and connections go on then.', {
  networkFilters: [auth({ failure_mode_allow: true })],
  clusters: { auth: { http: true, status: 500 } },
  conversation: talk,
});
save2('timeout', 'The service is too slow.', {
  networkFilters: [auth()],
  clusters: { auth: { http: true, hang: true } },
  conversation: [{ client: 'first' }, { waitMs: 300 }],
});
save2('client-leaves', 'The client ends while the service is asked.', {
  networkFilters: [auth({ grpc_service: { envoy_grpc: { cluster_name: 'auth' }, timeout: '3s' } })],
  clusters: { auth: { http: true, hang: true } },
  conversation: [{ client: 'first' }, { closeClient: true }],
});
save2('no-host', 'There is no service.', {
  networkFilters: [auth()],
  clusters: { auth: { noHosts: true } },
  conversation: talk,
});

const tcp = ['tcp.tcp.'];
save('tcp-weighted', 'Weighted clusters, one of which takes all.', {
  networkFilters: [],
  clusters: { left: {} },
  tcpProxy: { cluster: null, weighted_clusters: { clusters: [{ name: 'left', weight: 7 }] } },
  conversation: talk,
  stats: tcp,
});
save('tcp-idle', 'Nothing happens for too long.', {
  networkFilters: [],
  tcpProxy: { idle_timeout: '0.3s' },
  conversation: [{ client: 'a' }, { waitMs: 200 }, { upstream: 'b' }, { waitMs: 400 }],
  stats: tcp,
});
save('tcp-duration', 'The longest time of a connection.', {
  networkFilters: [],
  tcpProxy: { max_downstream_connection_duration: '0.4s' },
  conversation: [{ client: 'a' }, { upstream: 'b' }, { waitMs: 500 }],
  stats: tcp,
});
save('tcp-attempts', 'Several attempts to connect.', {
  networkFilters: [],
  upstream: { unreachable: true },
  tcpProxy: { max_connect_attempts: 3 },
  conversation: [{ client: 'a' }],
  stats: tcp,
});
save('tcp-unknown-cluster', 'The cluster does not exist.', {
  networkFilters: [],
  cluster: 'nowhere',
  conversation: [{ client: 'a' }],
  stats: tcp,
});
save('tcp-no-host', 'The cluster has no hosts.', {
  networkFilters: [],
  upstream: { noHosts: true },
  conversation: [{ client: 'a' }],
  stats: tcp,
});
save('limit-delay', 'A connection above the limit is closed after a while.', {
  networkFilters: [network('connection_limit', 'ConnectionLimit', { stat_prefix: 'l', max_connections: 1, delay: '0.2s' })],
  connections: [{ conversation: [{ client: 'a' }], keepOpen: true }, { conversation: [{ client: 'b' }, { waitMs: 300 }] }],
  stats: ['connection_limit.'],
});
save('rbac-shadow', 'A rule that is only tried, a rule that counts, a rule that logs.', {
  networkFilters: [
    network('rbac', 'RBAC', {
      stat_prefix: 'r.',
      shadow_rules_stat_prefix: 's_',
      rules: {
        action: 'ALLOW',
        policies: {
          local: { permissions: [{ any: true }], principals: [{ direct_remote_ip: { address_prefix: '127.0.0.0', prefix_len: 8 } }] },
        },
      },
      shadow_rules: { action: 'DENY', policies: { all: { permissions: [{ any: true }], principals: [{ any: true }] } } },
    }),
  ],
  conversation: talk,
  stats: ['r.rbac'],
});
save('ratelimit-refill', 'Tokens for connections come back with time.', {
  networkFilters: [
    network('local_ratelimit', 'LocalRateLimit', {
      stat_prefix: 'l',
      token_bucket: { max_tokens: 1, tokens_per_fill: 1, fill_interval: '0.5s' },
    }),
  ],
  connections: [
    { conversation: [{ client: 'a' }] },
    { conversation: [{ client: 'b' }], thenWaitMs: 700 },
    { conversation: [{ client: 'c' }] },
  ],
  stats: ['local_rate_limit.l'],
});
