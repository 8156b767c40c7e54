import type { Patch } from './patch.ts';

/**
 * The conditions of a patch in the order istiod asks them. A miss is told by the last one reached; `pass` and `fail` are said about the
 * patch (`{x}`: what the patch wants) and the place that came nearest (`{place}`).
 */
const table = {
  context: ['context {x} fits', 'its context is {x}, but {place} is {is}'],
  'listener-name': ['listener name {x} fits', 'it wants the listener {x}; there is no such listener here'],
  'listener-port': ['listener port {x} fits', 'it wants port {x}; {place} listens on {is}'],
  'chain-port': [
    'port {x} is the destination port of the chain',
    'it wants port {x}; in virtual listeners that is the destination port of a chain (inbound: the target port), and no chain has it',
  ],
  'chain-name': ['filter chain name {x} fits', 'it wants the filter chain {x}; no chain here has that name'],
  'chain-sni': ['server name {x} is in the match of the chain', 'it wants the server name {x}, which stands in the match of no chain'],
  'chain-transport': ['transport protocol {x} fits', 'it wants transport protocol {x}; no chain that fits otherwise matches it'],
  'chain-alpn': ['application protocols {x} fit', 'it wants application protocols {x}; no chain that fits otherwise matches all of them'],
  'chain-destination': ['destination port {x} fits', 'it wants destination port {x}; no chain that fits otherwise has it'],
  'listener-filter': ['listener filter {x} is there', 'it wants the listener filter {x}, which {place} does not have'],
  'network-filter': ['network filter {x} is there', 'it wants the network filter {x}, which no chain that fits otherwise has'],
  'http-manager': [
    'the chain has an HTTP connection manager',
    'HTTP filters stand only in a network filter named envoy.filters.network.http_connection_manager, and no chain that fits otherwise has one',
  ],
  'sub-filter': ['HTTP filter {x} is there', 'it wants the HTTP filter {x}, which no connection manager that fits otherwise has'],
  'filter-match': ['it names a filter', 'operation {operation} needs a filter in its match; without one it does nothing'],
  'typed-config': [
    'the filter has a typed config',
    'the filter has no typed config (plugins by ECDS have none), and MERGE skips such filters',
  ],
  'route-name': ['route configuration {x} fits', 'it wants the route configuration {x}; there is none of that name'],
  'route-port': [
    'port {x} fits',
    'it wants port {x}; no route configuration is for it (on a gateway it is the port of the Gateway server)',
  ],
  'route-port-name': ['port name {x} fits', 'it wants port name {x}, which only routes of TLS servers of a gateway carry'],
  'route-gateway': ['gateway {x} fits', 'it wants gateway {x}, which only routes of TLS servers carry'],
  vhost: ['virtual host {x} is there', 'it wants the virtual host {x}; no route configuration that fits otherwise has it'],
  'vhost-domain': ['domain {x} is there', 'it wants a virtual host with domain {x}; there is none'],
  route: ['route {x} is there', 'it wants the route {x}; no virtual host that fits otherwise has it'],
  'route-action': ['the action of the route is {x}', 'it wants a route with action {x}; no route that fits otherwise has it'],
  'cluster-name': ['cluster {x} is there', 'it wants the cluster {x}, which there is not'],
  'cluster-subset': ['subset {x} fits', 'it wants subset {x}; no cluster has it'],
  'cluster-service': ['service {x} fits', 'it wants clusters of {x}; there is none'],
  'cluster-port': ['port {x} fits', 'it wants clusters of port {x}; there is none'],
  value: ['it has a value', 'it has no value, so there is nothing to merge'],
  operation: ['operation {operation} is possible here', 'operation {operation} does nothing on {applyTo}'],
} as const satisfies Readonly<Record<string, readonly [pass: string, fail: string]>>;

export type Check = keyof typeof table;

const order = Object.keys(table) as Check[];
const ranks = new Map(order.map((check, rank) => [check, rank] as const));

/** How far a patch got: later checks are deeper. */
export function rankOf(check: Check): number {
  return ranks.get(check) ?? 0;
}

/** Checks that a patch asks at all, in order. */
export function checksOf(patch: Patch): readonly Check[] {
  return order.filter((check) => wantedBy(patch, check) !== undefined);
}

/** What the patch wants of a check; `undefined` when it does not ask it. */
export function wantedBy(patch: Patch, check: Check): string | undefined {
  const { listener, route, cluster } = patch;
  const chain = listener?.filterChain;
  const isVirtualPort = patch.applyTo === 'LISTENER' ? undefined : listener?.portNumber?.toString();
  const wanted: Partial<Record<Check, string | undefined>> = {
    context: patch.context,
    'listener-name': listener?.name,
    'listener-port': listener?.portNumber?.toString(),
    'chain-port': isVirtualPort,
    'chain-name': chain?.name,
    'chain-sni': chain?.sni,
    'chain-transport': chain?.transportProtocol,
    'chain-alpn': chain?.applicationProtocols,
    'chain-destination': chain?.destinationPort?.toString(),
    'listener-filter': listener?.listenerFilter,
    'network-filter': chain?.filter?.name,
    'http-manager': patch.applyTo === 'HTTP_FILTER' ? '' : undefined,
    'sub-filter': chain?.filter?.subFilter?.name,
    'route-name': route?.name,
    'route-port': route?.portNumber?.toString(),
    'route-port-name': route?.portName,
    'route-gateway': route?.gateway,
    vhost: route?.vhost?.name,
    'vhost-domain': route?.vhost?.domainName,
    route: route?.vhost?.route?.name,
    'route-action': route?.vhost?.route?.action,
    'cluster-name': cluster?.name,
    'cluster-subset': cluster?.subset,
    'cluster-service': cluster?.service,
    'cluster-port': cluster?.portNumber?.toString(),
  };
  return wanted[check];
}

export function checkText(check: Check, passed: boolean, args: Readonly<Record<string, string>>): string {
  return table[check][passed ? 0 : 1].replaceAll(/\{(\w+)\}/g, (blank, name: string) => args[name] ?? blank);
}
