import type { Random } from '#base/random.ts';
import { hostOf, portOf } from './connection-info.ts';
import type { ConnectionInfo } from './connection-info.ts';
import type { Headers } from './headers.ts';
import type { ManagerOptions } from './manager-options.ts';
import { isInRange, parseAddress } from '../matching/ip.ts';
import { randomUuid } from '../random-uuid.ts';
import { xfccOf } from './client-cert-header.ts';

/** Of one hop, or nobody's but Envoy's (envoy `ConnectionManagerUtility::mutateRequestHeaders`). */
const hopByHop = new Set(['connection', 'upgrade', 'x-envoy-internal', 'keep-alive', 'proxy-connection', 'transfer-encoding']);

const edgeOnly = new Set([
  'x-envoy-decorator-operation',
  'x-envoy-downstream-service-cluster',
  'x-envoy-downstream-service-node',
  'x-envoy-original-path',
  'x-envoy-original-host',
]);

const internalOnly = new Set([
  'x-envoy-retry-on',
  'x-envoy-retry-grpc-on',
  'x-envoy-max-retries',
  'x-envoy-upstream-alt-stat-name',
  'x-envoy-upstream-rq-timeout-ms',
  'x-envoy-upstream-rq-per-try-timeout-ms',
  'x-envoy-upstream-rq-timeout-alt-response',
  'x-envoy-expected-rq-timeout-ms',
  'x-envoy-force-trace',
  'x-envoy-ip-tags',
  'x-envoy-original-url',
  'x-envoy-hedge-on-per-try-timeout',
]);

export interface MutationContext {
  readonly options: ManagerOptions;
  readonly connection: ConnectionInfo;
  readonly random: Random;
  readonly localAddress: string;
  readonly nodeId: string;
  readonly serviceCluster: string;
}

/**
 * What the connection manager changes before any filter runs (envoy `ConnectionManagerUtility::mutateRequestHeaders`). Answers the address
 * that counts as the client's.
 */
export function mutateRequestHeaders(headers: Headers, context: MutationContext): string {
  const { options, connection } = context;
  const secure = connection.tls !== undefined;
  headers.removeAll(hopByHop);
  const te = headers.get('te');
  if (te !== undefined && te !== 'trailers') headers.remove('te');

  const forwarded = headers.get('x-forwarded-for');
  let single = false;
  let remote: string | undefined;
  const peer = hostOf(connection.directRemoteAddress);
  if (options.useRemoteAddress) {
    single = forwarded === undefined;
    if (options.xffTrustedHops > 0) remote = addressFromXff(forwarded, options.xffTrustedHops - 1)?.address;
    remote ??= peer;
    if (!options.skipXffAppend) headers.append('x-forwarded-for', isLoopback(peer) ? context.localAddress : peer);
    if (options.xffTrustedHops === 0) headers.set('x-forwarded-proto', secure ? 'https' : 'http');
    if (options.appendForwardedPort) headers.set('x-forwarded-port', String(portOf(connection.localAddress)));
  } else {
    const found = addressFromXff(forwarded, options.xffTrustedHops);
    remote = found?.address;
    single = found?.single ?? false;
  }
  if (!headers.has('x-forwarded-proto')) headers.set('x-forwarded-proto', secure ? 'https' : 'http');
  if (options.appendForwardedPort && !headers.has('x-forwarded-port'))
    headers.set('x-forwarded-port', String(portOf(connection.localAddress)));
  if (options.schemeOverwrite !== '') {
    headers.set(':scheme', options.schemeOverwrite);
    headers.set('x-forwarded-proto', options.schemeOverwrite);
  } else if (!isWeb(headers.get(':scheme'))) headers.set(':scheme', headers.get('x-forwarded-proto') ?? 'http');

  const internal = single && remote !== undefined && isInternal(remote, options.internalRanges);
  remote ??= peer;
  const edge = !internal && options.useRemoteAddress;
  if (internal) headers.set('x-envoy-internal', 'true');
  else {
    if (edge) headers.removeAll(edgeOnly);
    headers.removeAll(internalOnly);
  }
  if (options.addUserAgent) {
    headers.set('x-envoy-downstream-service-cluster', context.serviceCluster);
    if ((headers.get('user-agent') ?? '') === '') headers.set('user-agent', context.serviceCluster);
    if (context.nodeId !== '') headers.set('x-envoy-downstream-service-node', context.nodeId);
  }
  if (options.via !== '') headers.append('via', options.via, ', ');
  if (edge) headers.set('x-envoy-external-address', remote);
  if (options.generateRequestId && ((edge && !options.preserveExternalRequestId) || (headers.get('x-request-id') ?? '') === '')) {
    headers.set('x-request-id', randomUuid(context.random, options.tracing));
  }
  forwardClientCert(headers, context);
  return remote;
}

function isWeb(scheme: string | undefined): boolean {
  return scheme === 'http' || scheme === 'https';
}

function forwardClientCert(headers: Headers, context: MutationContext): void {
  const { options, connection } = context;
  if (options.forwardClientCert === 'ALWAYS_FORWARD_ONLY') return;
  if (options.forwardClientCert === 'SANITIZE' || connection.tls?.mutual !== true) {
    headers.remove('x-forwarded-client-cert');
    return;
  }
  if (options.forwardClientCert === 'FORWARD_ONLY') return;
  const value = xfccOf(connection.tls, options.clientCertDetails);
  if (options.forwardClientCert === 'APPEND_FORWARD') headers.append('x-forwarded-client-cert', value);
  else headers.set('x-forwarded-client-cert', value);
}

/** The last address of x-forwarded-for before `skip` trusted hops (envoy `Utility::getLastAddressFromXFF`). */
function addressFromXff(value: string | undefined, skip: number): { readonly address: string; readonly single: boolean } | undefined {
  if (value === undefined || value === '') return undefined;
  const list = value.split(',').map((item) => item.trim());
  const address = list[list.length - 1 - skip];
  if (address === undefined || parseAddress(address) === undefined) return undefined;
  return { address, single: list.length === 1 && skip === 0 };
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

function isInternal(address: string, ranges: readonly string[]): boolean {
  // Measured: without `internal_address_config` no address is internal.
  return ranges.some((range) => isInRange(address, range));
}
