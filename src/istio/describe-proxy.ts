import type { JsonObject } from '#base/json.ts';
import type { Proxy } from './resource.ts';

/** A proxy as somebody tells of it. */
export interface ProxyDescription {
  readonly type: Proxy['type'];
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly DescribedPort[];
}

export interface DescribedPort {
  /** Its name tells istiod the protocol: `http`, `grpc-api`, `tcp-mysql`. */
  readonly name: string;
  readonly port: number;
}

/**
 * The Kubernetes objects of such a proxy, for which `findProxies` finds it: a workload with its Service, for a gateway also a Gateway that
 * opens its ports, for a waypoint a Gateway of the Gateway API with the waypoint's class.
 */
export function describeProxy(description: ProxyDescription): readonly JsonObject[] {
  if (description.type === 'waypoint') return [waypoint(description)];
  const objects = [deployment(description), service(description)];
  return description.type === 'router' ? [...objects, gateway(description)] : objects;
}

function labelsOf({ name, labels, type }: ProxyDescription): Readonly<Record<string, string>> {
  if (Object.keys(labels).length > 0) return labels;
  return type === 'router' ? { istio: name } : { app: name };
}

function deployment(description: ProxyDescription): JsonObject {
  const { name, namespace, type, ports } = description;
  const labels = labelsOf(description);
  const gatewayTemplate = type === 'router' ? { annotations: { 'inject.istio.io/templates': 'gateway' } } : {};
  const container = type === 'router' ? { name: 'istio-proxy', image: 'auto' } : { name, image: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, ...gatewayTemplate },
        spec: { containers: [{ ...container, ports: ports.map(({ port }) => ({ containerPort: port })) }] },
      },
    },
  };
}

function service(description: ProxyDescription): JsonObject {
  const { name, namespace, ports } = description;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { selector: labelsOf(description), ports: ports.map(({ name: portName, port }) => ({ name: portName, port })) },
  };
}

function gateway(description: ProxyDescription): JsonObject {
  const { name, namespace, ports } = description;
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: { name, namespace },
    spec: {
      selector: labelsOf(description),
      servers: ports.map(({ name: portName, port }) => ({
        port: { number: port, name: portName, protocol: gatewayProtocol(portName) },
        hosts: ['*'],
        ...(gatewayProtocol(portName) === 'TLS' ? { tls: { mode: 'PASSTHROUGH' } } : {}),
      })),
    },
  };
}

/** A Gateway says in a field what a Service says by the name of the port. */
function gatewayProtocol(portName: string): string {
  const [prefix = ''] = portName.split('-');
  const protocols: Readonly<Record<string, string>> = { http: 'HTTP', http2: 'HTTP2', grpc: 'GRPC', https: 'TLS', tls: 'TLS' };
  return protocols[prefix.toLowerCase()] ?? 'TCP';
}

function waypoint({ name, namespace, labels }: ProxyDescription): JsonObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name, namespace, ...(Object.keys(labels).length > 0 ? { labels } : {}) },
    spec: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] },
  };
}
