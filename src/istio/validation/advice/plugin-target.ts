import { asArray, asObject, type JsonPath } from '#base/json.ts';
import { isSubset } from '../../collections.ts';
import type { Plugin } from '../../extension-config/plugin.ts';
import type { Proxy } from '../../resource.ts';
import { isGatewayProxy, movedPorts, replaceFix, type ValidationContext } from '../context.ts';
import { pluginTexts } from './plugins.ts';

const GATEWAY_API = 'gateway.networking.k8s.io';

/** Whom a plugin reaches: selector, targetRefs, direction and ports. */
export function adviseTargets(context: ValidationContext): void {
  for (const { plugin } of pluginTexts(context)) {
    if (plugin === undefined) continue;
    adviseSelector(context, plugin);
    adviseTargetRefs(context, plugin);
    adviseMatch(context, plugin);
  }
}

/** Proxies the plugin's selector hits. */
function selected(context: ValidationContext, plugin: Plugin): readonly Proxy[] {
  const { namespace } = plugin.resource;
  const near = context.proxies.filter((proxy) => namespace === context.rootNamespace || proxy.namespace === namespace);
  if (plugin.targetRefs.length > 0) {
    const names = new Set(plugin.targetRefs.filter((ref) => ref.kind === 'Gateway').map((ref) => ref.name));
    return near.filter((proxy) => names.has(proxy.labels[`${GATEWAY_API}/gateway-name`] ?? ''));
  }
  return near.filter((proxy) => isSubset(plugin.selector ?? {}, proxy.labels));
}

function adviseSelector(context: ValidationContext, plugin: Plugin): void {
  const { resource, selector, targetRefs } = plugin;
  if (targetRefs.length > 0) return;
  const labels = Object.entries(selector ?? {});
  if (labels.length === 0) {
    if (resource.namespace === context.rootNamespace)
      context.report('istio/root-namespace-everything', resource, ['metadata', 'namespace']);
    return;
  }
  const at: JsonPath = ['spec', 'selector', 'matchLabels'];
  const isWaypoint =
    labels.some(([key]) => key === `${GATEWAY_API}/gateway-name`) &&
    context.proxies.some((proxy) => proxy.type === 'waypoint' && isSubset(selector ?? {}, proxy.labels));
  if (isWaypoint) return context.report('istio/selector-on-waypoint', resource, at);
  const inSight = context.proxies.some((proxy) => resource.namespace === context.rootNamespace || proxy.namespace === resource.namespace);
  if (!inSight || selected(context, plugin).length > 0) return;
  context.report('istio/selector-nothing', resource, at, {
    namespace: resource.namespace,
    labels: labels.map(([key, value]) => `${key}=${value}`).join(', '),
  });
}

function adviseTargetRefs(context: ValidationContext, plugin: Plugin): void {
  const { resource } = plugin;
  for (const [index, ref] of plugin.targetRefs.entries()) {
    const at: JsonPath = ['spec', 'targetRefs', index];
    if (ref.kind === 'GatewayClass') {
      if (ref.name !== 'istio-waypoint' || resource.namespace !== context.rootNamespace)
        context.report('istio/target-ref-class', resource, at, { root: context.rootNamespace });
      continue;
    }
    const group = ref.group === 'core' ? '' : ref.group;
    const others = context.of(group, ref.kind);
    if (others.length > 0 && !others.some((one) => one.name === ref.name && one.namespace === resource.namespace)) {
      context.report('istio/target-ref-absent', resource, [...at, 'name'], {
        kind: ref.kind,
        name: ref.name,
        namespace: resource.namespace,
      });
    }
    const isService = ref.kind === 'Service' || ref.kind === 'ServiceEntry';
    if (isService && context.proxies.length > 0 && !context.proxies.some((proxy) => proxy.type === 'waypoint')) {
      context.report('istio/target-ref-without-waypoint', resource, [...at, 'kind'], { kind: ref.kind });
    }
  }
}

function adviseMatch(context: ValidationContext, plugin: Plugin): void {
  const { resource } = plugin;
  const proxies = selected(context, plugin);
  const gateways = proxies.filter(isGatewayProxy);
  const onlyGateways = gateways.length > 0 && gateways.length === proxies.length;
  const isWaypoint =
    plugin.targetRefs.some((ref) => ref.kind !== 'Gateway') || (proxies.length > 0 && proxies.every((proxy) => proxy.type === 'waypoint'));
  for (const [index, entry] of plugin.match.entries()) {
    const at: JsonPath = ['spec', 'match', index];
    if (onlyGateways && entry.mode === 'SERVER')
      context.report('istio/match-mode-gateway', resource, [...at, 'mode'], {}, [
        replaceFix(resource, [...at, 'mode'], 'CLIENT_AND_SERVER', 'Use CLIENT_AND_SERVER'),
      ]);
    if (entry.ports.length > 0 && isWaypoint && plugin.layer === 'http') {
      context.report('istio/match-port-waypoint', resource, [...at, 'ports']);
      continue;
    }
    for (const [portIndex, port] of entry.ports.entries())
      advisePort(context, plugin, { port, at: [...at, 'ports', portIndex, 'number'], proxies, mode: entry.mode });
  }
  if (plugin.layer === 'network' && gateways.length > 0 && asArray(asObject(resource.raw['spec'])['match']).length === 0)
    context.report('istio/network-plugin-once', resource, ['spec']);
}

interface PortInQuestion {
  readonly port: number;
  readonly at: JsonPath;
  readonly proxies: readonly Proxy[];
  readonly mode: Plugin['match'][number]['mode'];
}

/** HTTP plugins are compared with target ports on gateways and inbound. */
function advisePort(context: ValidationContext, plugin: Plugin, { port, at, proxies, mode }: PortInQuestion): void {
  if (plugin.layer !== 'http') return;
  for (const proxy of proxies) {
    const moved = movedPorts(context, proxy.namespace, proxy.labels);
    const hit = moved.find((one) => one.port === port);
    // The number may also be a target, or a port of another service.
    if (hit === undefined || moved.some((one) => one.target === port)) continue;
    const fix = replaceFix(plugin.resource, at, hit.target, `Use ${hit.target}`);
    if (isGatewayProxy(proxy))
      return context.report(
        'istio/match-port-gateway',
        plugin.resource,
        at,
        { port, target: hit.target, gateway: `${proxy.namespace}/${proxy.name}` },
        [fix],
      );
    if (mode === 'SERVER')
      return context.report(
        'istio/match-port-inbound',
        plugin.resource,
        at,
        { port, target: hit.target, service: `${hit.service.namespace}/${hit.service.name}` },
        [fix],
      );
  }
}
