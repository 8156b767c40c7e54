import type { HeaderPair } from '#proxywasm/host.ts';
import type { Protocol } from './http/stream-info.ts';

const pseudoDefaults: Readonly<Record<string, HeaderPair>> = {
  ':method': [':method', 'GET'],
  ':scheme': [':scheme', 'http'],
  ':authority': [':authority', 'example.com'],
  ':path': [':path', '/'],
};
const pseudoOrder: Readonly<Record<Protocol, readonly string[]>> = {
  'HTTP/2': [':method', ':scheme', ':authority', ':path'],
  'HTTP/1.1': [':authority', ':path', ':method', ':scheme'],
  'HTTP/1.0': [':authority', ':path', ':method', ':scheme'],
};

/** The headers as Envoy's codec hands them on: pseudo headers first, in the codec's order, defaults filled in. */
export function arrived(headers: readonly HeaderPair[], protocol: Protocol): HeaderPair[] {
  const order = pseudoOrder[protocol];
  const list: HeaderPair[] = order.map((name) => headers.find(([key]) => key === name) ?? pseudoDefaults[name] ?? [name, '']);
  for (const pair of headers) if (pair[0].charCodeAt(0) !== COLON || !order.includes(pair[0])) list.push(pair);
  return list;
}

const COLON = 58;
