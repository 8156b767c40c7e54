import { asArray, asString, type JsonObject } from '#base/json.ts';
import type { Check } from './checks.ts';
import type { Patch, PatchContext } from './patch.ts';

/**
 * The ports of the Gateway servers behind the port in a route's name: 8080 ← 80. Ports without an entry stand for themselves
 * (istio/istio pilot/pkg/model/gateway.go getTargetPortMap).
 */
export type GatewayPorts = ReadonlyMap<number, ReadonlySet<number>>;

/** Does a route configuration fit (istio/istio rc_patch.go routeConfigurationMatch)? `undefined`: it does. */
export function matchRouteConfiguration(
  patch: Patch,
  context: PatchContext,
  config: JsonObject,
  ports: GatewayPorts | undefined,
): Check | undefined {
  if (patch.context !== 'ANY' && patch.context !== context) return 'context';
  const want = patch.route;
  if (want === undefined) return undefined;
  const name = asString(config['name']) ?? '';
  if (want.name !== undefined && want.name !== name) return 'route-name';
  if (context !== 'GATEWAY') return want.portNumber !== undefined && want.portNumber !== sidecarPort(name) ? 'route-port' : undefined;
  const route = parseGatewayRoute(name);
  if (want.portName !== undefined && want.portName !== route.portName) return 'route-port-name';
  if (want.gateway !== undefined && want.gateway !== route.gateway) return 'route-gateway';
  if (want.portNumber === undefined) return undefined;
  const servicePorts = ports?.get(route.port);
  const fits = servicePorts === undefined ? route.port === want.portNumber : servicePorts.has(want.portNumber);
  return fits ? undefined : 'route-port';
}

/** `inbound|8080||` has port 8080, `80` has 80; other names none (rc_patch.go getListenerPortFromName). */
function sidecarPort(name: string): number {
  const text = name.startsWith('inbound') ? (/^inbound\w*(?:\||_\.)(\d+)(?:\||_\.)/.exec(name)?.[1] ?? '') : name;
  return /^[+-]?\d+$/.test(text) ? Number(text) : 0;
}

/** `http.8080`, `https.443.https.gw.istio-system` (istio/istio pilot/pkg/model/gateway.go ParseGatewayRDSRouteName). */
function parseGatewayRoute(name: string): { readonly port: number; readonly portName: string; readonly gateway: string } {
  const plain = /^http\.(\d+)$/.exec(name)?.[1];
  if (plain !== undefined) return { port: Number(plain), portName: '', gateway: '' };
  const tls = /^https\.([^.]*)\.([^.]*)\.([^.]*)\.([^.]*)$/.exec(name);
  if (tls === null) return { port: 0, portName: '', gateway: '' };
  const [, port = '', portName = '', gateway = '', namespace = ''] = tls;
  return { port: /^\d+$/.test(port) ? Number(port) : 0, portName, gateway: `${namespace}/${gateway}` };
}

/** Does a virtual host fit (virtualHostMatch)? */
export function matchVirtualHost(patch: Patch, host: JsonObject): Check | undefined {
  const want = patch.route?.vhost;
  if (want === undefined) return undefined;
  if (want.name !== undefined && want.name !== (asString(host['name']) ?? '')) return 'vhost';
  return want.domainName !== undefined && !asArray(host['domains']).includes(want.domainName) ? 'vhost-domain' : undefined;
}

const actions: Readonly<Record<string, string>> = { ROUTE: 'route', REDIRECT: 'redirect', DIRECT_RESPONSE: 'directResponse' };

/** Does a route fit (routeMatch)? Actions other than these three fit every wish. */
export function matchRoute(patch: Patch, route: JsonObject): Check | undefined {
  const want = patch.route?.vhost?.route;
  if (want === undefined) return undefined;
  if (want.name !== undefined && want.name !== (asString(route['name']) ?? '')) return 'route';
  if (want.action === undefined || want.action === 'ANY') return undefined;
  const own = Object.values(actions).find((action) => route[action] !== undefined);
  return own !== undefined && own !== actions[want.action] ? 'route-action' : undefined;
}
