import type { Listener } from '#envoy/listener.ts';
import { addressOf, allAddressesOf } from '../registry/addresses.ts';
import { isIpAddress } from '../registry/host.ts';
import { isHttp, isTcp, listenerProtocol, parseProtocol } from '../registry/protocol.ts';
import { endpointsOf } from '../registry/endpoints.ts';
import type { Service, ServicePort } from '../registry/service.ts';
import type { EgressListener } from '../scope/sidecar-scope.ts';
import type { VirtualService } from '../scope/virtual-service.ts';
import type { BuildContext } from './context.ts';
import { tcpChainDrafts } from './outbound-chains.ts';
import { OutboundListeners, type EntryProtocol } from './outbound-entries.ts';
import { outboundListener } from './outbound-listener.ts';
import { isReservedPort, localhostAddresses, wildcardAddress, wildcardAddresses } from './ports.ts';

interface Bind {
  readonly addresses: readonly string[];
  readonly toPort: boolean;
}

/** The outbound listeners of a sidecar, by name (istio/istio `pilot/pkg/networking/core/listener.go buildSidecarOutboundListeners`). */
export function buildOutboundListeners(context: BuildContext): readonly Listener[] {
  const entries = new OutboundListeners();
  for (const egress of context.scope.egress) {
    const bind = bindOf(context, egress);
    if (egress.port === undefined) {
      entries.lock();
      for (const service of egress.services) {
        for (const port of service.ports) addServicePort(context, entries, service, port, bind, egress.virtualServices);
      }
      continue;
    }
    const port: ServicePort = { name: egress.port.name, port: egress.port.number, protocol: parseProtocol(egress.port.protocol) };
    if (!canBind(context, bind, port)) continue;
    for (const service of egress.services) addListener(context, entries, { service, port, bind, virtualServices: egress.virtualServices });
  }
  return entries.all().map((entry) => outboundListener(context, entry));
}

function bindOf(context: BuildContext, egress: EgressListener): Bind {
  const toPort = context.proxy.interceptionMode === 'NONE' || egress.captureNone || egress.bind.startsWith('unix://');
  if (egress.bind !== '') return { addresses: [egress.bind], toPort };
  return { addresses: toPort ? localhostAddresses(context.proxy) : [], toPort };
}

function canBind(context: BuildContext, bind: Bind, port: ServicePort): boolean {
  if (bind.toPort && context.proxy.unprivileged && port.port < 1024) return false;
  return !isReservedPort(context, bind.addresses[0] ?? '', port.port, port.protocol);
}

/** Headless services have a listener for each endpoint, all others one. */
function addServicePort(
  context: BuildContext,
  entries: OutboundListeners,
  service: Service,
  port: ServicePort,
  bind: Bind,
  virtualServices: readonly VirtualService[],
): void {
  if (!canBind(context, bind, port)) return;
  const { proxy } = context;
  const headless =
    bind.addresses.length === 0 &&
    service.resolution === 'Passthrough' &&
    addressOf(service, proxy) === '0.0.0.0' &&
    (isTcp(port.protocol) || port.protocol === 'Unsupported');
  if (!headless) {
    addListener(context, entries, { service, port, bind, virtualServices });
    return;
  }
  const endpoints = endpointsOf(service, port, context.snapshot);
  if (service.registry !== 'Kubernetes' && endpoints.length === 0 && service.selector === undefined) {
    addListener(context, entries, { service, port, bind, virtualServices });
    return;
  }
  for (const addresses of endpoints) {
    if (!addresses.every(isIpAddress) || addresses[0] === proxy.ips[0]) continue;
    addListener(context, entries, { service, port, bind: { ...bind, addresses }, virtualServices });
  }
}

interface Request {
  readonly service: Service;
  readonly port: ServicePort;
  readonly bind: Bind;
  readonly virtualServices: readonly VirtualService[];
}

/** `buildSidecarOutboundListener`: where the port listens, what its chains are and how it gets along with what is there already. */
function addListener(context: BuildContext, entries: OutboundListeners, request: Request): void {
  const { service, port } = request;
  if (service.resolution === 'Alias') return;
  const kind = listenerProtocol(port.protocol);
  if (kind === 'none') return;
  const wildcard = wildcardAddress(context.proxy);
  const { addresses, cidrs } = listenAddresses(context, request);
  const bind = addresses[0] ?? '';
  const key = `${bind}|${port.port}`;
  const existing = entries.get(key);
  if (existing?.locked === true) return;
  const target = { port, service, bind, cidrs };
  const sniffed = kind === 'auto' || bind === wildcard;
  const http = {
    kind: 'http' as const,
    sniffed: sniffed && port.protocol !== 'HTTP_PROXY',
    rds: rdsName(port, bind, kind === 'auto' && bind !== wildcard ? service : undefined),
    service,
    protocol: port.protocol,
  };
  const tcp = (): OutboundEntryChains =>
    tcpChainDrafts(context, target, request.virtualServices).map((draft) => ({ kind: 'tcp' as const, draft }));
  const base = { port, bind, addresses, bindToPort: request.bind.toPort, service };
  if (kind === 'http') {
    if (existing !== undefined && existing.protocol !== 'tcp' && port.protocol !== 'HTTP_PROXY') return;
    const protocol: EntryProtocol = sniffed && port.protocol !== 'HTTP_PROXY' ? 'auto' : 'http';
    entries.add(key, { ...base, protocol, chains: [http] }, port.protocol);
  } else if (kind === 'tcp') entries.add(key, { ...base, protocol: 'tcp', chains: tcp() }, port.protocol);
  else if (existing?.protocol !== 'auto') entries.add(key, { ...base, protocol: 'auto', chains: [...tcp(), http] }, port.protocol);
}

type OutboundEntryChains = Parameters<OutboundListeners['add']>[1]['chains'];

/** HTTP shares the wildcard address; TCP listens on the service's own, or on the wildcard with a match for its range. */
function listenAddresses(
  context: BuildContext,
  request: Request,
): { readonly addresses: readonly string[]; readonly cidrs: readonly string[] } {
  const { proxy } = context;
  const { service, port, bind } = request;
  if (bind.addresses.length > 0) return { addresses: bind.addresses, cidrs: [] };
  if (isHttp(port.protocol)) return { addresses: wildcardAddresses(proxy), cidrs: [] };
  const own = addressOf(service, proxy);
  const address = service.registry === 'External' && proxy.ipv6 && !proxy.ipv4 && own === '0.0.0.0' ? '::' : own;
  const all = allAddressesOf(service, proxy).slice(1);
  if (address === '') return { addresses: [], cidrs: [] };
  if (!address.includes('/')) return { addresses: [address, ...all], cidrs: [] };
  return { addresses: wildcardAddresses(proxy), cidrs: [address, ...all] };
}

function rdsName(port: ServicePort, bind: string, own: Service | undefined): string {
  if (port.port === 0) return bind;
  return own === undefined ? String(port.port) : `${own.hostname}:${port.port}`;
}
