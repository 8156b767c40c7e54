import type { JsonObject } from '#base/json.ts';
import type { Subject } from '../subject.ts';
import type { VerdictBuilder } from '../verdict.ts';
import { durationError, nanoseconds } from '../words/durations.ts';
import { message, messages, number, text } from '../words/fields.ts';
import { checkClientTls } from './client-tls.ts';
import { checkLoadBalancer } from './load-balancer.ts';

/** What a traffic policy and its settings for a port share (istio/istio pkg/config/validation/validation.go validateTrafficPolicy). */
export function checkTrafficPolicy({ namespace, minor }: Subject, policy: JsonObject, out: VerdictBuilder): void {
  const outlier = message(policy, 'outlierDetection');
  if (outlier !== undefined) checkOutlier(outlier, out.at('outlierDetection'));
  checkConnectionPool(message(policy, 'connectionPool'), out.at('connectionPool'), minor.minor);
  const balancer = message(policy, 'loadBalancer');
  if (balancer !== undefined) checkLoadBalancer(balancer, outlier, out.at('loadBalancer'), minor.minor);
  const tls = message(policy, 'tls');
  if (tls !== undefined) checkClientTls(namespace, tls, out.at('tls'));
}

/** validatePortTrafficPolicies; its warnings get lost. */
export function checkPortPolicies(subject: Subject, policy: JsonObject, out: VerdictBuilder): void {
  for (const [index, one] of messages(policy, 'portLevelSettings').entries()) {
    const at = out.at('portLevelSettings', index).withoutWarnings();
    if (one['port'] === undefined) at.error('istio/port-missing', 'portTrafficPolicy must have valid port');
    const isEmpty = !['outlierDetection', 'connectionPool', 'loadBalancer', 'tls'].some((part) => one[part] !== undefined);
    if (isEmpty) at.error('istio/policy-empty', 'port traffic policy must have at least one field');
    else checkTrafficPolicy(subject, one, at);
  }
}

function checkOutlier(outlier: JsonObject, out: VerdictBuilder): void {
  out.check('istio/duration', durationError(outlier, 'baseEjectionTime'), 'baseEjectionTime');
  if (number(outlier, 'consecutiveErrors') !== 0) {
    const instead = 'consecutiveGatewayErrors or consecutive5xxErrors instead';
    out.warn('istio/field-deprecated', `outlier detection consecutive errors is deprecated, use ${instead}`, 'consecutiveErrors');
  }
  if (outlier['splitExternalLocalOriginErrors'] !== true && number(outlier, 'consecutiveLocalOriginFailures') > 0) {
    const but = 'but split external local origin errors is set to false';
    out.error(
      'istio/outlier-detection',
      `outlier detection consecutive local origin failures is specified, ${but}`,
      'consecutiveLocalOriginFailures',
    );
  }
  out.check('istio/duration', durationError(outlier, 'interval'), 'interval');
  for (const field of ['maxEjectionPercent', 'minHealthPercent']) {
    const percent = number(outlier, field);
    if (percent < 0 || percent > 100) out.error('istio/percent', `percentage ${percent} is not in range 0..100`, field);
  }
}

const httpLimits = [
  ['http1MaxPendingRequests', 'http1 max pending requests'],
  ['http2MaxRequests', 'http2 max requests'],
  ['maxRequestsPerConnection', 'max requests per connection'],
  ['maxRetries', 'max retries'],
] as const;

/** validateConnectionPool. */
export function checkConnectionPool(pool: JsonObject | undefined, out: VerdictBuilder, minor: number): void {
  if (pool === undefined) return;
  const http = message(pool, 'http');
  const tcp = message(pool, 'tcp');
  if (http === undefined && tcp === undefined) return out.error('istio/policy-empty', 'connection pool must have at least one field');
  if (http !== undefined) checkHttpPool(http, out.at('http'), minor);
  if (tcp !== undefined) checkTcpPool(tcp, out.at('tcp'));
}

function checkHttpPool(http: JsonObject, out: VerdictBuilder, minor: number): void {
  const negative = (field: string, name: string): void => {
    if (number(http, field) < 0) out.error('istio/negative', `${name} must be non-negative`, field);
  };
  for (const [field, name] of httpLimits) negative(field, name);
  out.check('istio/duration', durationError(http, 'idleTimeout'), 'idleTimeout');
  if (text(http, 'h2UpgradePolicy') === 'UPGRADE' && http['useClientProtocol'] === true)
    out.error('istio/pool-protocol', 'use client protocol must not be true when H2UpgradePolicy is UPGRADE', 'useClientProtocol');
  negative('maxConcurrentStreams', 'max concurrent streams');
  const keepalive = minor < 30 ? undefined : message(http, 'http2KeepAlive');
  if (keepalive === undefined) return;
  for (const field of ['interval', 'timeout']) {
    if (keepalive[field] === undefined) out.error('istio/duration', `http2 keepalive ${field} is required`, 'http2KeepAlive');
    else out.check('istio/duration', durationError(keepalive, field), 'http2KeepAlive', field);
  }
}

function checkTcpPool(tcp: JsonObject, out: VerdictBuilder): void {
  if (number(tcp, 'maxConnections') < 0) out.error('istio/negative', 'max connections must be non-negative', 'maxConnections');
  out.check('istio/duration', durationError(tcp, 'connectTimeout'), 'connectTimeout');
  out.check('istio/duration', durationError(tcp, 'maxConnectionDuration'), 'maxConnectionDuration');
  // Less than a millisecond means: no timeout.
  if (nanoseconds(tcp, 'idleTimeout') / 1_000_000n !== 0n) out.check('istio/duration', durationError(tcp, 'idleTimeout'), 'idleTimeout');
  const keepalive = message(tcp, 'tcpKeepalive');
  if (keepalive === undefined) return;
  out.check('istio/duration', durationError(keepalive, 'time'), 'tcpKeepalive', 'time');
  out.check('istio/duration', durationError(keepalive, 'interval'), 'tcpKeepalive', 'interval');
}
