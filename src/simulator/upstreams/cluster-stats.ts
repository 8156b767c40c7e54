import type { StatsStore } from '../stats.ts';

const counters =
  'upstream_cx_close_notify upstream_cx_connect_attempts_exceeded upstream_cx_connect_fail upstream_cx_connect_timeout ' +
  'upstream_cx_connect_with_0_rtt upstream_cx_destroy upstream_cx_destroy_local upstream_cx_destroy_local_with_active_rq ' +
  'upstream_cx_destroy_remote upstream_cx_destroy_remote_with_active_rq upstream_cx_destroy_with_active_rq upstream_cx_http1_total ' +
  'upstream_cx_http2_total upstream_cx_http3_total upstream_cx_idle_timeout upstream_cx_max_duration_reached upstream_cx_max_requests ' +
  'upstream_cx_none_healthy upstream_cx_overflow upstream_cx_pool_overflow upstream_cx_preconnect_skipped upstream_cx_protocol_error ' +
  'upstream_cx_rx_bytes_total upstream_cx_total upstream_cx_tx_bytes_total upstream_rq_cancelled upstream_rq_timeout';
const gauges = 'upstream_cx_active upstream_cx_rx_bytes_buffered upstream_cx_tx_bytes_buffered';

/** Envoy makes all statistics of a cluster at once, so those that count nothing are zero, not absent (envoy `ALL_CLUSTER_TRAFFIC_STATS`). */
export function declareClusterStats(stats: StatsStore, cluster: string): void {
  for (const name of counters.split(' ')) stats.counter(`cluster.${cluster}.${name}`);
  for (const name of gauges.split(' ')) stats.gauge(`cluster.${cluster}.${name}`);
}
