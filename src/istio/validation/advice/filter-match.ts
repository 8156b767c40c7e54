import { asArray, asNumber, asObject, asString, asStringMap } from '#base/json.ts';
import { HCM_NAME } from '#envoy/listener.ts';
import { isSubset } from '../../collections.ts';
import { isEnvoyFilter } from '../../envoyfilter/read.ts';
import { minors } from '../../minors.ts';
import type { Proxy, Resource } from '../../resource.ts';
import { isGatewayProxy, movedPorts, replaceFix, type ServicePort, type ValidationContext } from '../context.ts';
import { deprecatedFilterNames } from '../filter-names.ts';
import { builtinTypes } from './builtin-types.ts';
import { patchTexts, type PatchText } from './patches.ts';

/** What the match of a patch hits, and whom the EnvoyFilter reaches. */
export function adviseFilterMatch(context: ValidationContext): void {
  for (const resource of context.resources.filter(isEnvoyFilter)) adviseReach(context, resource);
  const inserted = new Set(patchTexts(context).flatMap((patch) => asString(patch.value?.['name']) ?? []));
  for (const patch of patchTexts(context)) {
    adviseContext(context, patch);
    adviseNames(context, patch, inserted);
    advisePorts(context, patch);
    adviseDeadFields(context, patch);
  }
}

function adviseReach(context: ValidationContext, resource: Resource): void {
  const spec = asObject(resource.raw['spec']);
  const refs = asArray(spec['targetRefs']).map(asObject);
  for (const [index, ref] of refs.entries()) {
    const kind = asString(ref['kind']) ?? '';
    if (kind === 'Service' || kind === 'ServiceEntry')
      context.report('istio/filter-target-service', resource, ['spec', 'targetRefs', index, 'kind'], { kind });
  }
  if (refs.length > 0 && context.minor.envoyFiltersOnWaypointsBySelector)
    context.report('istio/filter-target-refs-old', resource, ['spec', 'targetRefs'], { minor: context.minor.name });
  const labels = asObject(asObject(spec['workloadSelector'])['labels']);
  if (refs.length > 0 || Object.keys(labels).length > 0) return;
  if (resource.namespace === context.rootNamespace) context.report('istio/filter-selects-all', resource, ['metadata', 'name']);
}

function adviseContext(context: ValidationContext, patch: PatchText): void {
  const { resource, path } = patch;
  if (patch.context === 'WAYPOINT')
    return context.report('istio/context-waypoint', resource, [...path, 'match', 'context'], {}, [
      replaceFix(resource, [...path, 'match', 'context'], 'SIDECAR_INBOUND', 'Use SIDECAR_INBOUND'),
    ]);
  const isFilter = patch.applyTo === 'HTTP_FILTER' || patch.applyTo === 'NETWORK_FILTER';
  if (patch.context === 'ANY' && isFilter) context.report('istio/context-any', resource, [...path, 'applyTo']);
}

function adviseNames(context: ValidationContext, patch: PatchText, inserted: ReadonlySet<string>): void {
  const base = [...patch.path, 'match', 'listener', 'filterChain', 'filter'] as const;
  const filter = asString(patch.filter?.['name']);
  for (const [name, at] of [
    [filter, [...base, 'name']],
    [patch.subFilter, [...base, 'subFilter', 'name']],
    [asString(patch.listener?.['listenerFilter']), [...patch.path, 'match', 'listener', 'listenerFilter']],
  ] as const) {
    const now = name === undefined ? undefined : deprecatedFilterNames.get(name);
    if (name !== undefined && now !== undefined)
      context.report('istio/old-filter-name', patch.resource, at, { name, now }, [replaceFix(patch.resource, at, now, `Use ${now}`)]);
  }
  if (patch.applyTo === 'HTTP_FILTER' && filter !== undefined && filter !== HCM_NAME && !deprecatedFilterNames.has(filter)) {
    context.report('istio/manager-name', patch.resource, [...base, 'name'], { manager: HCM_NAME }, [
      replaceFix(patch.resource, [...base, 'name'], HCM_NAME, `Use ${HCM_NAME}`),
    ]);
  }
  if (patch.subFilter !== undefined) adviseAnchor(context, patch, patch.subFilter, inserted);
}

const pluginName = /^(?:exten[st]+ions\.istio\.io\/(?:wasmplugin|trafficextension)\/)/;

