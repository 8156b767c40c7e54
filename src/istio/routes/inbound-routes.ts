import type { JsonObject } from '#base/json.ts';
import { isGrpc } from '../registry/protocol.ts';
import { domainName } from '../registry/host.ts';
import type { InboundConfig } from '../listeners/inbound-configs.ts';

/** The routes of an inbound port: everything goes to the workload (istio/istio `pilot/pkg/networking/core/httproute.go buildSidecarInboundHTTPRouteConfig`). */
export function inboundRouteConfig(config: InboundConfig): JsonObject {
  return {
    name: config.cluster,
    virtualHosts: [
      {
        name: `inbound|http|${config.port.port}`,
        domains: ['*'],
        routes: [
          {
            name: 'default',
            match: { prefix: '/' },
            decorator: { operation: `${domainName(config.host, config.port.port)}/*` },
            route: {
              cluster: config.cluster,
              timeout: '0s',
              maxStreamDuration: { maxStreamDuration: '0s', grpcTimeoutHeaderMax: '0s' },
              // retries break gRPC streams
              ...(isGrpc(config.protocol) ? {} : { retryPolicy: { retryOn: 'reset-before-request', numRetries: 2 } }),
            },
          },
        ],
      },
    ],
    validateClusters: false,
  };
}
