/** Which filter chain a connection takes: the criteria of FilterChainMatch in their order, and the matcher of chains. */
import { any, scenario } from './lab.mjs';

export const scenarios = [];
const save = (name, description, input) => scenarios.push(scenario(`chain-${name}`, description, { topic: 'l4', ...input }));
const chain = (name, filterChainMatch) => ({
  name,
  ...(filterChainMatch === undefined ? {} : { filterChainMatch }),
  networkFilters: [
    {
      name: 'envoy.filters.network.direct_response',
      typed_config: any('envoy.extensions.filters.network.direct_response.v3.Config', { response: { inline_string: name } }),
    },
  ],
});
const tls = {
  name: 'envoy.filters.listener.tls_inspector',
  typed_config: any('envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector'),
};
const http = {
  name: 'envoy.filters.listener.http_inspector',
  typed_config: any('envoy.extensions.filters.listener.http_inspector.v3.HttpInspector'),
};
const proxyProtocol = {
  name: 'envoy.filters.listener.proxy_protocol',
  typed_config: any('envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol', { allow_requests_without_proxy_protocol: true }),
};
const range = (address_prefix, prefix_len) => ({ address_prefix, prefix_len });
const hello = (sni, ...alpn) => ({ clientHello: { ...(sni === undefined ? {} : { sni }), ...(alpn.length === 0 ? {} : { alpn }) } });
const from = (bytes, more = {}) => ({ conversation: [{ client: bytes }], ...more });

save('destination-prefix', 'The longest prefix of the destination wins, over silence too.', {
  filterChains: [
    chain('any'),
    chain('wide', { prefix_ranges: [range('127.0.0.0', 8)] }),
    chain('narrow', { prefix_ranges: [range('127.0.0.2', 32), range('10.0.0.0', 8)] }),
    chain('zero', { prefix_ranges: [range('0.0.0.0', 0)], server_names: ['never.example'] }),
  ],
  listenerFilters: [],
  connections: [from('x', { to: '127.0.0.1' }), from('x', { to: '127.0.0.2' })],
});
save('no-way-back', 'A chain that is more specific in an earlier criterion is not left again.', {
  listenerFilters: [tls],
  filterChains: [
    chain('name-h2', { server_names: ['a.example'], application_protocols: ['h2'] }),
    chain('alpn', { application_protocols: ['http/1.1'] }),
    chain('any'),
  ],
  connections: [
    from(hello('a.example', 'h2')),
    from(hello('a.example', 'http/1.1')),
    from(hello('b.example', 'http/1.1')),
    from(hello(undefined, 'x')),
    from('plain text\n'),
  ],
});
save('wildcards', 'Server names: exact, the longest wildcard, none.', {
  listenerFilters: [tls],
  filterChains: [
    chain('exact', { server_names: ['a.b.example', 'other.example'] }),
    chain('long', { server_names: ['*.b.example'] }),
    chain('short', { server_names: ['*.example', 'example'] }),
    chain('rest', {}),
  ],
  connections: ['a.b.example', 'c.b.example', 'x.c.b.example', 'b.example', 'example', 'A.B.Example', 'org', undefined].map((sni) =>
    from(hello(sni)),
  ),
});
save('transport', 'TLS or not, with a default chain for the rest.', {
  listenerFilters: [tls],
  filterChains: [
    chain('tls', { transport_protocol: 'tls', server_names: ['a.example'] }),
    chain('raw', { transport_protocol: 'raw_buffer' }),
  ],
  defaultFilterChain: chain('default'),
  connections: [from(hello('a.example')), from(hello('b.example')), from('x\n')],
});
save('application-protocols', 'The order of the client decides; HTTP found in plain text counts as well.', {
  listenerFilters: [tls, http],
  filterChains: [
    chain('h2', { application_protocols: ['h2', 'h2c'] }),
    chain('http1', { application_protocols: ['http/1.0', 'http/1.1'] }),
    chain('rest'),
  ],
  connections: [
    from(hello(undefined, 'http/1.1', 'h2')),
    from(hello(undefined, 'foo', 'h2')),
    from('GET / HTTP/1.1\r\n\r\n'),
    from('GET / HTTP/1.0\r\n\r\n'),
    from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    from('no HTTP at all\n'),
  ],
});
const source = (address) => ({ proxy: { version: 2, source: address, destination: '10.0.0.1:443' } });
save('sources', 'Direct source, type of source, source address and port.', {
  listenerFilters: [proxyProtocol],
  filterChains: [
    chain('direct', { direct_source_prefix_ranges: [range('127.0.0.5', 32)] }),
    chain('local', { source_type: 'SAME_IP_OR_LOOPBACK' }),
    chain('external', { source_type: 'EXTERNAL' }),
    chain('external-wide', { source_type: 'EXTERNAL', source_prefix_ranges: [range('192.0.2.0', 24)] }),
    chain('external-port', { source_type: 'EXTERNAL', source_prefix_ranges: [range('192.0.2.0', 24)], source_ports: [7, 8] }),
  ],
  connections: [
    from('x'),
    from([source('198.51.100.1:7'), 'x']),
    from([source('192.0.2.1:5'), 'x']),
    from([source('192.0.2.1:7'), 'x']),
    from([source('192.0.2.1:7'), 'x'], { from: '127.0.0.5' }),
  ],
});
save('ports', 'A chain for the port hides those without one, even where it does not match further.', {
  listenerFilters: [proxyProtocol],
  filterChains: [
    chain('port-443', { destination_port: 443, source_prefix_ranges: [range('192.0.2.0', 24)] }),
    chain('own-port', { destination_port: '{listener.port}' }),
    chain('any'),
  ],
  connections: [
    from('x'),
    from([source('192.0.2.1:5'), 'x']),
    from([source('198.51.100.1:5'), 'x']),
    from([{ proxy: { version: 1, source: '192.0.2.1:5', destination: '10.0.0.1:80' } }, 'x']),
  ],
});

