import { bytesToByteString } from '#base/bytes.ts';
import type { ListenerFilterType } from '../listener-filter.ts';
import { done, more } from '../listener-filter.ts';

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const LONGEST_LINE = 65_536;
const names = ['http10_found', 'http11_found', 'http2_found', 'http_not_found', 'read_error'] as const;

/** envoy.filters.listener.http_inspector: HTTP/1.x or the HTTP/2 preface (envoy `source/extensions/filters/listener/http_inspector`). */
export const filterType: ListenerFilterType = {
  compile(_config, proxy) {
    for (const name of names) proxy.stats.counter(`http_inspector.${name}`);
    const count = (name: (typeof names)[number]): void => proxy.stats.counter(`http_inspector.${name}`).add(1n);
    return {
      create: () => ({
        inspect(bytes, facts) {
          if (facts.transportProtocol !== '' && facts.transportProtocol !== 'raw_buffer') return done;
          const found = protocolOf(bytesToByteString(bytes.subarray(0, LONGEST_LINE)));
          if (found === undefined) return more;
          if (found === '') count('http_not_found');
          else {
            count(found === 'h2c' ? 'http2_found' : found === 'http/1.0' ? 'http10_found' : 'http11_found');
            facts.applicationProtocols = [found];
          }
          return done;
        },
      }),
    };
  },
};

/** The protocol, '' for none, undefined while it cannot be told. */
function protocolOf(text: string): string | undefined {
  if (text.length < PREFACE.length && PREFACE.startsWith(text)) return undefined;
  if (text.startsWith(PREFACE)) return 'h2c';
  const end = text.indexOf('\n');
  if (end < 0) return /^[!#$%&'*+\-.^_`|~\w]+( [^\r\n]*\r?)?$/.test(text) && text.length < LONGEST_LINE ? undefined : '';
  const line = /^[!#$%&'*+\-.^_`|~\w]+ \S+ HTTP\/1\.([01])\r?$/.exec(text.slice(0, end));
  if (line === null) return '';
  return line[1] === '0' ? 'http/1.0' : 'http/1.1';
}
