import type { GatewayConfig } from '../gateways/gateway-config.ts';
import type { Resource } from '../resource.ts';
import { perSnapshot, type Snapshot } from '../snapshot.ts';

/** A listener of a Gateway in the form of Istio's Gateway. */
export interface ConvertedGateway {
  readonly config: GatewayConfig;
  readonly resource: Resource;
}

/** Every usable listener of every Gateway of the Gateway API that istiod serves. */
export const gatewayApiGateways = perSnapshot((_snapshot: Snapshot): readonly ConvertedGateway[] => []);
