import { asNumber, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import type { ResourceRef } from '#envoy/provenance.ts';
import { strings } from '../collections.ts';
import { parseProtocol, isHttp, type Protocol } from '../registry/protocol.ts';
import { compareText } from '../resource-order.ts';

/** A Gateway of Istio, or a listener of a Gateway of the Gateway API in that form. */
export interface GatewayConfig {
  readonly name: string;
  readonly namespace: string;
  readonly servers: readonly GatewayServer[];
  /** Labels of the workloads it is for; absent: all. */
  readonly selector: Readonly<Record<string, string>> | undefined;
  /** Instead of a selector: hosts of the services whose workloads it is for, in the namespace named beside. */
  readonly services: { readonly hosts: readonly string[]; readonly namespace: string } | undefined;
  readonly ref: ResourceRef;
  /** Of the Gateway API, its pods deployed by istiod. */
  readonly isManaged: boolean;
}

export interface GatewayServer {
  /** `namespace/name` of its gateway. */
  readonly gateway: string;
  readonly gatewayNamespace: string;
  readonly gatewayName: string;
  readonly ref: ResourceRef;
  readonly name: string;
  readonly port: { readonly number: number; readonly name: string; readonly protocolText: string; readonly protocol: Protocol };
  readonly bind: string;
  /** `host` or `namespace/host`; `.` and `*` namespaces are resolved. */
  readonly hosts: readonly string[];
  readonly tls: JsonObject | undefined;
}

/** A server as istiod works with it; one without a port is dropped. */
export function readServer(server: JsonObject, gatewayName: string, gatewayNamespace: string, ref: ResourceRef): readonly GatewayServer[] {
  if (!isObject(server['port'])) return [];
  const port = asObject(server['port']);
  const protocolText = asString(port['protocol']) ?? '';
  return [
    {
      gateway: `${gatewayNamespace}/${gatewayName}`,
      gatewayNamespace,
      gatewayName,
      ref,
      name: asString(server['name']) ?? '',
      port: {
        number: asNumber(port['number']) ?? 0,
        name: asString(port['name']) ?? '',
        protocolText,
        protocol: parseProtocol(protocolText),
      },
      bind: asString(server['bind']) ?? '',
      hosts: resolveHosts(strings(server['hosts']), gatewayNamespace),
      tls: isObject(server['tls']) ? server['tls'] : undefined,
    },
  ];
}

/** `./host` is `namespace/host`, of `*``/host` the host is left (`pilot/pkg/model/gateway.go sanitizeServerHostNamespace`). */
function resolveHosts(hosts: readonly string[], namespace: string): readonly string[] {
  if (hosts.includes('*/*')) return ['*'];
  return hosts.map((host) => {
    if (host.startsWith('./')) return `${namespace}/${host.slice(2)}`;
    return host.startsWith('*/') ? host.slice(2) : host;
  });
}

export function isPassthrough(server: GatewayServer): boolean {
  const mode = tlsMode(server);
  return server.tls !== undefined && (mode === 'PASSTHROUGH' || mode === 'AUTO_PASSTHROUGH');
}

/** PASSTHROUGH is the default of the API. */
export function tlsMode(server: GatewayServer): string {
  return asString(server.tls?.['mode']) ?? 'PASSTHROUGH';
}

/** HTTPS whose TLS ends here: it gets a connection manager. */
export function isTerminatedHttps(server: GatewayServer): boolean {
  return server.tls !== undefined && server.port.protocol === 'HTTPS' && !isPassthrough(server);
}

export function isHttpServer(server: GatewayServer): boolean {
  return isHttp(server.port.protocol) || (server.port.protocol === 'HTTPS' && !isPassthrough(server));
}

/** TLS that is not a redirect of plain HTTP. */
export function isTlsServer(server: GatewayServer): boolean {
  return server.tls !== undefined && !isHttp(server.port.protocol);
}

/** The hosts that SNI is matched with, without namespaces, sorted. */
export function sniHosts(server: GatewayServer): readonly string[] {
  if (server.tls === undefined) return [];
  return [...new Set(server.hosts.map((host) => host.split('/')[1] ?? host))].sort(compareText);
}