const input = (name) => ({ name, typed_config: any(`envoy.extensions.matching.common_inputs.network.v3.${name}`) });
const to = (name) => ({ action: { name, typed_config: any('google.protobuf.StringValue', { value: name }) } });
const matcher = (filter_chain_matcher, more) => ({
  filterChains: ['one', 'two', 'three', 'rest'].map((name) => chain(name)),
  listener: { filter_chain_matcher },
  ...more,
});
save('matcher-addresses', 'Addresses by range, then ports; a range that leads nowhere gives way to a wider one.', {
  ...matcher({
    matcher_tree: {
      input: input('DestinationIPInput'),
      custom_match: {
        name: 'ip',
        typed_config: any('xds.type.matcher.v3.IPMatcher', {
          range_matchers: [
            { ranges: [range('127.0.0.0', 8)], on_match: to('one') },
            {
              ranges: [range('127.0.0.2', 32)],
              on_match: { matcher: { matcher_tree: { input: input('DestinationPortInput'), exact_match_map: { map: { 1: to('two') } } } } },
            },
            { ranges: [range('127.0.0.3', 32)], on_match: to('three') },
          ],
        }),
      },
    },
    on_no_match: to('rest'),
  }),
  connections: [from('x', { to: '127.0.0.1' }), from('x', { to: '127.0.0.2' }), from('x', { to: '127.0.0.3' })],
});
save('matcher-names', 'Server names and protocols by a map, with a default chain.', {
  ...matcher({
    matcher_tree: { input: input('ServerNameInput'), exact_match_map: { map: { 'a.example': to('one'), 'b.example': to('nowhere') } } },
    on_no_match: {
      matcher: {
        matcher_tree: {
          input: input('ApplicationProtocolInput'),
          exact_match_map: { map: { "'h2','http/1.1'": to('two'), "'h2'": to('three') } },
        },
      },
    },
  }),
  defaultFilterChain: chain('default'),
  listenerFilters: [tls],
  connections: [
    from(hello('a.example')),
    from(hello('A.EXAMPLE')),
    from(hello('b.example')),
    from(hello('c.example', 'h2', 'http/1.1')),
    from(hello(undefined, 'h2')),
    from('x\n'),
  ],
});
const is = (name, value_match) => ({ single_predicate: { input: input(name), value_match } });
save('matcher-list', 'Predicates: and, or, not; the first that holds.', {
  ...matcher({
    matcher_list: {
      matchers: [
        {
          predicate: {
            and_matcher: { predicate: [is('TransportProtocolInput', { exact: 'tls' }), is('ServerNameInput', { suffix: '.example' })] },
          },
          on_match: to('one'),
        },
        {
          predicate: { or_matcher: { predicate: [is('SourceIPInput', { exact: '127.0.0.9' }), is('ServerNameInput', { exact: 'org' })] } },
          on_match: to('two'),
        },
        { predicate: { not_matcher: is('TransportProtocolInput', { exact: 'tls' }) }, on_match: to('three') },
      ],
    },
  }),
  listenerFilters: [tls],
  connections: [from(hello('a.example')), from(hello('org')), from('x\n', { from: '127.0.0.9' }), from('x\n'), from(hello('net'))],
});
