import { asArray, asObject, asString, getIn, type JsonValue } from '#base/json.ts';
import { isPlugin } from '../extension-config/plugin.ts';
import type { Resource } from '../resource.ts';

/** One change between two lines of Istio that a diff of listeners does not tell by itself. */
export interface BehaviourChange {
  readonly code: string;
  /** The minor that brought it. */
  readonly since: number;
  readonly text: string;
  readonly advice: string;
  readonly source: string;
  readonly concerns: (resource: Resource, all: readonly Resource[]) => boolean;
}

const isEnvoyFilter = ({ kind, group }: Resource): boolean => kind === 'EnvoyFilter' && group === 'networking.istio.io';

const patchesOf = ({ spec }: Resource): readonly JsonValue[] => asArray(spec['configPatches']);

const isWasm = (resource: Resource): boolean => isPlugin(resource) && resource.spec['lua'] === undefined;

/** A patch that names a plugin's filter, as anchor or as its own name. */
function namesPlugin(resource: Resource, all: readonly Resource[]): boolean {
  if (!isEnvoyFilter(resource)) return false;
  const text = JSON.stringify(patchesOf(resource));
  return (
    /exten(?:s|st)ions\.istio\.io\/(?:wasmplugin|trafficextension)\//.test(text) ||
    all.some((item) => isPlugin(item) && text.includes(`"${item.namespace}.${item.name}"`))
  );
}

/** Two plugins without priorities of their own in one phase: their age decides, then their name. */
function mayTie(resource: Resource, all: readonly Resource[]): boolean {
  return isPlugin(resource) && all.some((other) => other !== resource && isPlugin(other) && tieKey(other) === tieKey(resource));
}

function tieKey({ spec, creationTimestamp, namespace }: Resource): string {
  return JSON.stringify([namespace, spec['phase'] ?? '', spec['priority'] ?? '', creationTimestamp ?? '']);
}

const operationOf = (patch: JsonValue): string | undefined => asString(getIn(patch, ['patch', 'operation']));

