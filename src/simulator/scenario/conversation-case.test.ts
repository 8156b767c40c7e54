import { expect, test } from 'vitest';
import { asArray, asObject, getIn } from '#base/json.ts';
import type { FilterChain, Listener, NetworkFilter } from '#envoy/listener.ts';
import { guestModule } from '#testing/guests.ts';
import type { Scenario } from '../scenario.ts';
import { conversationCase } from './conversation-case.ts';
import { runScenario } from './run-scenario.ts';

const provenance = { origin: 'istio', reasons: [] } as const;
const type = (name: string): string => `type.googleapis.com/envoy.extensions.filters.network.${name}`;

const filters: readonly NetworkFilter[] = [
  { name: 'shop.gate', configDiscovery: { configSource: { ads: {} }, typeUrls: [type('wasm.v3.Wasm')] }, rest: {}, provenance },
  {
    name: 'envoy.filters.network.tcp_proxy',
    typedConfig: { '@type': type('tcp_proxy.v3.TcpProxy'), statPrefix: 'tcp', cluster: 'inbound|9000||' },
    rest: {},
    provenance,
  },
];
const chain: FilterChain = { name: '0.0.0.0_9000', networkFilters: filters, rest: {}, provenance };
const listener: Listener = {
  name: 'virtualInbound',
  address: '0.0.0.0:15006',
  direction: 'INBOUND',
  listenerFilters: [],
  filterChains: [chain],
  rest: {},
  provenance,
};
const gate = {
  '@type': type('wasm.v3.Wasm'),
  config: {
    name: 'gate',
    rootId: 'root',
    configuration: { '@type': 'type.googleapis.com/google.protobuf.StringValue', value: '{"downstream":[["cat","dog"]]}' },
    vmConfig: {
      runtime: 'envoy.wasm.runtime.v8',
      code: { remote: { httpUri: { uri: 'oci://registry.example/shop/gate:1.0.0', cluster: '_', timeout: '30s' } } },
    },
  },
};

const make = () =>
  conversationCase({
    name: 'orders',
    description: '',
    listener,
    chain: 0,
    extensions: [{ name: 'shop.gate', typedConfig: gate }],
    routes: [],
    conversation: [{ client: 'a cat' }, { closeClient: true }],
  });

test('what discovery serves stands inline, modules are files, clusters are scripted', () => {
  const made = make();
  const [plugin] = asArray(made['networkFilters']);
  expect(getIn(plugin, ['configDiscovery'])).toBeUndefined();
  expect(getIn(plugin, ['typedConfig', 'config', 'vmConfig', 'code'])).toEqual({ local: { filename: 'gate.wasm' } });
  expect(made['clusters']).toEqual({ 'inbound|9000||': {} });
});

test('the case runs as any other', async () => {
  const code = await guestModule('plugins/tcp_gate');
  const { observed } = await runScenario(make() as unknown as Scenario, { loadModule: () => code });
  const [connection] = asArray(observed['connections']);
  expect(asArray(asObject(connection)['upstream'])).toEqual([{ id: 1, cluster: 'inbound|9000||', received: 'a dog', closed: 'FIN' }]);
});
