import { asNumber, asString, type JsonObject } from '#base/json.ts';

/** A listener of a Gateway or of a ListenerSet; `port` has its default. */
export interface ListenerEntry {
  readonly listener: JsonObject;
  readonly port: number;
}

/**
 * Listeners that lose to an earlier one with the same port and host: the Gateway's own come first, then those of ListenerSets, the
 * oldest first (istio/istio `pilot/pkg/config/kube/gatewaycommon/listener_conflict.go`).
 */
export function conflictingListeners(ordered: readonly ListenerEntry[]): ReadonlySet<JsonObject> {
  const accepted: ListenerEntry[] = [];
  const lost = new Set<JsonObject>();
  for (const entry of ordered) {
    if (accepted.every((prior) => areDistinct(entry, prior))) accepted.push(entry);
    else lost.add(entry.listener);
  }
  return lost;
}

const streams = new Set(['TCP', 'UDP']);
const withHosts = new Set(['HTTP', 'HTTPS', 'TLS']);

function areDistinct(a: ListenerEntry, b: ListenerEntry): boolean {
  if (a.port !== b.port) return true;
  const [left, right] = [asString(a.listener['protocol']) ?? '', asString(b.listener['protocol']) ?? ''];
  if (streams.has(left) || streams.has(right))
    return !(streams.has(left) || withHosts.has(left)) || !(streams.has(right) || withHosts.has(right));
  if (withHosts.has(left) && withHosts.has(right)) return hostOf(a.listener) !== hostOf(b.listener);
  return left !== right;
}

function hostOf(listener: JsonObject): string {
  const host = asString(listener['hostname']) ?? '';
  return host === '' ? '*' : host;
}

/** The port of a ListenerSet's listener, which may be left out for HTTP and HTTPS. */
export function listenerPort(listener: JsonObject): number {
  const port = asNumber(listener['port']) ?? 0;
  if (port !== 0) return port;
  return { HTTP: 80, HTTPS: 443 }[asString(listener['protocol']) ?? ''] ?? 0;
}
