import type { Listener } from '#envoy/listener.ts';
import { message, unlessDefault } from '../proto-json.ts';
import type { BuildContext } from './context.ts';
import { addressText, because, filterChain, socketAddress } from './draft.ts';
import { buildHttpManager } from './http-manager.ts';
import { networkPluginsBeforeHttp } from './network-chain.ts';
import { localhostAddresses } from './ports.ts';
import { proxyHeaders, serverFields } from './proxy-headers.ts';

/** The port of the sidecar's HTTP proxy; 0: none. */
export function httpProxyPort(context: BuildContext): number {
  return context.proxy.httpProxyPort ?? context.snapshot.mesh.proxyHttpPort;
}

/** The name EnvoyFilters know the HTTP proxy listener by. */
export function httpProxyListenerName(context: BuildContext): string | undefined {
  const port = httpProxyPort(context);
  return port === 0 ? undefined : `${localhostAddresses(context.proxy)[0] ?? ''}_${port}`;
}

/** Applications that use an HTTP proxy talk to this one (istio/istio `pilot/pkg/networking/core/listener.go buildHTTPProxy`). */
export function httpProxyListener(context: BuildContext): Listener | undefined {
  const { proxy, snapshot } = context;
  const name = httpProxyListenerName(context);
  if (name === undefined) return undefined;
  const port = httpProxyPort(context);
  const [bind = '127.0.0.1', ...extra] = localhostAddresses(proxy);
  const headers = proxyHeaders(proxy.proxyConfig, 'outbound');
  const http10 = snapshot.features.on('PILOT_HTTP10') || proxy.http10;
  const manager = buildHttpManager(context, {
    listenerClass: 'outbound',
    statPrefix: `outbound_${name};`,
    port,
    protocol: 'HTTP_PROXY',
    routes: { rds: 'http_proxy' },
    fields: { httpProtocolOptions: message({ allowAbsoluteUrl: true, acceptHttp10: unlessDefault(http10) }), ...serverFields(headers) },
    provenance: because('http-manager'),
  });
  const timeout = snapshot.features.transportSocketConnectTimeout;
  const provenance = because('http-proxy');
  return {
    name,
    address: addressText(bind, port),
    direction: 'OUTBOUND',
    listenerFilters: [],
    filterChains: [
      filterChain({
        networkFilters: [...networkPluginsBeforeHttp(context, 'outbound', port), manager],
        rest: timeout !== undefined ? { transportSocketConnectTimeout: timeout } : {},
        provenance,
      }),
    ],
    rest: message({
      address: socketAddress(bind, port),
      additionalAddresses: unlessDefault(extra.map((address) => ({ address: socketAddress(address, port) }))),
      continueOnListenerFiltersTimeout: true,
      maxConnectionsToAcceptPerSocketEvent: unlessDefault(snapshot.features.maxConnectionsPerSocketEvent),
      connectionBalanceConfig: proxy.metadata['OUTBOUND_LISTENER_EXACT_BALANCE'] === 'true' ? { exactBalance: {} } : undefined,
      listenerFiltersTimeout: '0s',
    }),
    provenance,
  };
}
