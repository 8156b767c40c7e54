import type { Protocol } from '../registry/protocol.ts';
import type { Service, ServicePort } from '../registry/service.ts';
import type { TcpChainDraft } from './outbound-chains.ts';

/** What an outbound listener is built for so far; `auto`: chains are told apart by sniffing. */
export type EntryProtocol = 'http' | 'tcp' | 'auto';

export interface HttpChainDraft {
  readonly kind: 'http';
  /** The chain matches plain-text HTTP only. */
  readonly sniffed: boolean;
  readonly rds: string;
  readonly service: Service;
  readonly protocol: Protocol;
}

export type ChainDraft = HttpChainDraft | { readonly kind: 'tcp'; readonly draft: TcpChainDraft };

export interface OutboundEntry {
  readonly port: ServicePort;
  readonly bind: string;
  readonly addresses: readonly string[];
  readonly bindToPort: boolean;
  readonly service: Service;
  protocol: EntryProtocol;
  chains: readonly ChainDraft[];
  locked: boolean;
}

/** Outbound listeners by address and port, while services are added one after the other (istio/istio `listener.go buildSidecarOutboundListener`). */
export class OutboundListeners {
  readonly #entries = new Map<string, OutboundEntry>();

  get(key: string): OutboundEntry | undefined {
    return this.#entries.get(key);
  }

  all(): readonly OutboundEntry[] {
    return [...this.#entries.values()];
  }

  /** What a Sidecar declared by port is not added to by its catch-all. */
  lock(): void {
    for (const entry of this.#entries.values()) entry.locked = true;
  }

  /** A new listener, or more chains for the one that is there: HTTP and TCP on one port make it sniff. */
  add(key: string, entry: Omit<OutboundEntry, 'locked'>, incoming: Protocol): void {
    const existing = this.#entries.get(key);
    // a port for an HTTP proxy replaces whatever is there
    if (existing === undefined || incoming === 'HTTP_PROXY') {
      this.#entries.set(key, { ...entry, locked: false });
      return;
    }
    // Mongo and MySQL speak first on the server's side, so their ports cannot be sniffed
    const serverFirst = [incoming, existing.port.protocol].some((protocol) => protocol === 'Mongo' || protocol === 'MySQL');
    if (serverFirst && incoming !== existing.port.protocol) return;
    if (existing.protocol === 'http' && entry.protocol === 'auto') {
      this.#entries.set(key, { ...entry, locked: false });
      return;
    }
    existing.chains = mergeChains(existing.chains, entry.chains);
    if (existing.protocol !== entry.protocol) existing.protocol = 'auto';
  }
}

/** Chains with the same match cannot stand side by side: the first stays (`mergeTCPFilterChains`). */
function mergeChains(current: readonly ChainDraft[], incoming: readonly ChainDraft[]): readonly ChainDraft[] {
  const merged = [...current];
  for (const chain of incoming) {
    if (!merged.some((known) => matchKey(known) === matchKey(chain))) merged.push(chain);
  }
  return merged;
}

function matchKey(chain: ChainDraft): string {
  if (chain.kind === 'http') return chain.sniffed ? 'sniffed' : 'all';
  const { sniHosts, cidrs } = chain.draft;
  const names = sniHosts.filter((host) => host !== '*').sort();
  const ranges = [...new Set(cidrs.filter((cidr) => cidr !== '*' && !cidr.startsWith('0.0.0.0')).map(maskedRange))].sort();
  return names.length === 0 && ranges.length === 0 ? 'all' : `${names.join()}|${ranges.join()}`;
}

/** `1.2.3.4/8` and `1.5.6.7/8` are one range. */
function maskedRange(text: string): string {
  const [address = '', bits = '32'] = text.split('/');
  if (address.includes(':')) return text;
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  return `${Math.floor(value / size) * size}/${bits}`;
}
