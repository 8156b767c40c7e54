import type { Patch } from './patch.ts';

type Wants = (patch: Patch) => string | undefined;

/**
 * The conditions of a patch in the order istiod asks them. A miss is told by the last one reached; `pass` and `fail` are said about the
 * patch (`{x}`: what the patch wants) and the place that came nearest (`{place}`).
 */
const none = (): undefined => undefined;
const text = (port: number | undefined): string | undefined => port?.toString();

const table = {
  context: { pass: 'context {x} fits', fail: 'its context is {x}, but {place} is {is}', wants: (p) => p.context },
  'listener-name': {
    pass: 'listener name {x} fits',
    fail: 'it wants the listener {x}; there is no such listener here',
    wants: (p) => p.listener?.name,
  },
  'listener-port': {
    pass: 'listener port {x} fits',
    fail: 'it wants port {x}; {place} listens on {is}',
    wants: (p) => text(p.listener?.portNumber),
  },
  'chain-port': {
    pass: 'port {x} is the destination port of the chain',
    fail: 'it wants port {x}; in virtual listeners that is the destination port of a chain (inbound: the target port), and no chain has it',
    wants: (p) => (p.applyTo === 'LISTENER' ? undefined : text(p.listener?.portNumber)),
  },
  'chain-name': {
    pass: 'filter chain name {x} fits',
    fail: 'it wants the filter chain {x}; no chain here has that name',
    wants: (p) => p.listener?.filterChain?.name,
  },
  'chain-sni': {
    pass: 'server name {x} is in the match of the chain',
    fail: 'it wants the server name {x}, which stands in the match of no chain',
    wants: (p) => p.listener?.filterChain?.sni,
  },
  'chain-transport': {
    pass: 'transport protocol {x} fits',
    fail: 'it wants transport protocol {x}; no chain that fits otherwise matches it',
    wants: (p) => p.listener?.filterChain?.transportProtocol,
  },
  'chain-alpn': {
    pass: 'application protocols {x} fit',
    fail: 'it wants application protocols {x}; no chain that fits otherwise matches all of them',
    wants: (p) => p.listener?.filterChain?.applicationProtocols,
  },
  'chain-destination': {
    pass: 'destination port {x} fits',
    fail: 'it wants destination port {x}; no chain that fits otherwise has it',
    wants: (p) => text(p.listener?.filterChain?.destinationPort),
  },
  'listener-filter': {
    pass: 'listener filter {x} is there',
    fail: 'it wants the listener filter {x}, which {place} does not have',
    wants: (p) => p.listener?.listenerFilter,
  },
  'network-filter': {
    pass: 'network filter {x} is there',
    fail: 'it wants the network filter {x}, which no chain that fits otherwise has',
    wants: (p) => p.listener?.filterChain?.filter?.name,
  },
  'http-manager': {
    pass: 'the chain has an HTTP connection manager',
    fail: 'HTTP filters stand only in a network filter named envoy.filters.network.http_connection_manager, and no chain that fits otherwise has one',
    wants: (p) => (p.applyTo === 'HTTP_FILTER' ? '' : undefined),
  },
  'sub-filter': {
    pass: 'HTTP filter {x} is there',
    fail: 'it wants the HTTP filter {x}, which no connection manager that fits otherwise has',
    wants: (p) => p.listener?.filterChain?.filter?.subFilter?.name,
  },
  'filter-match': {
    pass: 'it names a filter',
    fail: 'operation {operation} needs a filter in its match; without one it does nothing',
    wants: none,
  },
  'typed-config': {
    pass: 'the filter has a typed config',
    fail: 'the filter has no typed config (plugins by ECDS have none), and MERGE skips such filters',
    wants: none,
  },
  'route-name': {
    pass: 'route configuration {x} fits',
    fail: 'it wants the route configuration {x}; there is none of that name',
    wants: (p) => p.route?.name,
  },
  'route-port': {
    pass: 'port {x} fits',
    fail: 'it wants port {x}; no route configuration is for it (on a gateway it is the port of the Gateway server)',
    wants: (p) => text(p.route?.portNumber),
  },
  'route-port-name': {
    pass: 'port name {x} fits',
    fail: 'it wants port name {x}, which only routes of TLS servers of a gateway carry',
    wants: (p) => p.route?.portName,
  },
  'route-gateway': {
    pass: 'gateway {x} fits',
    fail: 'it wants gateway {x}, which only routes of TLS servers carry',
    wants: (p) => p.route?.gateway,
  },
  vhost: {
    pass: 'virtual host {x} is there',
    fail: 'it wants the virtual host {x}; no route configuration that fits otherwise has it',
    wants: (p) => p.route?.vhost?.name,
  },
  'vhost-domain': {
    pass: 'domain {x} is there',
    fail: 'it wants a virtual host with domain {x}; there is none',
    wants: (p) => p.route?.vhost?.domainName,
  },
  route: {
    pass: 'route {x} is there',
    fail: 'it wants the route {x}; no virtual host that fits otherwise has it',
    wants: (p) => p.route?.vhost?.route?.name,
  },
  'route-action': {
    pass: 'the action of the route is {x}',
    fail: 'it wants a route with action {x}; no route that fits otherwise has it',
    wants: (p) => p.route?.vhost?.route?.action,
  },
  'cluster-name': { pass: 'cluster {x} is there', fail: 'it wants the cluster {x}, which there is not', wants: (p) => p.cluster?.name },
  'cluster-subset': { pass: 'subset {x} fits', fail: 'it wants subset {x}; no cluster has it', wants: (p) => p.cluster?.subset },
  'cluster-service': { pass: 'service {x} fits', fail: 'it wants clusters of {x}; there is none', wants: (p) => p.cluster?.service },
  'cluster-port': {
    pass: 'port {x} fits',
    fail: 'it wants clusters of port {x}; there is none',
    wants: (p) => text(p.cluster?.portNumber),
  },
  value: { pass: 'it has a value', fail: 'it has no value, so there is nothing to merge', wants: none },
  operation: { pass: 'operation {operation} is possible here', fail: 'operation {operation} does nothing on {applyTo}', wants: none },
} as const satisfies Readonly<Record<string, { readonly pass: string; readonly fail: string; readonly wants: Wants }>>;

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
  return table[check].wants(patch);
}

export function checkText(check: Check, passed: boolean, args: Readonly<Record<string, string>>): string {
  return table[check][passed ? 'pass' : 'fail'].replaceAll(/\{(\w+)\}/g, (blank, name: string) => args[name] ?? blank);
}
