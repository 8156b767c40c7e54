import { readClientHello } from '../client-hello.ts';
import type { ListenerFilterType } from '../listener-filter.ts';
import { done, more } from '../listener-filter.ts';

const names = [
  'alpn_found',
  'alpn_not_found',
  'client_hello_too_large',
  'sni_found',
  'sni_not_found',
  'tls_found',
  'tls_not_found',
] as const;

/** envoy.filters.listener.tls_inspector: server name and protocols of a ClientHello (envoy `source/extensions/filters/listener/tls_inspector`). */
export const filterType: ListenerFilterType = {
  compile(config, proxy) {
    config.ignore('enable_ja3_fingerprinting', 'enable_ja4_fingerprinting', 'initial_read_buffer_size', 'max_client_hello_size');
    for (const name of names) proxy.stats.counter(`tls_inspector.${name}`);
    const count = (name: (typeof names)[number]): void => proxy.stats.counter(`tls_inspector.${name}`).add(1n);
    return {
      create: () => ({
        inspect(bytes, facts) {
          const reading = readClientHello(bytes);
          if (reading.kind === 'more') return more;
          if (reading.kind === 'not-tls') {
            count('tls_not_found');
            return done;
          }
          const { serverName, applicationProtocols } = reading.hello;
          count('tls_found');
          count(applicationProtocols.length > 0 ? 'alpn_found' : 'alpn_not_found');
          count(serverName === '' ? 'sni_not_found' : 'sni_found');
          facts.serverName = serverName;
          facts.applicationProtocols = applicationProtocols;
          facts.transportProtocol = 'tls';
          return done;
        },
      }),
    };
  },
};
