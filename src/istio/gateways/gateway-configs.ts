import { asArray, asStringMap, isObject } from '#base/json.ts';
import { gatewayApiGateways } from '../gateway-api/gateways.ts';
import { refOf } from '../registry/service.ts';
import { compareText, creationTime } from '../resource-order.ts';
import type { Resource } from '../resource.ts';
import { perSnapshot, type Snapshot } from '../snapshot.ts';
import { readServer, type GatewayConfig } from './gateway-server.ts';

/** All gateways, oldest first (istio/istio `pilot/pkg/model/push_context.go initGateways`). */
export const gatewayConfigs = perSnapshot((snapshot: Snapshot): readonly GatewayConfig[] => {
  const own = snapshot
    .list('networking.istio.io', 'Gateway')
    .map((resource) => ({ config: readGateway(resource), age: creationTime(resource) }));
  const api = gatewayApiGateways(snapshot).map(({ config, resource }) => ({ config, age: creationTime(resource) }));
  return [...own, ...api]
    .sort((a, b) => a.age - b.age || compareText(a.config.name, b.config.name) || compareText(a.config.namespace, b.config.namespace))
    .map(({ config }) => config);
});

function readGateway(resource: Resource): GatewayConfig {
  const { name, namespace, spec } = resource;
  const ref = refOf(resource);
  return {
    name,
    namespace,
    selector: isObject(spec['selector']) ? asStringMap(spec['selector']) : undefined,
    services: undefined,
    isManaged: false,
    ref,
    servers: asArray(spec['servers'])
      .filter(isObject)
      .flatMap((server) => readServer(server, name, namespace, ref)),
  };
}
