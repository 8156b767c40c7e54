import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asArray, asObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { arbitraryMessage } from '#testing/arbitrary-message.ts';
import { envoyTypes } from '#testing/envoy-types.ts';
import { addressText, listenerFromProto, type OpenedPart } from './from-proto.ts';
import { HCM_TYPE, httpManagerOf, messageName } from './listener.ts';
import type { Provenance } from './provenance.ts';
import { listenerToProto } from './to-proto.ts';

const types = await envoyTypes();
const config: Provenance = { origin: 'config', reasons: [] };

const anyTypes = [
  messageName(HCM_TYPE),
  'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
  'envoy.extensions.filters.http.router.v3.Router',
];
const listener = arbitraryMessage(types, 'envoy.config.listener.v3.Listener', { anyTypes, depth: 6 }).map(
  (written) => types.normalise('envoy.config.listener.v3.Listener', written).value,
);

/** An empty match means the same as none. */
function withoutEmptyMatches(proto: JsonObject): JsonObject {
  const chain = (value: JsonValue): JsonObject => {
    const { filterChainMatch, ...rest } = asObject(value);
    return Object.keys(asObject(filterChainMatch)).length === 0 ? rest : { ...rest, filterChainMatch };
  };
  return {
    ...proto,
    ...(proto['filterChains'] === undefined ? {} : { filterChains: asArray(proto['filterChains']).map(chain) }),
    ...(proto['defaultFilterChain'] === undefined ? {} : { defaultFilterChain: chain(proto['defaultFilterChain'] ?? null) }),
  };
}

describe('a listener and its proto JSON', () => {
  test('there and back is the identity', () => {
    fc.assert(
      fc.property(listener, (proto) => {
        expect(listenerToProto(listenerFromProto(proto, config))).toEqual(withoutEmptyMatches(proto));
      }),
      { numRuns: 300 },
    );
  });

  test('HTTP filters stand beside their connection manager', () => {
    const manager = {
      '@type': HCM_TYPE,
      statPrefix: 'x',
      httpFilters: [
        { name: 'a', disabled: true },
        { name: 'b', isOptional: true },
      ],
    };
    const opened = listenerFromProto({ filterChains: [{ filters: [{ name: 'h', typedConfig: manager }] }] }, config);
    const found = httpManagerOf(opened.filterChains[0]!);
    expect(found?.typedConfig).toEqual({ '@type': HCM_TYPE, statPrefix: 'x' });
    expect(found?.httpFilters).toMatchObject([
      { name: 'a', disabled: true },
      { name: 'b', isOptional: true },
    ]);
  });

  test('each part can have its own provenance', () => {
    const parts: OpenedPart[] = [];
    const proto = { name: 'l', listenerFilters: [{ name: 'tls' }], filterChains: [{ name: 'c', filters: [{ name: 'n' }] }] };
    listenerFromProto(proto, (part) => {
      parts.push(part);
      return config;
    });
    expect(parts.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual([
      'filter-chain c',
      'listener l',
      'listener-filter tls',
      'network-filter n',
    ]);
  });

  test('an address that is text only is written as a message', () => {
    const bare = { ...listenerFromProto({ name: 'l' }, config), address: '0.0.0.0:15006' };
    expect(listenerToProto(bare)['address']).toEqual({ socketAddress: { address: '0.0.0.0', portValue: 15006 } });
  });
});

test.each([
  [{ socketAddress: { address: '10.0.0.1', portValue: 80 } }, '10.0.0.1:80'],
  [{ socketAddress: { address: '::', portValue: 80 } }, '[::]:80'],
  [{ socketAddress: { address: '10.0.0.1', namedPort: 'http' } }, '10.0.0.1:http'],
  [{ pipe: { path: '/run/x' } }, 'unix:/run/x'],
  [{ envoyInternalAddress: { serverListenerName: 'x' } }, 'internal'],
  [undefined, 'internal'],
])('the address %j is %s', (address, text) => {
  expect(addressText(address)).toBe(text);
});
