import { asArray, isArray, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { messageName } from '../listener.ts';

/** One message of a dump that can be read by itself. */
export interface DumpItem {
  /** Full name of the message. */
  readonly type: string;
  readonly value: JsonObject;
}

const ADMIN = 'envoy.admin.v3.';

/** The sections of a dump and the entries of their lists. */
const sections: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ListenersConfigDump: { static_listeners: 'StaticListener', dynamic_listeners: 'DynamicListener' },
  ClustersConfigDump: {
    static_clusters: 'StaticCluster',
    dynamic_active_clusters: 'DynamicCluster',
    dynamic_warming_clusters: 'DynamicCluster',
  },
  RoutesConfigDump: { static_route_configs: 'StaticRouteConfig', dynamic_route_configs: 'DynamicRouteConfig' },
  EndpointsConfigDump: { static_endpoint_configs: 'StaticEndpointConfig', dynamic_endpoint_configs: 'DynamicEndpointConfig' },
  EcdsConfigDump: { ecds_filters: 'EcdsFilterConfig' },
};

/** Messages that are known by their fields when nothing says what they are; every name in both spellings. */
const shapes: readonly (readonly [type: string, ...fields: string[]])[] = [
  [`${ADMIN}BootstrapConfigDump`, 'bootstrap'],
  ['envoy.config.bootstrap.v3.Bootstrap', 'static_resources', 'dynamic_resources', 'layered_runtime'],
  [
    'envoy.config.listener.v3.Listener',
    'filter_chains',
    'listener_filters',
    'default_filter_chain',
    'use_original_dst',
    'internal_listener',
  ],
  ['envoy.config.route.v3.RouteConfiguration', 'virtual_hosts', 'vhds', 'validate_clusters'],
  ['envoy.config.cluster.v3.Cluster', 'eds_cluster_config', 'load_assignment', 'lb_policy', 'connect_timeout', 'circuit_breakers'],
  ['envoy.config.core.v3.TypedExtensionConfig', 'typed_config'],
  ['envoy.config.endpoint.v3.ClusterLoadAssignment', 'cluster_name'],
  ['envoy.config.listener.v3.Listener', 'address'],
];

/**
 * The messages of everything people save: a whole config_dump (`{configs: […]}`), a part of one (`?resource=`), one section or
 * message of it, and the lists of `istioctl proxy-config … -o json`. Parts that hold nothing to show (secrets, scoped routes)
 * give none.
 */
export function* dumpItems(root: JsonValue): Generator<DumpItem, void> {
  if (isArray(root)) {
    for (const item of root) yield* dumpItems(item);
    return;
  }
  if (!isObject(root)) return;
  if (isArray(root['configs'])) {
    yield* dumpItems(root['configs']);
    return;
  }
  const type = typeOf(root);
  const section = sectionOf(root, type);
  if (section === undefined) {
    if (type !== undefined) yield { type, value: withoutType(root) };
    return;
  }
  for (const [field, entry] of Object.entries(section)) {
    for (const item of listOf(root, field)) {
      if (isObject(item)) yield { type: `${ADMIN}${sectionNameOf(entry)}.${entry}`, value: item };
    }
  }
}

/** Does this look like something `dumpItems` can take apart, be it empty or cut? */
export function isDump(root: JsonValue): boolean {
  if (isArray(root)) return root.some(isDump);
  return isObject(root) && (isArray(root['configs']) || sectionOf(root, typeOf(root)) !== undefined || typeOf(root) !== undefined);
}

function typeOf(value: JsonObject): string | undefined {
  const given = value['@type'];
  if (typeof given === 'string') return messageName(given).replace(/^envoy\.admin\.v2alpha\./, ADMIN);
  return shapes.find(([, ...fields]) => fields.some((field) => field in value || camel(field) in value))?.[0];
}

function sectionOf(value: JsonObject, type: string | undefined): Readonly<Record<string, string>> | undefined {
  if (typeof value['@type'] === 'string') return type?.startsWith(ADMIN) === true ? sections[type.slice(ADMIN.length)] : undefined;
  return Object.values(sections).find((lists) => Object.keys(lists).some((field) => field in value || camel(field) in value));
}

function sectionNameOf(entry: string): string {
  return Object.entries(sections).find(([, lists]) => Object.values(lists).includes(entry))?.[0] ?? '';
}

function listOf(value: JsonObject, field: string): readonly JsonValue[] {
  return asArray(value[field] ?? value[camel(field)]);
}

function withoutType(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== '@type'));
}

function camel(field: string): string {
  return field.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
