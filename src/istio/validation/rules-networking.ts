import type { Rule } from './rules.ts';

/** The webhook refuses; `{text}` are its own words. */
function refused(help: string): Rule {
  return { severity: 'error', message: 'The cluster refuses it: {text}', help };
}

/** The webhook only warns. */
function warned(help: string): Rule {
  return { severity: 'warning', message: 'The cluster warns: {text}', help };
}

/** What istiod's webhook says about Gateways, VirtualServices, DestinationRules, ServiceEntries, Sidecars and workloads. */
export const networkingRules = {
  // names, addresses, numbers
  'istio/host-invalid': refused('A DNS name: labels of letters, digits and -, at most 63 each; a * only as the whole first label.'),
  'istio/hosts-missing': refused('Name at least one host.'),
  'istio/host-partial': warned('Only a whole label may be a wildcard: *.example.com, not *-api.example.com.'),
  'istio/host-duplicate': warned('Another entry of the list covers this host already; remove one of them.'),
  'istio/hosts-overlap': refused('A wildcard covers the other host. Keep one of them, or make two VirtualServices.'),
  'istio/address-invalid': refused('An IP address such as 10.1.2.3 or 2001:db8::1, or a range such as 10.1.0.0/16.'),
  'istio/label-invalid': refused('Labels follow Kubernetes: letters, digits, -, _ and . with a letter or digit at both ends.'),
  'istio/namespace-invalid': refused('A namespace is one DNS label.'),
  'istio/port-invalid': refused('Ports are 1 to 65535.'),
  'istio/port-missing': refused('Add port with number, name and protocol.'),
  'istio/port-name': refused('A port name is one DNS label: http, tcp-metrics.'),
  'istio/port-duplicate': refused('Give every port of the list another name and number.'),
  'istio/protocol-unknown': refused('HTTP, HTTPS, HTTP2, GRPC, GRPC-WEB, MONGO, REDIS, MYSQL, TLS or TCP.'),
  'istio/bind-invalid': refused('An IP address, or unix:///path/of/socket with port number 0.'),
  'istio/duration': refused('At least 1ms and no fractions of milliseconds: 0.250s, 5s, 1m.'),
  'istio/percent': refused('Between 0 and 100.'),
  'istio/negative': refused('Write 0 or more.'),
  'istio/weight': refused('Weights are 0 or more, and of several destinations at least one has some.'),
  'istio/status': refused('HTTP: 200 to 599. gRPC: the names of the status codes, such as UNAVAILABLE.'),
  'istio/field-deprecated': warned('It still works; use the field that took its place.'),
  'istio/export-to': refused('Either * alone, or namespaces and ., each once.'),
  // Gateways and TLS
  'istio/gateway-name': refused('The name becomes part of listener and route names: one DNS label without dots.'),
  'istio/gateway-empty': refused('Add servers.'),
  'istio/redirect-not-http': warned('Only an HTTP server can answer with a redirect.'),
  'istio/tls-missing': refused('Add tls with a mode: PASSTHROUGH, or SIMPLE with credentialName.'),
  'istio/tls-unexpected': refused(
    'TLS belongs to servers with protocol HTTPS or TLS; a plain HTTP server may only have tls.httpsRedirect.',
  ),
  'istio/tls-certificates': refused('Certificates come from one place: a credentialName, or files.'),
  'istio/tls-ignored': warned('Whoever ends the TLS connection has the certificates; remove them here, or use SIMPLE or MUTUAL.'),
  'istio/tls-many': warned('Envoy takes one RSA and one ECDSA certificate.'),
  'istio/tls-ciphers': warned('Names as BoringSSL has them, for example ECDHE-RSA-AES128-GCM-SHA256.'),
  // VirtualServices
  'istio/gateway-reference': refused('namespace/name, or the name of a Gateway in the own namespace, or mesh.'),
  'istio/gateway-reference-old': warned('Write namespace/name.'),
  'istio/delegate': refused('A route either delegates or acts; a delegate has http routes only, without hosts and gateways.'),
  'istio/claim-route': refused('Only gateways route by claims of a token; remove mesh from gateways.'),
  'istio/routes-missing': refused('Add http, tls or tcp routes.'),
  'istio/route-action': refused('Every route needs a destination, or for HTTP a redirect or directResponse.'),
  'istio/route-conflict': refused('A route has one action: route, redirect or directResponse.'),
  'istio/destination-missing': refused('Add destination with a host.'),
  'istio/match-missing': refused('TLS routes are found by SNI: add match with sniHosts.'),
  'istio/string-match': refused('exact, prefix or regex, not empty; regex is RE2: no lookahead and no back references.'),
  'istio/header-name': refused('Letters, digits and -; of pseudo headers only :authority can be set.'),
  'istio/header-value': refused('A % begins a variable such as %HOSTNAME%; write %% for a percent sign.'),
  'istio/authority-twice': refused('Keep one of rewrite.authority and the header.'),
  'istio/cors-method': refused('GET, HEAD, POST, PUT, PATCH, DELETE, CONNECT, OPTIONS, TRACE or *.'),
  'istio/fault': refused('Add abort or delay; delays are fixed, aborts have an HTTP or gRPC status.'),
  'istio/redirect': refused('Say where to: uri, authority, port or scheme; a code is 3xx.'),
  'istio/rewrite': refused('One of uri and uriRegexRewrite, and authority if wanted.'),
  'istio/retries': refused('With attempts above 0; retryOn is a list of conditions such as 5xx,reset,connect-failure.'),
  'istio/body-size': refused('Serve large bodies from a workload.'),
  'istio/body-large': warned('Every gateway and sidecar that has the route holds the body; serve it from a workload.'),
  'istio/sni-host': refused('Add the SNI host, or a wildcard that covers it, to hosts.'),
  'istio/sni-address': warned('Clients send names as SNI, not addresses.'),
  'istio/IST0130': {
    severity: 'warning',
    message: 'This route is never used: {text}',
    help: 'Routes are tried in their order; put the special before the general.',
  },
  'istio/IST0131': {
    severity: 'info',
    message: 'This match is never used: {text}',
    help: 'An earlier match takes these requests; remove this one or put it first.',
  },
  // DestinationRules
  'istio/policy-empty': refused('Say something, or leave the block out.'),
  'istio/subset-name': refused('A subset name is one DNS label.'),
  'istio/subset-duplicate': refused('Subsets of a DestinationRule have different names.'),
  'istio/outlier-detection': refused('Set splitExternalLocalOriginErrors: true.'),
  'istio/pool-protocol': refused('Keep one of h2UpgradePolicy: UPGRADE and useClientProtocol.'),
  'istio/hash-table': refused('maglev.tableSize is a prime below 5000011, for example 65537; ring sizes belong in ringHash.'),
  'istio/cookie': refused('A cookie needs a name; its attributes have names, each once.'),
  'istio/locality': refused('Localities are region/zone/subzone, each covered once; weights from one locality add up to 100.'),
  'istio/failover-blind': warned('Without outlierDetection no endpoint counts as failed, and there is no failover. Add it.'),
  'istio/warmup': refused('duration is needed; minimumPercent is at most 100, aggression above 0.'),
  'istio/tunnel': refused('Protocol CONNECT or POST, a host name or address, and a port.'),
  // ServiceEntries and workloads
  'istio/endpoints-or-selector': refused('Remove endpoints or workloadSelector.'),
  'istio/resolution': refused('NONE has no endpoints, STATIC has addresses, DNS has names, DYNAMIC_DNS has wildcard hosts only.'),
  'istio/resolution-ignored': warned('With resolution NONE requests go where the client sends them. Use STATIC.'),
  'istio/hosts-and-tcp': refused('Plain TCP has no host name to tell the hosts apart; make one ServiceEntry for each.'),
  'istio/hosts-share-address': warned('Plain TCP has no host name to tell the hosts apart; make one ServiceEntry for each.'),
  'istio/tcp-without-address': warned(
    'Without an address of its own a TCP port takes the traffic of every host at that port. Add addresses.',
  ),
  'istio/endpoint-address': refused('An IP address with STATIC, a name or an address with DNS, or unix:///path.'),
  'istio/endpoint-port': refused('Use the names of the ports of the ServiceEntry; a socket has none.'),
  'istio/endpoint-unset': warned('Reached by the gateway of its network.'),
  'istio/template-missing': refused('Add template, if only template: {}.'),
  'istio/probe': refused('httpGet with a port, tcpSocket with a port, or exec with a command.'),
  // Sidecars
  'istio/sidecar-empty': refused('Add egress, ingress or outboundTrafficPolicy.'),
  'istio/default-endpoint': refused('127.0.0.1:8080, 0.0.0.0:8080, [::1]:8080, [::]:8080 or unix:///path.'),
  'istio/egress-catch-all': refused('One listener may leave the port out, and it stands last.'),
  'istio/pool-ignored': warned('Name the protocol HTTP, or move the settings to tcp.'),
  'istio/outbound-policy': refused('An egress proxy needs mode ALLOW_ANY, a host and a port.'),
} as const satisfies Readonly<Record<string, Rule>>;