export const behaviourChanges: readonly BehaviourChange[] = [
  {
    code: 'plugin-names-1.21',
    since: 21,
    text: 'Filters of plugins get the prefix extenstions.istio.io/wasmplugin/ (with the typing error).',
    advice: 'Change the names in this EnvoyFilter, or its patches find nothing.',
    source: 'istio/istio pilot/pkg/model/extensions.go WasmPluginResourceNamePrefix, 1.21',
    concerns: namesPlugin,
  },
  {
    code: 'external-name-alias',
    since: 21,
    text: 'ExternalName services are aliases of the service they name and have no listener of their own.',
    advice: 'Policies and plugins must mean the service it is an alias of.',
    source: 'istio/istio pilot/pkg/features ENABLE_EXTERNAL_NAME_ALIAS, 1.21',
    concerns: ({ kind, group, spec }) => kind === 'Service' && group === '' && spec['type'] === 'ExternalName',
  },
  {
    code: 'waypoint-envoyfilters',
    since: 25,
    text: 'EnvoyFilters without targetRefs no longer reach waypoints.',
    advice: 'Add targetRefs with the Gateway of the waypoint.',
    source: 'istio/istio pilot/pkg/model/push_context.go getMatchedEnvoyFilters; asked of istiod 1.24.0 and 1.29.1',
    concerns: (resource, all) =>
      isEnvoyFilter(resource) &&
      asArray(resource.spec['targetRefs']).length === 0 &&
      all.some((item) => item.spec['gatewayClassName'] === 'istio-waypoint'),
  },
  {
    code: 'wasm-properties-1.33',
    since: 25,
    text: 'The proxies run Envoy 1.33: the properties node, cluster_name, route_name, listener_direction and their kin are only under xds.',
    advice: 'Try the module here with both versions; modules that read the old names get NotFound.',
    source: 'envoyproxy/envoy changelogs/1.33.0.yaml, wasm',
    concerns: isWasm,
  },
  {
    code: 'plugin-names-1.26',
    since: 26,
    text: 'The prefix of the filters of plugins is spelled extensions.istio.io/wasmplugin/.',
    advice: 'Change the names in this EnvoyFilter, or its patches find nothing.',
    source: 'istio/istio pilot/pkg/model/extensions.go WasmPluginResourceNamePrefix, 1.26',
    concerns: namesPlugin,
  },
  {
    code: 'failure-policy',
    since: 26,
    text: 'failStrategy reaches Envoy as failure_policy instead of fail_open.',
    advice: 'FAIL_RELOAD can be used from 1.27 on.',
    source: 'istio/istio pilot/pkg/model/extensions.go buildDataSource, 1.26',
    concerns: (resource) => isWasm(resource) && asString(resource.spec['failStrategy']) !== undefined,
  },
  {
    code: 'merge-wrong-type',
    since: 26,
    text: 'A MERGE whose typed_config has another type than what it meets loses all further patches of the same group of listeners.',
    advice: 'See that the type is the type of the filter; REPLACE puts in another one.',
    source: 'istio/istio pilot/pkg/networking/core/envoyfilter/listener_patch.go; asked of istiod 1.24.0 and 1.29.1',
    concerns: (resource) =>
      isEnvoyFilter(resource) &&
      patchesOf(resource).some(
        (patch) => operationOf(patch) === 'MERGE' && Object.keys(asObject(getIn(patch, ['patch', 'value', 'typed_config']))).length > 0,
      ),
  },
  {
    code: 'custom-providers',
    since: 26,
    text: 'A workload with CUSTOM policies of several providers denies every request instead of using the first provider.',
    advice: 'Use one provider for each workload, or from 1.30 on PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS.',
    source: 'istio/istio pilot/pkg/security/authz/builder/builder.go; asked of istiod 1.24.0, 1.29.1 and 1.31',
    concerns: ({ kind, spec }, all) =>
      kind === 'AuthorizationPolicy' &&
      spec['action'] === 'CUSTOM' &&
      all.some(
        (other) =>
          other.kind === 'AuthorizationPolicy' &&
          other.spec['action'] === 'CUSTOM' &&
          getIn(other.spec, ['provider', 'name']) !== getIn(spec, ['provider', 'name']),
      ),
  },
  {
    code: 'plugin-names-1.30',
    since: 30,
    text: 'Filters of plugins are named extensions.istio.io/trafficextension/…, those of WasmPlugins with the suffix ~istio-translated-wasmplugin.',
    advice: 'Change the names in this EnvoyFilter, or its patches find nothing.',
    source: 'istio/istio pilot/pkg/config/kube/extensions/translate.go syntheticMarker, 1.30',
    concerns: namesPlugin,
  },
  {
    code: 'plugin-ties',
    since: 30,
    text: 'Plugins of the same phase, priority and second are sorted by a name with a suffix: of "auth" and "auth-v2" the longer one is now first.',
    advice: 'Give them priorities of their own.',
    source: 'istio/istio pilot/pkg/model/push_context.go initExtensions; asked of istiod 1.29.1 and 1.31',
    concerns: mayTie,
  },
  {
    code: 'strict-gateway-merging',
    since: 31,
    text: 'Servers of several Gateways on one port merge strictly: what conflicts with an earlier one is left out.',
    advice: 'Give ports and hosts to one Gateway each, or set PILOT_ENABLE_STRICT_GATEWAY_MERGING=false for a while.',
    source: 'istio/istio manifests/helm-profiles/compatibility-version-1.30.yaml',
    concerns: (resource, all) =>
      isGateway(resource) && all.some((other) => other !== resource && isGateway(other) && sharesPort(resource, other)),
  },
];

const isGateway = ({ kind, group }: Resource): boolean => kind === 'Gateway' && group === 'networking.istio.io';

function sharesPort(one: Resource, other: Resource): boolean {
  const ports = ({ spec }: Resource): readonly (JsonValue | undefined)[] =>
    asArray(spec['servers']).map((server) => getIn(server, ['port', 'number']));
  return ports(one).some((port) => port !== undefined && ports(other).includes(port));
}
