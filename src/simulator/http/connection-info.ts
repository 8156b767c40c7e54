import type { JsonObject } from '#base/json.ts';
import type { FilterStates } from './filter-state.ts';

/** The client's connection as filters and formatters see it. Addresses are `ip:port`. */
export interface ConnectionInfo {
  readonly id: number;
  /** The peer as the proxy believes it to be: after PROXY protocol and x-forwarded-for. */
  readonly remoteAddress: string;
  /** The peer of the socket itself. */
  readonly directRemoteAddress: string;
  readonly localAddress: string;
  readonly requestedServerName: string;
  readonly applicationProtocols: readonly string[];
  readonly transportProtocol: string;
  readonly tls?: TlsInfo | undefined;
  readonly filterChainName: string;
  readonly listener?: ListenerInfo | undefined;
  /** What outlives the streams of the connection. */
  readonly filterState: FilterStates;
}

/** What a connection knows of its listener. */
export interface ListenerInfo {
  readonly metadata: JsonObject | undefined;
  /** 0 unspecified, 1 inbound, 2 outbound. */
  readonly direction: number;
}

/** The peer's and our own certificate, as far as filters ask for them. */
export interface TlsInfo {
  readonly version: string;
  readonly cipher: string;
  /** The peer showed a certificate that was accepted. */
  readonly mutual: boolean;
  readonly peerUriSans: readonly string[];
  readonly peerDnsSans: readonly string[];
  readonly peerSubject: string;
  readonly peerDigest: string;
  readonly localUriSans: readonly string[];
  readonly localDnsSans: readonly string[];
  readonly localSubject: string;
}

/** `127.0.0.1:80` → `127.0.0.1`, `[::1]:80` → `::1`. */
export function hostOf(address: string): string {
  const at = address.lastIndexOf(':');
  return (at < 0 ? address : address.slice(0, at)).replaceAll(/^\[|\]$/g, '');
}

export function portOf(address: string): number {
  const at = address.lastIndexOf(':');
  return at < 0 ? 0 : Number(address.slice(at + 1));
}
