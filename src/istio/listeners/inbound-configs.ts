import { asNumber, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import type { ResourceRef } from '#envoy/provenance.ts';
import { parseProtocol, type Protocol } from '../registry/protocol.ts';
import { refOf, type Service, type ServicePort } from '../registry/service.ts';
import { reason } from '../reasons.ts';
import type { Provenance } from '#envoy/provenance.ts';
import type { BuildContext } from './context.ts';
import { because, ofResource } from './draft.ts';
import { isReservedPort, wildcardAddress } from './ports.ts';

/** One inbound port before it becomes chains (istio/istio `pilot/pkg/networking/core/listener_inbound.go inboundChainConfig`). */
export interface InboundConfig {
  readonly cluster: string;
  readonly port: ServicePort;
  readonly targetPort: number;
  readonly bind: string;
  readonly bindToPort: boolean;
  /** TLS the user asks this proxy to end, instead of mutual TLS. */
  readonly tls?: JsonObject | undefined;
  readonly passthrough: boolean;
  readonly hbone: boolean;
  /** The host that operations are named after in traces. */
  readonly host: string;
  readonly service?: Service | undefined;
  /** The Sidecar that declares it. */
  readonly sidecar?: ResourceRef | undefined;
  readonly protocol: Protocol;
  readonly provenance: Provenance;
}

/** The ports of the workload in order: from services, or from a Sidecar's ingress (`buildInboundChainConfigs`). */
export function inboundConfigs(context: BuildContext): readonly InboundConfig[] {
  const { scope, proxy, snapshot } = context;
  const byPort = new Map<number, InboundConfig>();
  const merge = snapshot.features.on('PILOT_ALLOW_SIDECAR_SERVICE_INBOUND_LISTENER_MERGE');
  if (scope.ingress.length === 0 ? proxy.interceptionMode !== 'NONE' : merge) {
    const declared = new Set(scope.ingress.map((listener) => asNumber(asObject(listener['port'])['number']) ?? 0));
    for (const config of fromServices(context)) {
      if (!declared.has(config.targetPort) && !byPort.has(config.targetPort)) byPort.set(config.targetPort, config);
    }
  }
  for (const listener of scope.ingress) {
    const config = fromIngress(listener, context);
    if (config !== undefined && !byPort.has(config.targetPort)) byPort.set(config.targetPort, config);
  }
  return [...byPort.values()].sort((a, b) => a.targetPort - b.targetPort);
}

function fromServices(context: BuildContext): readonly InboundConfig[] {
  const { proxy } = context;
  const bind = wildcardAddress(proxy);
  const bindToPort = proxy.interceptionMode === 'NONE';
  return context.targets.flatMap((target) => {
    if (isReservedPort(context, bind, target.targetPort, target.port.protocol)) return [];
    if (bindToPort && proxy.unprivileged && target.targetPort < 1024) return [];
    const provenance = ofResource(
      'service',
      target.service.source,
      reason('inbound-port', { service: target.service.hostname, port: target.port.port }),
    );
    return [
      {
        cluster: `inbound|${target.targetPort}||`,
        port: target.port,
        targetPort: target.targetPort,
        bind,
        bindToPort,
        passthrough: false,
        hbone: false,
        host: target.service.hostname,
        service: target.service,
        protocol: target.port.protocol,
        provenance,
      },
    ];
  });
}

function fromIngress(listener: JsonObject, context: BuildContext): InboundConfig | undefined {
  const { proxy, scope, snapshot } = context;
  const { sidecar } = scope;
  const portSpec = asObject(listener['port']);
  const port: ServicePort = {
    name: asString(portSpec['name']) ?? '',
    port: asNumber(portSpec['number']) ?? 0,
    protocol: parseProtocol(asString(portSpec['protocol']) ?? ''),
  };
  const bindText = asString(listener['bind']) ?? '';
  const mode = asString(listener['captureMode']) ?? 'DEFAULT';
  const bindToPort = mode === 'DEFAULT' ? proxy.interceptionMode === 'NONE' : mode === 'NONE';
  if (sidecar === undefined) return undefined;
  if (bindToPort && proxy.unprivileged && port.port < 1024) return undefined;
  const own = listener['tls'];
  const tls = isObject(own) && snapshot.features.on('ENABLE_TLS_ON_SIDECAR_INGRESS') ? own : undefined;
  // a Sidecar of the root namespace counts as one of the proxy's own namespace
  const name = `${sidecar.name}.${proxy.namespace}`;
  return {
    cluster: `inbound|${port.port}||`,
    port,
    targetPort: port.port,
    bind: bindText === '' ? (proxy.ips[0] ?? wildcardAddress(proxy)) : bindText,
    bindToPort,
    tls,
    passthrough: false,
    hbone: false,
    host: name,
    sidecar: { ...refOf(sidecar), namespace: proxy.namespace },
    protocol: port.protocol,
    provenance: ofResource('service', refOf(sidecar), reason('sidecar-ingress', { sidecar: name })),
  };
}

/** The chains for ports that nothing declares (`buildInboundPassthroughChains`). `port` 0: all of them. */
export function passthroughConfig(port: number): InboundConfig {
  return {
    cluster: 'InboundPassthroughCluster',
    port: { name: 'virtualInbound', port: 0, protocol: 'Unsupported' },
    targetPort: port,
    bind: '',
    bindToPort: false,
    passthrough: true,
    hbone: false,
    host: '',
    protocol: 'Unsupported',
    provenance: port === 0 ? because('passthrough') : because('passthrough-port', { port }, 'security'),
  };
}
