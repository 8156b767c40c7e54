/** The protocol of a port as istiod knows it (istio/istio `pkg/config/protocol/instance.go`). */
export type Protocol =
  | 'GRPC'
  | 'GRPC-Web'
  | 'HTTP'
  | 'HTTP_PROXY'
  | 'HTTP2'
  | 'HTTPS'
  | 'TCP'
  | 'TLS'
  | 'UDP'
  | 'Mongo'
  | 'Redis'
  | 'MySQL'
  | 'Unsupported';

const byName: Readonly<Record<string, Protocol>> = {
  tcp: 'TCP',
  udp: 'UDP',
  grpc: 'GRPC',
  'grpc-web': 'GRPC-Web',
  http: 'HTTP',
  http_proxy: 'HTTP_PROXY',
  http2: 'HTTP2',
  https: 'HTTPS',
  tls: 'TLS',
  mongo: 'Mongo',
  redis: 'Redis',
  mysql: 'MySQL',
};

/** `protocol.Parse`: names in any case; all others are unsupported, which means "look at the bytes". */
export function parseProtocol(name: string): Protocol {
  return byName[name.toLowerCase()] ?? 'Unsupported';
}

export function isHttp(protocol: Protocol): boolean {
  return protocol === 'HTTP' || protocol === 'HTTP2' || protocol === 'HTTP_PROXY' || protocol === 'GRPC' || protocol === 'GRPC-Web';
}

export function isHttp2(protocol: Protocol): boolean {
  return protocol === 'HTTP2' || protocol === 'GRPC' || protocol === 'GRPC-Web';
}

export function isGrpc(protocol: Protocol): boolean {
  return protocol === 'GRPC' || protocol === 'GRPC-Web';
}

export function isTls(protocol: Protocol): boolean {
  return protocol === 'HTTPS' || protocol === 'TLS';
}

export function isTcp(protocol: Protocol): boolean {
  return protocol === 'TCP' || isTls(protocol) || protocol === 'Mongo' || protocol === 'Redis' || protocol === 'MySQL';
}

/** What a filter chain is built for; `auto` means that the listener finds out by sniffing. */
export type ListenerProtocol = 'http' | 'tcp' | 'auto' | 'none';

/** `istionetworking.ModelProtocolToListenerProtocol`; UDP makes no listener. */
export function listenerProtocol(protocol: Protocol): ListenerProtocol {
  if (isHttp(protocol)) return 'http';
  if (isTcp(protocol)) return 'tcp';
  return protocol === 'UDP' ? 'none' : 'auto';
}

/** What flows inside once TLS has been ended at the proxy. */
export function afterTlsTermination(protocol: Protocol): Protocol {
  if (protocol === 'HTTPS') return 'HTTP';
  return protocol === 'TLS' ? 'TCP' : protocol;
}

/** Ports where a server speaks first, so that sniffing would hang: SMTP, DNS, MySQL, MongoDB. */
const serverFirstPorts = new Set([25, 53, 3306, 27017]);

/**
 * The protocol of a Service port: `appProtocol`, else the port's name up to the first hyphen
 * (istio/istio `pkg/config/kube/conversion.go ConvertProtocol`).
 */
export function kubernetesProtocol(port: {
  readonly number: number;
  readonly name: string;
  readonly transport: string;
  readonly appProtocol?: string | undefined;
}): Protocol {
  if (port.transport === 'UDP') return 'UDP';
  if (port.appProtocol === 'kubernetes.io/h2c') return 'HTTP2';
  if (port.appProtocol === 'kubernetes.io/ws') return 'HTTP';
  if (port.appProtocol === 'kubernetes.io/wss') return 'HTTPS';
  const name = port.appProtocol ?? port.name;
  if (name.toLowerCase().startsWith('grpc-web')) return 'GRPC-Web';
  const hyphen = name.indexOf('-');
  const protocol = parseProtocol(hyphen < 0 ? name : name.slice(0, hyphen));
  return protocol === 'Unsupported' && serverFirstPorts.has(port.number) ? 'TCP' : protocol;
}
