import type { JsonObject } from '#base/json.ts';
import { hostOf } from '../http/connection-info.ts';

/** What is known of a connection while listener filters look at it; it decides the filter chain. */
export interface ConnectionFacts {
  remoteAddress: string;
  readonly directRemoteAddress: string;
  localAddress: string;
  serverName: string;
  applicationProtocols: readonly string[];
  /** Empty while nobody has said; the socket itself then counts as `raw_buffer`. */
  transportProtocol: string;
  readonly metadata: Map<string, JsonObject>;
}

export function newFacts(remoteAddress: string, localAddress: string): ConnectionFacts {
  return {
    remoteAddress,
    directRemoteAddress: remoteAddress,
    localAddress,
    serverName: '',
    applicationProtocols: [],
    transportProtocol: '',
    metadata: new Map(),
  };
}

/** Does the connection come from the same host? (`SAME_IP_OR_LOOPBACK`) */
export function isLocalSource(facts: ConnectionFacts): boolean {
  const host = hostOf(facts.remoteAddress);
  return host === hostOf(facts.localAddress) || host.startsWith('127.') || host === '::1';
}
