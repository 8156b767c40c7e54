import type { Reason } from '#envoy/provenance.ts';

const core = 'istio/istio pilot/pkg/networking/core';
const model = 'istio/istio pilot/pkg/model';
const attachPolicy = `${model}/policyattachment.go ShouldAttachPolicy`;
const httpManager = `${core}/listener_builder.go buildHTTPConnectionManager`;
const networkFilters = `${core}/networkfilter.go buildCompleteNetworkFilters`;
const plugins = `${model}/push_context.go TrafficExtensionsByListenerInfo`;

/** Every rule of istiod that we give as a reason: one entry a rule. `{x}` is filled in. */
const rules = {
  // which policies and plugins reach a proxy
  namespace: ['it lives in the namespace of the proxy', plugins],
  'root-namespace': ['it lives in the root namespace {namespace}, which is for all namespaces', plugins],
  'service-namespace': ['it lives in the namespace of service {name}, which this waypoint serves', plugins],
  'namespace-miss': ['it lives in {namespace}; only {proxy} and the root namespace {root} count for this proxy', plugins],
  'selector-all': ['it has no selector, so it is for every workload', attachPolicy],
  selector: ['its selector {selector} fits the labels of the workload', attachPolicy],
  'selector-miss': ['its selector {selector} does not fit the labels of the workload', attachPolicy],
  'target-refs-need-gateway-api': [
    'it has targetRefs, which only reach gateways of the Gateway API and waypoints; this proxy has no gateway-name label',
    attachPolicy,
  ],
  'waypoint-needs-target-refs': ['a waypoint takes no policy without targetRefs, whatever its selector says', attachPolicy],
  'selector-switched-off': ['selectors on gateways of the Gateway API are off (ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY)', attachPolicy],
  'target-ref-gateway': ['its targetRefs name this gateway, {name}', attachPolicy],
  'target-ref-service': ['its targetRefs name {kind} {name}, which this waypoint serves', attachPolicy],
  'target-ref-class': ['its targetRefs name the class istio-waypoint from the root namespace', attachPolicy],
  'target-refs-miss': ['none of its targetRefs ({refs}) names {gateway} or anything it serves', attachPolicy],
  // which chains a plugin lands in
  'type-http': ['it is an HTTP plugin, so it goes into connection managers', `${model}/extensions.go MatchType`],
  'type-network': ['it is a NETWORK plugin, so it goes before the terminal network filter', `${model}/extensions.go MatchType`],
  'match-all': ['it has no match, so every port and direction counts', `${model}/extensions.go matchTrafficExtensionSelectors`],
  match: ['its match fits {mode} traffic on port {port}', `${model}/extensions.go matchTrafficExtensionSelectors`],
  'match-miss': ['none of its match entries fits {chains}', `${model}/extensions.go matchTrafficExtensionSelectors`],
  'no-chain': ['this proxy has no chain that takes {type} plugins', plugins],
  discarded: ['istiod discards it: {why}', `${model}/extensions.go convertToTrafficExtensionWrapper`],
  'kind-unknown': ['Istio {minor} does not know {kind}', 'istio/istio releasenotes/notes/trafficextension.yaml'],
  // where a plugin stands
  'phase-authn': ['phase AUTHN stands before jwt_authn and all authorization but CUSTOM', httpManager],
  'phase-authz': ['phase AUTHZ stands behind jwt_authn and before the rbac filters', httpManager],
  'phase-stats': ['phase STATS stands behind all authentication and authorization', httpManager],
  'phase-unspecified': ['without a phase it stands behind all phases, before the router and what Istio puts in front of it', httpManager],
  'phase-waypoint': ['on a waypoint STATS and no phase come behind cors', `${core}/listener_waypoint.go buildWaypointHTTPFilters`],
  'phase-network': ['network plugins run in the order AUTHN, AUTHZ, STATS, no phase', networkFilters],
  priority: ['in its phase the higher priority runs first; this one has {priority}', `${model}/push_context.go sortByPriority`],
  'priority-absent': [
    'it has no priority, which counts as the smallest number: behind all that have one',
    `${model}/push_context.go sortByPriority`,
  ],
  'priority-tie-namespace': ['same priority as {other}: the namespace of the proxy goes before the root namespace', plugins],
  'priority-tie-age': ['same priority as {other}: the older object goes first', `${model}/config.go configCompareByCreationTime`],
  'priority-tie-name': ['same priority and age as {other}: the name decides', `${model}/config.go configCompareByCreationTime`],
  'network-once': [
    'network plugins of a listener go into its first HTTP chain only',
    `${core}/gateway.go buildGatewayTCPBasedFilterChains`,
  ],
  // built-in filters
  'metadata-exchange': ['Istio puts metadata exchange first, so that every later filter knows the peer', httpManager],
  'authz-custom': ['AuthorizationPolicies with action CUSTOM ask an external service, before authentication', httpManager],
  'authz-custom-bad': [
    'the CUSTOM provider cannot be used ({why}), so everything the policies match is denied',
    'istio/istio pilot/pkg/security/authz/builder/builder.go buildHTTP',
  ],
  jwt: ['a RequestAuthentication with JWT rules applies', 'istio/istio pilot/pkg/security/authn/policy_applier.go JwtFilter'],
  'authz-audit': ['AUDIT policies are evaluated first', 'istio/istio pilot/pkg/security/authz/builder/builder.go build'],
  'authz-deny': ['DENY policies are evaluated before ALLOW policies', 'istio/istio pilot/pkg/security/authz/builder/builder.go build'],
  'authz-allow': [
    'ALLOW policies are evaluated last; what none of them allows is denied',
    'istio/istio pilot/pkg/security/authz/builder/builder.go build',
  ],
  'grpc-web': ['the protocol of the port is grpc-web', httpManager],
  'grpc-stats': ['Istio always counts gRPC messages', httpManager],
  alpn: ['tells upstream TLS which protocol flows; not on inbound', httpManager],
  fault: ['always there; VirtualServices switch it on by route', httpManager],
  cors: ['always there; VirtualServices fill it by route', httpManager],
  telemetry: ['provider {provider} counts requests here ({origin})', `${model}/telemetry.go HTTPFilters`],
  'inference-pool': [
    'a route of this gateway leads to an InferencePool; the filter is idle but for those routes, which name their endpoint picker',
    httpManager,
  ],
  'stateful-session': ['persistent sessions are switched on (PILOT_ENABLE_PERSISTENT_SESSION_FILTER)', httpManager],
  'dynamic-forward-proxy': ['the host is a wildcard that is resolved by request', httpManager],
  router: ['the router must be last', httpManager],
  'http-manager': ['the protocol of this chain is HTTP', `${core}/listener_inbound.go inboundChainForOpts`],
  'tcp-proxy': ['the end of every TCP chain: bytes go to {cluster}', networkFilters],
  'protocol-filter': ['the protocol of the port is {protocol}', `${core}/networkfilter.go buildNetworkFiltersStack`],
  'waypoint-metadata': ['waypoints find out about peers from the workload index', `${core}/listener_waypoint.go buildWaypointHTTPFilters`],
  'connect-authority': [
    'keeps what the CONNECT request says about destination and peers',
    `${core}/listener_waypoint.go buildHCMConnectTerminateChain`,
  ],
  // listener filters
  'original-dst': ['finds the address the caller meant before redirection', `${core}/listener_inbound.go populateListenerFilters`],
  'original-src': ['the proxy runs in mode TPROXY', `${core}/listener_inbound.go populateListenerFilters`],
  'tls-inspector': ['a chain of this listener needs to know about TLS, SNI or ALPN', `${core}/listener_inbound.go buildTLSInspector`],
  'http-inspector': ['a chain of this listener is chosen by sniffing for HTTP', `${core}/listener_inbound.go buildHTTPInspector`],
  'proxy-protocol': ['gatewayTopology.proxyProtocol is set', `${core}/listener.go buildGatewayListener`],
  // listeners and chains
  'virtual-outbound': [
    'takes all outgoing traffic that no other listener is for',
    `${core}/listener_builder.go buildVirtualOutboundListener`,
  ],
  'virtual-inbound': ['takes all incoming traffic', `${core}/listener_inbound.go inboundVirtualListener`],
  blackhole: ['stops traffic that is sent to the redirection port itself', `${core}/listener_inbound.go buildInboundBlackhole`],
  passthrough: ['traffic to ports no service declares', `${core}/listener_inbound.go buildInboundPassthroughChains`],
  'passthrough-port': [
    'portLevelMtls names port {port}, which no service declares',
    'istio/istio pilot/pkg/networking/plugin/authn/authentication.go ForPassthrough',
  ],
  'inbound-port': ['{service} sends its port {port} here', `${core}/listener_inbound.go buildInboundChainConfigs`],
  'sidecar-ingress': ['Sidecar {sidecar} declares this ingress port', `${core}/listener_inbound.go buildInboundChainConfigs`],
  mtls: ['mutual TLS is {mode} here{why}', 'istio/istio pilot/pkg/security/authn/policy_applier.go ComposePeerAuthentication'],
  'outbound-http': [
    'HTTP services share one listener per port; routes tell them apart',
    `${core}/listener.go buildSidecarOutboundListener`,
  ],
  'outbound-tcp': [
    '{service} speaks {protocol} on port {port}, so it has a listener on its address',
    `${core}/listener.go buildSidecarOutboundListener`,
  ],
  'outbound-auto': [
    'the protocol of port {port} of {service} is not declared, so it is sniffed',
    `${core}/listener.go buildSidecarOutboundListener`,
  ],
  'outbound-fallthrough': [
    'what matches no chain follows outboundTrafficPolicy',
    `${core}/listener_builder.go buildOutboundCatchAllNetworkFiltersOnly`,
  ],
  'http-proxy': ['proxyHttpPort is set', `${core}/listener.go buildHTTPProxy`],
  'gateway-server': ['Gateway {gateway} has a server on port {port}', `${core}/gateway.go buildGatewayListeners`],
  'gateway-route': ['VirtualService {route} routes this server', `${core}/gateway.go createGatewayTCPFilterChainOpts`],
  'tunnel-inbound': [
    'the workload takes HBONE: what comes through the tunnel gets the chains of its ports again, without TLS',
    `${core}/listener_inbound.go buildInboundHBONEListeners`,
  ],
  'waypoint-terminate': ['ends the HBONE tunnel', `${core}/listener_waypoint.go buildConnectTerminateListener`],
  'waypoint-internal': ['the services and workloads of this waypoint', `${core}/listener_waypoint.go buildWaypointInternal`],
  'waypoint-originate': ['begins a new HBONE tunnel to the destination', `${core}/listener_waypoint.go buildConnectForwarder`],
  'waypoint-service': ['port {port} of {service}, which uses this waypoint', `${core}/listener_waypoint.go buildWaypointInternal`],
  'waypoint-destination': [
    'keeps the original destination for TLS to other networks',
    `${core}/listener_waypoint.go buildWaypointInternal`,
  ],
  'waypoint-client-identity': [
    'the annotation ambient.istio.io/xfcc-include-client-identity asks for the identity of callers in x-forwarded-client-cert',
    `${core}/listener_waypoint.go buildWaypointHTTPFilters`,
  ],
  'request-source': [
    'keeps which gateway or waypoint a request comes from, so that none of them sees it twice',
    `${core}/listener_waypoint.go buildHCMConnectTerminateChain`,
  ],
  'east-west-forward': ['hands the inner tunnel on to the service or its waypoint', `${core}/listener_waypoint.go buildConnectForwarder`],
  'east-west-empty': ['no service of this network is global, so nothing is served', `${core}/listener_waypoint.go buildWaypointInternal`],
  'waypoint-direct': ['traffic to a workload address', `${core}/listener_waypoint.go buildWaypointInternal`],
} as const satisfies Readonly<Record<string, readonly [text: string, source: string]>>;

export type RuleCode = keyof typeof rules;

/** The rule as a reason, with its blanks filled. */
export function reason(code: RuleCode, args: Readonly<Record<string, string | number>> = {}): Reason {
  const [text, source] = rules[code];
  return { code, text: filledIn(text, args), source };
}

/** Texts cut at their blanks; every second piece is the name of one. A mesh has a reason for each of its plugins. */
const cut = new Map<string, readonly string[]>();

function filledIn(text: string, args: Readonly<Record<string, string | number>>): string {
  let pieces = cut.get(text);
  if (pieces === undefined) {
    pieces = text.split(/\{(\w+)\}/);
    cut.set(text, pieces);
  }
  if (pieces.length === 1) return text;
  return pieces.map((piece, i) => (i % 2 === 0 ? piece : String(args[piece] ?? `{${piece}}`))).join('');
}