function adviseAnchor(context: ValidationContext, patch: PatchText, name: string, inserted: ReadonlySet<string>): void {
  const at = [...patch.path, 'match', 'listener', 'filterChain', 'filter', 'subFilter', 'name'];
  if (!pluginName.test(name)) {
    const known =
      builtinTypes.has(name) ||
      inserted.has(name) ||
      deprecatedFilterNames.has(name) ||
      name.startsWith('envoy.filters.http.') ||
      name.includes('istio');
    if (!known) context.report('istio/anchor-unknown', patch.resource, at, { name });
    return;
  }
  const { minor } = context;
  const plain = name.replace(pluginName, '').replace('~istio-translated-wasmplugin', '');
  const isTranslated =
    context.resources.some((one) => one.kind === 'WasmPlugin' && `${one.namespace}.${one.name}` === plain) ||
    name.endsWith('~istio-translated-wasmplugin') ||
    !name.includes('/trafficextension/');
  const now = `${minor.pluginPrefix}${plain}${isTranslated ? minor.wasmPluginSuffix : ''}`;
  const isOfOther = minors.some(
    (other) => other.pluginPrefix !== minor.pluginPrefix && other.pluginPrefix !== '' && name.startsWith(other.pluginPrefix),
  );
  if (isOfOther)
    context.report('istio/plugin-name-old', patch.resource, at, { minor: minor.name, name, now }, [
      replaceFix(patch.resource, at, now, `Use ${now}`),
    ]);
  else context.report('istio/plugin-name-fragile', patch.resource, at);
}

/** Proxies an EnvoyFilter may reach. */
function reached(context: ValidationContext, resource: Resource): readonly Proxy[] {
  const selector = asStringMap(asObject(asObject(resource.raw['spec'])['workloadSelector'])['labels']);
  return context.proxies.filter(
    (proxy) => (resource.namespace === context.rootNamespace || proxy.namespace === resource.namespace) && isSubset(selector, proxy.labels),
  );
}

function advisePorts(context: ValidationContext, patch: PatchText): void {
  const port = asNumber(patch.listener?.['portNumber']);
  const routePort = asNumber(asObject(patch.match['routeConfiguration'])['portNumber']);
  if (port === undefined && routePort === undefined) return;
  const proxies = reached(context, patch.resource);
  const moved = (filter: (proxy: Proxy) => boolean): readonly ServicePort[] =>
    proxies.filter(filter).flatMap((proxy) => movedPorts(context, proxy.namespace, proxy.labels));
  const at = [...patch.path, 'match', 'listener', 'portNumber'];
  if (port !== undefined && (patch.context === 'GATEWAY' || patch.context === 'ANY')) {
    const hit = only(moved(isGatewayProxy), port);
    if (hit !== undefined)
      return context.report('istio/filter-port-gateway', patch.resource, at, { port, target: hit.target }, [
        replaceFix(patch.resource, at, hit.target, `Use ${hit.target}`),
      ]);
  }
  if (port !== undefined && patch.context === 'SIDECAR_INBOUND') {
    const hit = only(
      moved((proxy) => proxy.type === 'sidecar'),
      port,
    );
    const service = hit === undefined ? '' : `${hit.service.namespace}/${hit.service.name}`;
    if (hit !== undefined)
      context.report('istio/filter-port-inbound', patch.resource, at, { port, target: hit.target, service }, [
        replaceFix(patch.resource, at, hit.target, `Use ${hit.target}`),
      ]);
  }
  if (routePort !== undefined && patch.context === 'GATEWAY') {
    const all = moved(isGatewayProxy);
    const hit = all.find((one) => one.target === routePort);
    const routeAt = [...patch.path, 'match', 'routeConfiguration', 'portNumber'];
    if (hit !== undefined && !all.some((one) => one.port === routePort))
      context.report('istio/route-port-gateway', patch.resource, routeAt, { port: routePort, server: hit.port }, [
        replaceFix(patch.resource, routeAt, hit.port, `Use ${hit.port}`),
      ]);
  }
}

/** The move of a port, unless the number is the target of another port. */
function only(moved: readonly ServicePort[], port: number): ServicePort | undefined {
  return moved.some((one) => one.target === port) ? undefined : moved.find((one) => one.port === port);
}

function adviseDeadFields(context: ValidationContext, patch: PatchText): void {
  const { resource, path, listener } = patch;
  if (listener?.['portName'] !== undefined)
    context.reportField('istio/port-name-unused', resource, [...path, 'match', 'listener', 'portName'], {});
  const entry = asObject(asArray(asObject(resource.raw['spec'])['configPatches'])[patch.index]);
  if (asObject(entry['patch'])['filterClass'] !== undefined)
    context.reportField('istio/filter-class-unused', resource, [...path, 'patch', 'filterClass'], {});
  const pattern = asString(asObject(patch.match['proxy'])['proxyVersion']);
  if (pattern !== undefined && !pattern.startsWith('^') && !pattern.startsWith('.*'))
    context.report('istio/proxy-version-loose', resource, [...path, 'match', 'proxy', 'proxyVersion'], { pattern });
}
