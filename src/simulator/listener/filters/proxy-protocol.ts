import { bytesToBase64, bytesToByteString, strictUtf8 } from '#base/bytes.ts';
import type { ConnectionFacts } from '../connection-facts.ts';
import type { Inspection, ListenerFilterType } from '../listener-filter.ts';
import { done, more } from '../listener-filter.ts';

const SIGNATURE = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];
const LONGEST_V1 = 108;
const names = [
  'not_found_allowed',
  'not_found_disallowed',
  'versions.v1.disallowed',
  'versions.v1.error',
  'versions.v1.found',
  'versions.v2.disallowed',
  'versions.v2.error',
  'versions.v2.found',
] as const;
type Counter = (typeof names)[number];

interface TlvRule {
  readonly type: number;
  readonly namespace: string;
  readonly key: string;
}

/** envoy.filters.listener.proxy_protocol, versions 1 and 2 (envoy `source/extensions/filters/listener/proxy_protocol`). */
export const filterType: ListenerFilterType = {
  compile(config, proxy) {
    config.ignore('stat_prefix', 'pass_through_tlvs');
    const prefix = config.string('stat_prefix');
    const base = prefix === '' ? 'proxy_proto.' : `proxy_proto.${prefix}.`;
    for (const name of names) proxy.stats.counter(base + name);
    const count = (name: Counter): void => proxy.stats.counter(base + name).add(1n);
    const allowWithout = config.bool('allow_requests_without_proxy_protocol');
    const disallowed = new Set(config.strings('disallowed_versions'));
    const rules = config.messages('rules').map((rule): TlvRule => {
      const target = rule.message('on_tlv_present');
      return {
        type: rule.number('tlv_type', 0),
        namespace: target?.string('metadata_namespace') || 'envoy.filters.listener.proxy_protocol',
        key: target?.string('key') ?? '',
      };
    });
    return {
      create: () => ({
        inspect(bytes, facts): Inspection {
          const isV2 = startsAs(bytes, SIGNATURE);
          const isV1 = startsAs(bytes, [0x50, 0x52, 0x4f, 0x58, 0x59, 0x20]);
          if (!isV1 && !isV2) {
            count(allowWithout ? 'not_found_allowed' : 'not_found_disallowed');
            return allowWithout ? done : { kind: 'close' };
          }
          if (bytes.length < (isV2 ? 16 : 6)) return more;
          const version = isV2 ? 'v2' : 'v1';
          if (disallowed.has(isV2 ? 'V2' : 'V1')) {
            count(`versions.${version}.disallowed`);
            return { kind: 'close' };
          }
          const result = isV2 ? readV2(bytes, facts, rules) : readV1(bytes, facts);
          if (result.kind === 'close') count(`versions.${version}.error`);
          if (result.kind === 'done') count(`versions.${version}.found`);
          return result;
        },
      }),
    };
  },
};

/** Is what has arrived the beginning of `pattern`, or `pattern` the beginning of it? Nothing at all may still become anything. */
function startsAs(bytes: Uint8Array, pattern: readonly number[]): boolean {
  return pattern.every((byte, i) => i >= bytes.length || bytes[i] === byte);
}

function readV1(bytes: Uint8Array, facts: ConnectionFacts): Inspection {
  const text = bytesToByteString(bytes.subarray(0, LONGEST_V1));
  const end = text.indexOf('\r\n');
  if (end < 0) return bytes.length >= LONGEST_V1 ? { kind: 'close' } : more;
  const [, family, source, destination, sourcePort, destinationPort] = text.slice(0, end).split(' ');
  if (family === 'UNKNOWN') return { kind: 'done', consumed: end + 2 };
  if (
    (family !== 'TCP4' && family !== 'TCP6') ||
    source === undefined ||
    destination === undefined ||
    sourcePort === undefined ||
    destinationPort === undefined
  ) {
    return { kind: 'close' };
  }
  facts.remoteAddress = address(source, sourcePort);
  facts.localAddress = address(destination, destinationPort);
  return { kind: 'done', consumed: end + 2 };
}

function address(host: string, port: string | number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function readV2(bytes: Uint8Array, facts: ConnectionFacts, rules: readonly TlvRule[]): Inspection {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const command = view.getUint8(12);
  const family = view.getUint8(13);
  const length = view.getUint16(14);
  if (command >> 4 !== 2) return { kind: 'close' };
  if (bytes.length < 16 + length) return more;
  const consumed = 16 + length;
  if ((command & 15) === 0) return { kind: 'done', consumed };
  const size = family === 0x11 ? 4 : family === 0x21 ? 16 : 0;
  if (size === 0 || length < size * 2 + 4) return { kind: 'close' };
  const host = (at: number): string => (size === 4 ? bytes.subarray(at, at + 4).join('.') : v6Text(bytes.subarray(at, at + 16)));
  facts.remoteAddress = address(host(16), view.getUint16(16 + size * 2));
  facts.localAddress = address(host(16 + size), view.getUint16(18 + size * 2));
  let at = 16 + size * 2 + 4;
  while (at + 3 <= consumed) {
    const type = view.getUint8(at);
    const value = bytes.subarray(at + 3, at + 3 + view.getUint16(at + 1));
    for (const rule of rules) {
      if (rule.type !== type) continue;
      facts.metadata.set(rule.namespace, { ...facts.metadata.get(rule.namespace), [rule.key]: strictUtf8(value) ?? bytesToBase64(value) });
    }
    at += 3 + value.length;
  }
  return { kind: 'done', consumed };
}

/** Shortest form of an IPv6 address (RFC 5952). */
export function v6Text(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => (((bytes[i * 2] ?? 0) << 8) | (bytes[i * 2 + 1] ?? 0)).toString(16));
  let best = { at: -1, length: 1 };
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === '0') end++;
    if (end - i > best.length) best = { at: i, length: end - i };
  }
  if (best.at < 0) return groups.join(':');
  return `${groups.slice(0, best.at).join(':')}::${groups.slice(best.at + best.length).join(':')}`;
}
