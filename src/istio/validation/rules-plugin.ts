import type { Rule } from './rules.ts';

/** Our own advice about plugins and kinds: what is legal and yet not what people mean. */
export const pluginRules = {
  // where the module comes from
  'istio/url-dropped': {
    severity: 'error',
    message: 'The webhook accepts {url}, but istiod cannot read it and drops the plugin',
    help: 'The webhook tries again with "http://" in front; istiod does not. Write the scheme: oci://{url}',
  },
  'istio/url-registry-port': {
    severity: 'error',
    message: 'The registry {host} is read as a scheme',
    help: 'What stands before the first colon is the scheme. Write oci://{url}',
  },
  'istio/url-file-form': {
    severity: 'warning',
    message: 'The file name becomes {filename}, which is hardly meant',
    help: 'Only an exact file:// is cut off. Write file:///path/in/the/proxy.wasm',
  },
  'istio/url-no-scheme': {
    severity: 'hint',
    message: 'Without a scheme this is an image: oci://{url}',
    help: 'Writing oci:// makes it plain, and a registry with a port needs it.',
  },
  'istio/url-plain-http': {
    severity: 'warning',
    message: 'The module is fetched without encryption and without a checksum',
    help: 'Whoever is on the way can change it. Use https, or give sha256.',
  },
  'istio/url-no-path': {
    severity: 'warning',
    message: 'The url {url} names no module',
    help: 'Give the image or the file behind the host.',
  },
  'istio/sha256-missing': {
    severity: 'hint',
    message: 'The module has no checksum',
    help: 'With sha256 the proxy runs exactly this module or none. The app shows the checksum of a module you drop.',
  },
  'istio/sha256-of-file': {
    severity: 'warning',
    message: 'sha256 has no effect with a file in the proxy',
    help: 'The checksum is compared by the agent when it fetches; a file is not fetched.',
  },
  'istio/image-latest': {
    severity: 'warning',
    message: 'The image {url} has no fixed version',
    help: 'Proxies that start on different days run different modules. Name a version, or better a digest (@sha256:…).',
  },
  'istio/pull-always': {
    severity: 'hint',
    message: 'imagePullPolicy Always asks the registry again at each change of the resource',
    help: 'A registry that limits the rate can keep proxies without the plugin. A digest in the url makes Always unnecessary.',
  },
  'istio/pull-policy-of-file': { severity: 'hint', message: 'imagePullPolicy has no effect with a file in the proxy', help: 'Remove it.' },
  'istio/pull-secret-namespace': {
    severity: 'warning',
    message: 'The namespace in {secret} is ignored',
    help: 'istiod always looks in the namespace of the plugin, {namespace}. Put the Secret there and write its name alone.',
  },
  'istio/pull-secret-type': {
    severity: 'error',
    message: 'Secret {secret} has type {type}, not kubernetes.io/dockerconfigjson',
    help: 'istiod passes an empty secret on, and the agent denies (or allows) everything instead of running the plugin.',
  },
  'istio/pull-secret-absent': {
    severity: 'hint',
    message: 'There is no Secret {secret} among these files',
    help: 'Without it the agent does not fetch the module, and an RBAC filter stands in for the plugin.',
  },
  'istio/verification-key': {
    severity: 'warning',
    message: 'verificationKey has no effect',
    help: 'It was never implemented. Remove it, and pin the module by sha256 or digest.',
  },
  // what the plugin reads
  'istio/config-empty': {
    severity: 'hint',
    message: 'With an empty pluginConfig the plugin reads no configuration at all',
    help: 'on_configure gets size 0, as if pluginConfig were absent. Many plugins refuse that.',
  },
  'istio/config-number': {
    severity: 'warning',
    message: '{value} does not reach the plugin as written: it becomes {becomes}',
    help: 'Numbers travel as 64-bit floats. Write long numbers as text.',
  },
  'istio/config-secret': {
    severity: 'warning',
    message: '{field} looks like a secret in plain text',
    help: 'Everybody who may read the resource or a config dump reads it. Pass it by vmConfig.env with valueFrom HOST.',
  },
  'istio/env-secret': {
    severity: 'warning',
    message: 'The variable {name} looks like a secret in plain text',
    help: 'Use valueFrom: HOST and give the proxy the variable from a Secret.',
  },
  'istio/env-reserved': {
    severity: 'error',
    message: 'The variable {name} never reaches the plugin',
    help: 'The agent removes every variable whose name begins with ISTIO_META_; some of them steer the fetching of the module.',
  },
  'istio/env-host-unknown': {
    severity: 'hint',
    message: 'The plugin gets {name} only if the proxy container has such a variable',
    help: 'Envoy passes HOST variables from its own environment; istio-proxy has POD_NAME, POD_NAMESPACE, INSTANCE_IP and others.',
  },
  // whom it reaches
  'istio/selector-nothing': {
    severity: 'warning',
    message: 'No workload in {namespace} has the labels {labels}',
    help: 'Compare with the labels of the pods (not of the Deployment).',
  },
  'istio/selector-on-waypoint': {
    severity: 'warning',
    message: 'A waypoint ignores selectors',
    help: 'Attach to a waypoint by targetRefs: to its Gateway, to a Service, or from the root namespace to the GatewayClass istio-waypoint.',
  },
  'istio/target-ref-without-waypoint': {
    severity: 'warning',
    message: 'A target of kind {kind} works on waypoints only, and there is none here',
    help: 'For sidecars use a selector. For a gateway name the Gateway.',
  },
  'istio/target-ref-absent': {
    severity: 'hint',
    message: 'There is no {kind} {name} in {namespace} among these files',
    help: 'A target that does not exist attaches the resource to nothing.',
  },
  'istio/target-ref-class': {
    severity: 'error',
    message: 'A GatewayClass as target works only for istio-waypoint and from the root namespace {root}',
    help: 'Move the resource to {root}, or name a Gateway.',
  },
  'istio/root-namespace-everything': {
    severity: 'info',
    message: 'In the root namespace and without a selector it is for every workload of the mesh',
    help: 'Give a selector, or move it, unless that is meant.',
  },
  'istio/match-mode-gateway': {
    severity: 'warning',
    message: 'On a gateway all traffic counts as CLIENT, so mode SERVER keeps the plugin out',
    help: 'Leave mode out, or use CLIENT_AND_SERVER.',
  },
  'istio/match-port-gateway': {
    severity: 'warning',
    message: 'Port {port} never fits on gateway {gateway}; its HTTP listener is on {target}',
    help: 'HTTP plugins are compared with the port of the listener, that is the targetPort of the Service.',
  },
  'istio/match-port-inbound': {
    severity: 'warning',
    message: 'Inbound, port {port} of {service} is {target}',
    help: 'HTTP plugins are compared with the targetPort for incoming traffic. For outgoing traffic {port} is right.',
  },
  'istio/match-port-waypoint': {
    severity: 'warning',
    message: 'On a waypoint HTTP chains have no port, so an entry with ports never fits there',
    help: 'Remove ports for the waypoint.',
  },
  'istio/network-plugin-once': {
    severity: 'info',
    message: 'A NETWORK plugin is in the first HTTPS server of a gateway listener only',
    help: 'istiod takes network plugins out of one list while it builds the chains. Later HTTPS servers of the port run without it.',
  },
  // order
  'istio/priority-tie': {
    severity: 'hint',
    message: '{other} has the same phase and priority: {why} decides which runs first',
    help: 'Give each plugin of a phase a priority of its own; higher runs first.',
  },
  'istio/priority-tie-upgrade': {
    severity: 'warning',
    message: '{first} runs before {second} up to Istio 1.29 and after it from 1.30 on',
    help: 'Their order hangs on their names, and since 1.30 names are compared with a suffix. Give them different priorities.',
  },
  'istio/priority-absent': {
    severity: 'warning',
    message: 'Without a priority it runs after {other}, which has {priority}',
    help: 'The documentation says the default is 0; in fact no priority is less than every number.',
  },
  'istio/phase-after-custom': {
    severity: 'info',
    message: 'AuthorizationPolicy {policy} with action CUSTOM runs before this plugin, whatever its phase',
    help: 'External authorization always comes first. To run before it, use an EnvoyFilter.',
  },
  'istio/phase-numeric': {
    severity: 'warning',
    message: 'The phase is written as a number',
    help: 'Write its name: AUTHN, AUTHZ or STATS.',
  },
  // failure
  'istio/fail-open-security': {
    severity: 'warning',
    message: 'FAIL_OPEN in phase {phase}: when the plugin fails, requests pass unchecked',
    help: 'Also when the module cannot be fetched, an RBAC filter that allows everything stands in. FAIL_CLOSE denies instead.',
  },
  'istio/fail-reload': {
    severity: 'hint',
    message: 'FAIL_RELOAD counts as closed while the module cannot be fetched',
    help: 'Reloading helps after a crash of a running plugin; requests in between fail.',
  },
  'istio/plugin-hits-nothing': {
    severity: 'warning',
    message: 'It lands on none of {count} proxies: {why}',
    help: 'istiod says nothing about such a plugin.',
  },
  // kinds
  'istio/kind-group': {
    severity: 'error',
    message: '{kind} is of {group}, not of {actual}',
    help: 'kubectl would say: no matches for kind.',
  },
  'istio/kind-too-new': {
    severity: 'error',
    message: 'Istio {minor} does not know TrafficExtension',
    help: 'It came with 1.30. The same plugin can be written as a WasmPlugin, unless it is Lua.',
  },
  'istio/no-namespace': {
    severity: 'hint',
    message: 'Without a namespace it goes where kubectl points, here taken as {namespace}',
    help: 'Write metadata.namespace.',
  },
} as const satisfies Readonly<Record<string, Rule>>;
