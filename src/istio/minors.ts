/** What differs between the lines of istiod that we can play. One entry per change; a change holds from its minor on. */
export interface Minor {
  /** `1.31`. */
  readonly name: string;
  readonly minor: number;
  /** Filter names of plugins. */
  readonly pluginPrefix: string;
  readonly wasmPluginSuffix: string;
  /** TrafficExtension exists, and every WasmPlugin is translated to one. */
  readonly trafficExtensions: boolean;
  /** How `failStrategy` is written in the ECDS resource. */
  readonly failurePolicy: boolean;
  /** A `tls_inspector` stands before every `http_inspector` of an outbound listener. */
  readonly outboundTlsInspector: boolean;
  /** EnvoyFilters without `targetRefs` reach waypoints. */
  readonly envoyFiltersOnWaypointsBySelector: boolean;
  /** A MERGE with a value of another type ends the work on its group of listeners (it panics); before, it was skipped. */
  readonly mergeTypeMismatchPanics: boolean;
  /** How several CUSTOM providers on one workload end. */
  readonly customProviders: 'first' | 'deny-all' | 'deny-each';
  /** ExternalName services are aliases of their target, without listeners of their own. */
  readonly externalNameAlias: boolean;
  /** `inner_connect_originate` and `outer_connect_originate` on waypoints. */
  readonly doubleHbone: boolean;
  /** `applyTo` and operation names the API knows. */
  readonly mergeAndReplaceList: boolean;
  /** Sidecars resolve the hosts of wildcard ServiceEntries with resolution DYNAMIC_DNS. */
  readonly dynamicDns: boolean;
  /** Providers of kind `lightstep` trace, by OpenTelemetry. */
  readonly lightstep: boolean;
  /** A host of a ServiceEntry is one service with all its addresses; since then one service for each address. */
  readonly addressesTogether: boolean;
  /** `serviceEntryVisibility` of the mesh counts. */
  readonly entryVisibility: boolean;
  /** Virtual hosts have the host with a final dot among their domains. */
  readonly absoluteDomains: boolean;
  /** Waypoints inspect TLS when a port is TLS; before, when a port is not. */
  readonly waypointTlsInspectorForTlsOnly: boolean;
  /** Listeners of a Gateway of the Gateway API that collide with an earlier one are left out. */
  readonly gatewayListenerConflicts: boolean;
  /** Gateways between ambient networks tell requests of ingress gateways from others, and have TLS listeners beside the tunnel. */
  readonly gatewayTunnels: boolean;
  /** The v1 API of the Gateway API inference extension. */
  readonly inferencePools: boolean;
}

const first: Minor = {
  name: '1.20',
  minor: 20,
  pluginPrefix: '',
  wasmPluginSuffix: '',
  trafficExtensions: false,
  failurePolicy: false,
  outboundTlsInspector: true,
  envoyFiltersOnWaypointsBySelector: true,
  mergeTypeMismatchPanics: false,
  customProviders: 'first',
  externalNameAlias: false,
  doubleHbone: false,
  mergeAndReplaceList: false,
  dynamicDns: false,
  lightstep: true,
  addressesTogether: true,
  entryVisibility: false,
  absoluteDomains: false,
  waypointTlsInspectorForTlsOnly: false,
  gatewayListenerConflicts: false,
  gatewayTunnels: false,
  inferencePools: false,
};

const changes: readonly (readonly [minor: number, change: Partial<Minor>])[] = [
  // releasenotes of 1.21: ExternalName services are treated as aliases by default
  [21, { pluginPrefix: 'extenstions.istio.io/wasmplugin/', externalNameAlias: true }],
  // releasenotes/notes/54002.yaml, whose upgrade note names 1.27, is about `lightstep`
  [25, { envoyFiltersOnWaypointsBySelector: false, addressesTogether: false }],
  [
    26,
    {
      waypointTlsInspectorForTlsOnly: true,
      pluginPrefix: 'extensions.istio.io/wasmplugin/',
      failurePolicy: true,
      customProviders: 'deny-all',
      mergeTypeMismatchPanics: true,
    },
  ],
  [27, { lightstep: false, outboundTlsInspector: false, doubleHbone: true, absoluteDomains: true }],
  // `sigs.k8s.io/gateway-api-inference-extension` of go.mod; 1.27 asks for an alpha
  [28, { inferencePools: true }],
  [
    30,
    {
      pluginPrefix: 'extensions.istio.io/trafficextension/',
      wasmPluginSuffix: '~istio-translated-wasmplugin',
      trafficExtensions: true,
      customProviders: 'deny-each',
      dynamicDns: true,
    },
  ],
  // releasenotes/notes/60870-serviceentry-visibility.yaml, ewgw-tls-passthrough.yaml
  [31, { entryVisibility: true, mergeAndReplaceList: true, gatewayListenerConflicts: true, gatewayTunnels: true }],
];

export const oldestMinor = 20;
export const newestMinor = 31;

/** Every minor we can play, newest first. */
export const minors: readonly Minor[] = Array.from({ length: newestMinor - oldestMinor + 1 }, (_, i) => build(newestMinor - i));

function build(minor: number): Minor {
  let out: Minor = { ...first, name: `1.${minor}`, minor };
  for (const [from, change] of changes) {
    if (from <= minor) out = { ...out, ...change };
  }
  return out;
}

/** The names of all minors we can play, newest first: `1.31` … `1.20`. */
export const minorNames: readonly string[] = minors.map((minor) => minor.name);

/** The line that `version` (`1.31`, `1.29.1`, `v1.24.0-rc.1`) belongs to; the nearest one we have when it is older or newer. */
export function minorOf(version: string): Minor {
  const text = /(?:^|\D)1\.(\d+)/.exec(version)?.[1];
  const wanted = Math.min(newestMinor, Math.max(oldestMinor, text === undefined ? newestMinor : Number(text)));
  return minors[newestMinor - wanted] ?? build(wanted);
}
