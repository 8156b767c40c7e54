import type { JsonObject } from '#base/json.ts';
import type { BuildContext } from '../listeners/context.ts';
import type { InboundConfig } from '../listeners/inbound-configs.ts';
import { domainName } from '../registry/host.ts';
import { isGrpc } from '../registry/protocol.ts';
import { isAtLeast } from '../registry/proxy-view.ts';

/** The routes of an inbound port: everything goes to the workload (istio/istio `pilot/pkg/networking/core/httproute.go buildSidecarInboundHTTPRouteConfig`). */
export function inboundRouteConfig(context: BuildContext, config: InboundConfig, domains: readonly string[] = ['*']): JsonObject {
  return {
    name: config.cluster,
    virtualHosts: [
      {
        name: `inbound|http|${config.port.port}`,
        domains,
        routes: [
          {
            name: 'default',
            match: { prefix: '/' },
            decorator: { operation: `${domainName(config.host, config.port.port)}/*` },
            route: {
              cluster: config.cluster,
              timeout: '0s',
              maxStreamDuration: { maxStreamDuration: '0s', grpcTimeoutHeaderMax: '0s' },
              ...(retries(context, config) ? { retryPolicy: { retryOn: 'reset-before-request', numRetries: 2 } } : {}),
            },
          },
        ],
      },
    ],
    validateClusters: false,
  };
}

/** Since 1.24; retries break gRPC streams, which 1.24 did not know. */
function retries(context: BuildContext, config: InboundConfig): boolean {
  const { minor } = context.snapshot.minor;
  if (minor <= 24) return minor === 24 && isAtLeast(context.proxy, 24);
  return !isGrpc(config.protocol);
}
