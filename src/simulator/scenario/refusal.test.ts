import { expect, test } from 'vitest';
import { envoyTypes } from '#testing/envoy-types.ts';
import { refusalOf, refusalPlace } from './refusal.ts';

const types = await envoyTypes();

function listener(manager: object) {
  const typed = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    ...manager,
  };
  return { name: 'l', filter_chains: [{ filters: [{ name: 'm', typed_config: typed }] }] };
}

test('a listener that Envoy reads is not refused, unknown fields or not', () => {
  expect(refusalOf(types, listener({ stat_prefix: 'x', route_config: {}, surprise: 1, codec_type: 'HTTP9' }))).toBeUndefined();
});

test('the text of a recording and ours stand at the same place', () => {
  const nameless = refusalOf(types, listener({ stat_prefix: 'x', route_config: { virtual_hosts: [{ domains: ['*'] }] } })) ?? '';
  expect(refusalPlace(nameless)).toBe(
    refusalPlace(
      'goo.gle/debugstr   x: Proto constraint validation failed (A.B: embedded | caused by VirtualHostValidationError.Name: too short)',
    ),
  );
  const number = refusalOf(types, listener({ stat_prefix: 5 })) ?? '';
  const envoys =
    'Unable to parse JSON as proto (INVALID_ARGUMENT: invalid JSON  in envoy.service.discovery.v3.DiscoveryResponse @ resources[0].';
  expect(refusalPlace(number)).toBe(
    refusalPlace(
      `${envoys}<any>.filter_chains[0].filters[0].typed_config.<any>.stat_prefix:   string, near 1:413 (offset 412): unexpected character)`,
    ),
  );
  expect(refusalPlace('Error: something else')).toBe('Error: something else');
});
