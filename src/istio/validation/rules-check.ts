import type { Rule } from './rules.ts';

const refused = 'The cluster refuses it: {text}';
const warned = 'The cluster warns: {text}';

/** What the API server, istiod's webhook and istioctl's analyzers say. `{text}` are their own words. */
export const checkRules = {
  // the API server
  'istio/crd-schema': {
    severity: 'error',
    message: refused,
    help: 'The CRD of {kind} in Istio {minor} does not allow this value.',
  },
  'istio/crd-enum': {
    severity: 'error',
    message: refused,
    help: 'Write one of the supported values, in exactly this spelling.',
  },
  'istio/crd-required': { severity: 'error', message: '{field} is missing', help: 'The CRD of {kind} requires this field.' },
  'istio/crd-duplicate': {
    severity: 'error',
    message: refused,
    help: 'The entries of this list must differ in their key.',
  },
  'istio/crd-unknown-field': {
    severity: 'error',
    message: '{kind} has no field {field}{suggestion}',
    help: 'kubectl warns about it, the API server drops it, and istiod never sees it. Check spelling and indentation.',
  },
  'istio/crd-rule': { severity: 'error', message: refused, help: 'A rule of the CRD (CEL) does not hold.' },
  'istio/crd-version': {
    severity: 'error',
    message: 'Istio {minor} does not serve {kind} as {apiVersion}{suggestion}',
    help: 'kubectl would say: no matches for kind. Use a version the CRDs of this Istio have.',
  },
  'istio/spec-unreadable': {
    severity: 'error',
    message: 'istiod cannot read the spec: {text}',
    help: 'For istiod the whole resource does not exist until this is mended.',
  },
  'istio/annotation-refused': { severity: 'error', message: refused, help: 'Remove the annotation.' },
  // the webhook: selection
  'istio/one-target': {
    severity: 'error',
    message: refused,
    help: 'Give either a selector (sidecars, classic gateways) or targetRefs (Gateway API gateways, waypoints, services).',
  },
  'istio/selector-empty-key': { severity: 'error', message: refused, help: 'Every label needs a key.' },
  'istio/selector-wildcard': {
    severity: 'error',
    message: refused,
    help: 'Labels are compared as they are; list each value, or leave the selector out to mean every workload.',
  },
  'istio/selector-empty': {
    severity: 'warning',
    message: warned,
    help: 'A selector without labels means every workload of the namespace. Remove it, or add labels.',
  },
  'istio/target-ref-name': { severity: 'error', message: refused, help: 'Name the object to attach to.' },
  'istio/target-ref-namespace': { severity: 'error', message: refused, help: 'Put the resource into the namespace of its target.' },
  'istio/target-ref-kind': {
    severity: 'error',
    message: refused,
    help: 'Policies attach to Service (core), ServiceEntry, Gateway and, from 1.25 on, GatewayClass. Give the group too.',
  },
  // the webhook: plugins
  'istio/url-missing': {
    severity: 'error',
    message: refused,
    help: 'Where is the module: oci://registry/image:tag, https://…/x.wasm, or file:///path in the proxy.',
  },
  'istio/url-scheme': {
    severity: 'error',
    message: refused,
    help: 'Schemes are oci, http, https and file. A registry with a port needs oci:// in front, or its name is read as the scheme.',
  },
  'istio/url-unparsable': { severity: 'error', message: refused, help: 'Write it as a URL: oci://registry/image:tag.' },
  'istio/sha256-length': {
    severity: 'error',
    message: refused,
    help: 'The checksum of the module in hexadecimal: 64 characters, without "sha256:".',
  },
  'istio/sha256-pattern': { severity: 'error', message: refused, help: 'Small letters a to f and digits only.' },
  'istio/pull-secret-length': { severity: 'error', message: refused, help: 'The name of a Secret in the same namespace.' },
  'istio/plugin-name-length': {
    severity: 'error',
    message: refused,
    help: 'pluginName is the root id the module registers under; it is short.',
  },
  'istio/env-name': { severity: 'error', message: refused, help: 'Every variable needs a name.' },
  'istio/env-name-length': { severity: 'error', message: refused, help: 'Use a shorter name.' },
  'istio/env-duplicate': { severity: 'error', message: refused, help: 'A variable can be given once.' },
  'istio/env-host-value': {
    severity: 'error',
    message: refused,
    help: "With HOST the value comes from the proxy's environment; remove value, or use INLINE.",
  },
  'istio/match-port-range': { severity: 'error', message: refused, help: 'Ports are 1 to 65535.' },
  'istio/wasm-or-lua': { severity: 'error', message: refused, help: 'A TrafficExtension has one of wasm and lua.' },
  'istio/lua-empty': { severity: 'error', message: refused, help: 'Write envoy_on_request or envoy_on_response.' },
  'istio/lua-too-long': { severity: 'error', message: refused, help: 'Split the script, or use a Wasm module.' },
  // the webhook: EnvoyFilter
  'istio/envoy-filter-exposed': {
    severity: 'hint',
    message: 'EnvoyFilter reaches into what istiod generates, which may change with every version',
    help: 'Prefer WasmPlugin, TrafficExtension or Telemetry where they can say it, and check the chain before each upgrade.',
  },
  'istio/patch-apply-to': {
    severity: 'error',
    message: refused,
    help: 'Say what to patch: HTTP_FILTER, NETWORK_FILTER, LISTENER, CLUSTER …',
  },
  'istio/patch-missing': { severity: 'error', message: refused, help: 'Add patch with operation and value.' },
  'istio/patch-operation': {
    severity: 'error',
    message: refused,
    help: 'INSERT_BEFORE, INSERT_AFTER, INSERT_FIRST, ADD, MERGE, REPLACE or REMOVE.',
  },
  'istio/patch-value': { severity: 'error', message: refused, help: 'Every operation but REMOVE needs a value.' },
  'istio/proxy-version-long': { severity: 'warning', message: warned, help: 'istiod lets such a patch match no proxy at all.' },
  'istio/proxy-version-regex': {
    severity: 'error',
    message: refused,
    help: String.raw`It is a Go regular expression, for example ^1\.31.*`,
  },
  'istio/match-not-listener': { severity: 'error', message: refused, help: 'Kinds inside listeners are matched by match.listener.' },
  'istio/match-not-route': { severity: 'error', message: refused, help: 'Routes are matched by match.routeConfiguration.' },
  'istio/match-not-cluster': { severity: 'error', message: refused, help: 'Clusters are matched by match.cluster.' },
  'istio/filter-match-useless': {
    severity: 'warning',
    message: warned,
    help: 'Listeners and filter chains are matched by their own fields.',
  },
  'istio/filter-match-name': {
    severity: 'error',
    message: refused,
    help: 'Name the network filter, usually envoy.filters.network.http_connection_manager.',
  },
  'istio/sub-filter-kind': { severity: 'error', message: refused, help: 'A sub filter is an HTTP filter inside the connection manager.' },
  'istio/sub-filter-manager': {
    severity: 'error',
    message: refused,
    help: 'HTTP filters stand in envoy.filters.network.http_connection_manager.',
  },
  'istio/sub-filter-name': { severity: 'error', message: refused, help: 'Name the HTTP filter, for example envoy.filters.http.router.' },
  'istio/old-filter-name': {
    severity: 'error',
    message: 'The filter name {name} matches nothing any more',
    help: 'istiod has generated {now} since 1.4 and no longer translates old names.',
  },
  'istio/value-unknown-type': { severity: 'error', message: refused, help: 'istiod drops the patch. Use the v3 message, spelled in full.' },
  'istio/value-unreadable': { severity: 'error', message: refused, help: 'istiod drops the patch.' },
  'istio/value-unknown-field': { severity: 'warning', message: warned, help: 'istiod ignores the field and applies the rest.' },
  'istio/filter-untyped': {
    severity: 'warning',
    message: warned,
    help: 'Give the filter a typed_config with its @type; Envoy does not find filters by name any more.',
  },
  // istioctl analyze
  'istio/IST0151': {
    severity: 'warning',
    message: 'This EnvoyFilter has a relative operation ({operation}) and no priority',
    help: 'Among EnvoyFilters of equal priority the age decides, so the patch may run before what it refers to is there. Set priority.',
  },
  'istio/IST0152': { severity: 'warning', message: 'REPLACE on {applyTo}: istioctl analyze calls it an error', help: '{detail}' },
  'istio/IST0153': {
    severity: 'error',
    message: 'ADD does nothing useful on {applyTo}',
    help: 'Routes are added by VIRTUAL_HOST, or by HTTP_ROUTE with INSERT_FIRST, INSERT_BEFORE or INSERT_AFTER.',
  },
  'istio/IST0154': {
    severity: 'error',
    message: 'REMOVE on {applyTo}: istioctl analyze calls it an error',
    help: 'Remove the route where it is written, in its VirtualService.',
  },
  'istio/IST0155': {
    severity: 'warning',
    message:
      'This EnvoyFilter has a relative operation and no priority, and another patch of the same name is for certain proxy versions only',
    help: 'Set priority, so that the order does not depend on age.',
  },
} as const satisfies Readonly<Record<string, Rule>>;
