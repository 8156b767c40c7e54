import type { FilterRow } from './about.ts';

/** Network filters: `envoy.filters.network.*`, `envoy.extensions.filters.network.*`, `listeners/network_filters/*`. */
export const networkFilters: readonly FilterRow[] = [
  [
    'connection_limit',
    'connection_limit.v3.ConnectionLimit',
    'Limits the open connections of the filter chain.',
    'connection_limit_filter',
  ],
  ['direct_response', 'direct_response.v3.Config', 'Writes a fixed answer and closes the connection.', 'direct_response_filter'],
  ['dubbo_proxy', 'dubbo_proxy.v3.DubboProxy', 'Routes Dubbo calls.', 'dubbo_proxy_filter'],
  ['dynamic_modules', 'dynamic_modules.v3.DynamicModuleNetworkFilter', 'Runs a filter out of a shared library.', 'network_filters'],
  ['echo', 'echo.v3.Echo', 'Sends back every byte it receives.', 'echo_filter'],
  ['ext_authz', 'ext_authz.v3.ExtAuthz', 'Asks an authorization service about each connection.', 'ext_authz_filter'],
  [
    'ext_proc',
    'ext_proc.v3.NetworkExternalProcessor',
    'Shows the bytes of the connection to a gRPC service, which may change them.',
    'ext_proc_filter',
  ],
  [
    'generic_proxy',
    'generic_proxy.v3.GenericProxy',
    'Routes requests of a protocol that a codec extension understands.',
    'generic_proxy_filter',
  ],
  ['geoip', 'geoip.v3.Geoip', 'Looks the client address up and puts country, city and network into the filter state.', 'geoip_filter'],
  ['golang', 'golang.v3alpha.Config', 'Runs a filter written in Go out of a shared library.', 'golang_filter'],
  [
    'http_connection_manager',
    'http_connection_manager.v3.HttpConnectionManager',
    'Makes HTTP requests of the bytes of the connection and runs the HTTP filters on each.',
    '../http/http_conn_man/http_conn_man',
  ],
  ['kafka_broker', 'kafka_broker.v3.KafkaBroker', 'Reads the Kafka protocol and counts its requests and responses.', 'kafka_broker_filter'],
  [
    'local_ratelimit',
    'local_ratelimit.v3.LocalRateLimit',
    'Limits new connections by a token bucket in this proxy.',
    'local_rate_limit_filter',
  ],
  ['mongo_proxy', 'mongo_proxy.v3.MongoProxy', 'Reads the MongoDB protocol: statistics, query log, faults.', 'mongo_proxy_filter'],
  [
    'mysql_proxy',
    'mysql_proxy.v3.MySQLProxy',
    'Reads the MySQL protocol: statistics and metadata of the tables used.',
    'mysql_proxy_filter',
  ],
  [
    'postgres_proxy',
    'postgres_proxy.v3alpha.PostgresProxy',
    'Reads the PostgreSQL protocol: statistics, metadata, TLS negotiation.',
    'postgres_proxy_filter',
  ],
  ['ratelimit', 'ratelimit.v3.RateLimit', 'Asks a rate limit service about each connection.', 'rate_limit_filter'],
  ['rbac', 'rbac.v3.RBAC', 'Allows or closes the connection by rules on the peer and the addresses. Shadow rules only log.', 'rbac_filter'],
  ['redis_proxy', 'redis_proxy.v3.RedisProxy', 'Spreads Redis commands over upstream servers.', 'redis_proxy_filter'],
  ['set_filter_state', 'set_filter_state.v3.Config', 'Puts values into the filter state of the connection.', 'set_filter_state'],
  ['sip_proxy', 'sip_proxy.v3alpha.SipProxy', 'Routes SIP messages.', 'sip_proxy_filter'],
  [
    'sni_cluster',
    'sni_cluster.v3.SniCluster',
    'Takes the server name of the TLS handshake as the name of the upstream cluster.',
    'sni_cluster_filter',
  ],
  [
    'sni_dynamic_forward_proxy',
    'sni_dynamic_forward_proxy.v3.FilterConfig',
    'Resolves the server name of the TLS handshake by DNS, for the TCP proxy behind it.',
    'sni_dynamic_forward_proxy_filter',
  ],
  [
    'tcp_proxy',
    'tcp_proxy.v3.TcpProxy',
    'Connects to the upstream cluster and copies bytes in both directions; the last filter of its chain.',
    'tcp_proxy_filter',
  ],
  ['thrift_proxy', 'thrift_proxy.v3.ThriftProxy', 'Routes Thrift calls.', 'thrift_proxy_filter'],
  ['wasm', 'wasm.v3.Wasm', 'Runs a Proxy-Wasm plugin on the bytes of the connection.', 'wasm_filter'],
  [
    'zookeeper_proxy',
    'zookeeper_proxy.v3.ZooKeeperProxy',
    'Reads the ZooKeeper protocol: statistics and metadata.',
    'zookeeper_proxy_filter',
  ],
];

/** Listener filters: `envoy.filters.listener.*`, `envoy.extensions.filters.listener.*`, `listeners/listener_filters/*`. */
export const listenerFilters: readonly FilterRow[] = [
  ['dynamic_modules', 'dynamic_modules.v3.DynamicModuleListenerFilter', 'Runs a filter out of a shared library.', 'listener_filters'],
  [
    'http_inspector',
    'http_inspector.v3.HttpInspector',
    'Looks at the first bytes to see whether they are HTTP/1 or HTTP/2, for the choice of the filter chain.',
    'http_inspector',
  ],
  [
    'local_ratelimit',
    'local_ratelimit.v3.LocalRateLimit',
    'Limits new connections by a token bucket, before TLS.',
    'local_rate_limit_filter',
  ],
  [
    'original_dst',
    'original_dst.v3.OriginalDst',
    'Restores the address the client meant before iptables redirected it to the proxy.',
    'original_dst_filter',
  ],
  [
    'original_src',
    'original_src.v3.OriginalSrc',
    'Uses the address of the client as source address towards the upstream.',
    'original_src_filter',
  ],
  [
    'postgres_inspector',
    'postgres_inspector.v3alpha.PostgresInspector',
    'Looks at the first bytes to see whether they are PostgreSQL, and for TLS within it.',
    'postgres_inspector_filter',
  ],
  [
    'proxy_protocol',
    'proxy_protocol.v3.ProxyProtocol',
    'Reads the PROXY protocol header and takes the addresses in it for those of the connection.',
    'proxy_protocol',
  ],
  [
    'set_filter_state',
    'set_filter_state.v3.Config',
    'Puts values into the filter state when the connection is accepted.',
    'set_filter_state_filter',
  ],
  [
    'tls_inspector',
    'tls_inspector.v3.TlsInspector',
    'Looks at the TLS handshake for server name and ALPN, for the choice of the filter chain.',
    'tls_inspector',
  ],
];
