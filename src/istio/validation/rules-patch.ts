import type { Rule } from './rules.ts';

/** Our own advice about the patches of EnvoyFilters. */
export const patchRules = {
  // EnvoyFilter: what an operation does
  'istio/filter-behind-router': {
    severity: 'error',
    message: '{operation} puts the HTTP filter behind the router, and Envoy refuses the listener',
    help: 'The router must be last. Use INSERT_BEFORE with subFilter envoy.filters.http.router.',
  },
  'istio/insert-at-front': {
    severity: 'warning',
    message: 'INSERT_BEFORE without {what} puts the filter in front of all others',
    help: 'Name the filter it should stand before, or say INSERT_FIRST.',
  },
  'istio/operation-needs-filter': {
    severity: 'warning',
    message: '{operation} without {what} does nothing',
    help: 'Name the filter in the match.',
  },
  'istio/operation-useless': {
    severity: 'warning',
    message: '{operation} does nothing on {applyTo}',
    help: 'istiod ignores it without a word.',
  },
  'istio/insert-is-add': {
    severity: 'warning',
    message: 'On {applyTo} {operation} is the same as ADD',
    help: 'Only listener filters, network filters, HTTP filters and routes have an order.',
  },
  'istio/merge-all': {
    severity: 'warning',
    message: 'MERGE without {what} merges into every filter',
    help: 'The first filter of another type makes istiod panic, and the patches that follow are lost. Name the filter.',
  },
  'istio/merge-type': {
    severity: 'error',
    message: 'The filter {filter} has a configuration of another type than {type}',
    help: 'istiod panics at such a MERGE, and the patches that follow are lost (before 1.26 it was skipped).',
  },
  'istio/merge-listener-filter': {
    severity: 'error',
    message: 'MERGE on LISTENER_FILTER goes into every listener filter, whatever the match names',
    help: 'Where filters of several types stand, istiod panics. Use REPLACE.',
  },
  'istio/merge-zero': {
    severity: 'warning',
    message: 'MERGE cannot set {field} to {value}',
    help: 'A zero value is the same as an absent one for MERGE. Use REPLACE to switch something off.',
  },
  'istio/merge-appends': {
    severity: 'hint',
    message: 'MERGE appends to the list {field}',
    help: 'From Istio 1.31 on MERGE_AND_REPLACE_LIST replaces lists, except inside typed configs of filters.',
  },
  'istio/replace-list-alpn': {
    severity: 'error',
    message: 'MERGE_AND_REPLACE_LIST on applicationProtocols changes all mTLS chains of all proxies',
    help: 'A bug of istiod 1.31: the list it writes into is shared by the whole process. Use MERGE, or REMOVE the chain and ADD another.',
  },
  'istio/chain-without-filters': { severity: 'error', message: 'A filter chain without filters is thrown away', help: 'Give it filters.' },
  'istio/chain-added': {
    severity: 'info',
    message: 'No other patch sees an added filter chain',
    help: 'Chains are added last. Put everything it needs into this patch.',
  },
  'istio/listener-any': {
    severity: 'hint',
    message: 'Without a context a {what} is added for outbound traffic and gateways only',
    help: 'Set match.context.',
  },
  'istio/bootstrap': {
    severity: 'info',
    message: 'applyTo BOOTSTRAP acts when a proxy starts, and is not played here',
    help: 'Restart the pods to see its effect.',
  },
  // EnvoyFilter: what a match hits
  'istio/context-waypoint': {
    severity: 'warning',
    message: 'The context WAYPOINT is in the API, but istiod does nothing with it',
    help: 'Waypoints are patched as SIDECAR_INBOUND, by EnvoyFilters with targetRefs to the Gateway or its class.',
  },
  'istio/context-any': {
    severity: 'hint',
    message: 'Without a context the patch is for inbound, outbound and gateways alike',
    help: 'Say which side is meant.',
  },
  'istio/filter-target-service': {
    severity: 'warning',
    message: 'An EnvoyFilter attached to a {kind} changes no listener',
    help: 'Attach it to the Gateway of the waypoint.',
  },
  'istio/filter-target-refs-old': {
    severity: 'warning',
    message: 'Istio {minor} does not look at targetRefs of EnvoyFilters',
    help: 'Before 1.25 only workloadSelector counts.',
  },
  'istio/filter-selects-all': {
    severity: 'info',
    message: 'In the root namespace and without a workloadSelector the patches are for every workload of the mesh',
    help: 'Give a selector, or move it, unless that is meant.',
  },
  'istio/filter-port-gateway': {
    severity: 'warning',
    message: 'Port {port} is that of the Gateway server; the listener is on {target}',
    help: 'listener.portNumber is compared with the listener, that is the targetPort of the Service.',
  },
  'istio/filter-port-inbound': {
    severity: 'warning',
    message: 'Inbound, port {port} of {service} is {target}',
    help: 'For inbound listeners portNumber is the targetPort.',
  },
  'istio/route-port-gateway': {
    severity: 'warning',
    message: 'Port {port} is that of the listener; routes are matched by the port of the Gateway server, {server}',
    help: 'routeConfiguration.portNumber is the port in the Gateway.',
  },
  'istio/port-name-unused': {
    severity: 'warning',
    message: 'listener.portName is not implemented',
    help: 'Use portNumber or the name of the listener.',
  },
  'istio/filter-class-unused': {
    severity: 'warning',
    message: 'filterClass has no effect',
    help: 'Nobody reads it. Use INSERT_BEFORE or INSERT_AFTER with a filter.',
  },
  'istio/proxy-version-loose': {
    severity: 'hint',
    message: 'The pattern {pattern} is searched anywhere in the version',
    help: String.raw`Write ^1\.31.* for all of 1.31.`,
  },
  'istio/plugin-name-old': {
    severity: 'error',
    message: 'Istio {minor} does not name plugins {name}',
    help: 'Names of plugin filters changed with 1.21, 1.26 and 1.30. In this version it is {now}.',
  },
  'istio/plugin-name-fragile': {
    severity: 'warning',
    message: 'The patch hangs on the name of a plugin filter',
    help: 'These names changed with 1.21, 1.26 and 1.30; after such an upgrade the patch matches nothing. Prefer an anchor of Envoy, or priorities.',
  },
  'istio/anchor-unknown': {
    severity: 'hint',
    message: 'istiod generates no HTTP filter named {name}',
    help: 'Unless another patch puts it in, this one matches nothing.',
  },
  'istio/manager-name': {
    severity: 'warning',
    message: 'HTTP filters are only found in {manager}',
    help: 'Name the connection manager in match.listener.filterChain.filter, or leave the filter out.',
  },
  // EnvoyFilter: code inside
  'istio/inline-remote-wasm': {
    severity: 'error',
    message: 'The code of an inline Wasm filter is not fetched by the agent',
    help: 'Only ECDS resources pass through it. Put the filter into an EXTENSION_CONFIG patch and refer to it by config_discovery, or use a file.',
  },
  'istio/inline-wasm-cluster': {
    severity: 'warning',
    message: 'Envoy fetches the module through the cluster {cluster}, which must exist',
    help: 'Add it by a ServiceEntry or a CLUSTER patch, and give sha256, which Envoy requires.',
  },
  'istio/discovery-unanswered': {
    severity: 'error',
    message: 'Nobody answers the configuration {name}',
    help: 'The listener waits for it for ever, and the proxy does not become ready. Add an EXTENSION_CONFIG patch with this name.',
  },
  'istio/extension-unasked': {
    severity: 'warning',
    message: 'No filter asks for the configuration {name}',
    help: 'A patch must put in a filter of this name with config_discovery.',
  },
  'istio/extension-operation': { severity: 'warning', message: 'On EXTENSION_CONFIG only ADD does anything', help: 'Use ADD.' },
  'istio/lua-inline-code': {
    severity: 'hint',
    message: 'inline_code of the Lua filter is deprecated',
    help: 'Write default_source_code with inline_string.',
  },
  'istio/same-filter-twice': {
    severity: 'hint',
    message: 'Two patches put in a filter named {name}',
    help: 'Envoy runs both. Names in a chain need not be unique, but REMOVE takes all of a name and REPLACE the first.',
  },
  'istio/patch-hits-nothing': {
    severity: 'warning',
    message: 'Patch {patch} hits nothing on any of {count} proxies: {why}',
    help: 'istiod says nothing about such a patch.',
  },
  'istio/envoy-filter-panic': {
    severity: 'error',
    message: 'istiod panics while it patches {listeners}: {why}. What was still to do for these listeners is lost.',
    help: 'A MERGE must have the type of the filter it merges into. Name the filter in the match, or use REPLACE.',
  },
  'istio/envoy-filter-no-value': {
    severity: 'error',
    message: 'istiod panics while it patches {listeners}: {why}.',
    help: 'Every operation but REMOVE needs a value.',
  },
} as const satisfies Readonly<Record<string, Rule>>;
