import { describe, expect, test } from 'vitest';
import { bytesToUtf8 } from '#base/bytes.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { guestModule } from '#testing/guests.ts';
import type { ConversationTrace } from './conversation-trace.ts';
import { runConversation } from './preview-conversation.ts';
import type { TraceEvent } from './trace.ts';

const type = (name: string): string => `type.googleapis.com/envoy.extensions.filters.network.${name}`;
const tcpProxy: JsonObject = { name: 'tcp', typed_config: { '@type': type('tcp_proxy.v3.TcpProxy'), stat_prefix: 'tcp', cluster: 'db' } };

function gate(configuration: JsonObject): JsonObject {
  const config = {
    name: 'gate',
    root_id: 'root',
    configuration: { '@type': 'type.googleapis.com/google.protobuf.StringValue', value: JSON.stringify(configuration) },
    vm_config: { runtime: 'envoy.wasm.runtime.v8', code: { local: { filename: 'gate.wasm' } } },
  };
  return { name: 'gate', typed_config: { '@type': type('wasm.v3.Wasm'), config } };
}

async function talk(filters: readonly JsonObject[], conversation: readonly JsonObject[]): Promise<ConversationTrace> {
  const code = await guestModule('plugins/tcp_gate');
  const listener = { name: 'test', address: { socket_address: { address: '0.0.0.0', port_value: 1 } }, filter_chains: [{ filters }] };
  const { trace, refused } = await runConversation({ listener, modules: () => code, otherClusters: () => ({}) }, conversation);
  if (trace === undefined) throw new Error(refused);
  return trace;
}

const eventsOf = (trace: ConversationTrace, step: number): readonly TraceEvent[] =>
  trace.events.slice(trace.steps[step]?.first, trace.steps[step]?.end);

describe('a conversation', () => {
  test('bytes of both directions and what the plugin made of them', async () => {
    const trace = await talk(
      [gate({ downstream: [['cat', 'dog']], upstream: [['meow', 'woof']] }), tcpProxy],
      [{ client: 'a cat' }, { upstream: 'meow' }, { closeClient: true }],
    );
    expect(trace.steps.map(({ step }) => step)).toEqual(['connect', 'client', 'upstream', 'closeClient', 'endUpstream']);
    expect(trace.upstreams.map(({ cluster, received }) => [cluster, bytesToUtf8(received)])).toEqual([['db', 'a dog']]);
    expect(bytesToUtf8(trace.client.received)).toBe('woof');
    const down = eventsOf(trace, 1).find((event) => event.kind === 'callback' && event.callback === 'proxy_on_downstream_data');
    expect(down).toMatchObject({ filter: 0, args: [2, 5, 0], resultText: 'Continue', direction: 'request' });
    const texts = down?.kind === 'callback' ? [down.bodyBefore, down.bodyAfter].map((bytes) => bytes && bytesToUtf8(bytes)) : [];
    expect(texts).toEqual(['a cat', 'a dog']);
    expect(trace.filters.map(({ name, simulated }) => [name, simulated])).toEqual([
      ['gate', 'wasm'],
      ['tcp', 'native'],
    ]);
  });

  test('a piece that is held back stays in the buffer and comes again, longer', async () => {
    const trace = await talk([gate({ lines: true }), tcpProxy], [{ client: 'half a ' }, { client: 'line\n' }]);
    const sizes = trace.events
      .slice(0, trace.steps[2]?.end)
      .flatMap((event): JsonValue[] =>
        event.kind === 'callback' && event.callback === 'proxy_on_downstream_data' ? [event.args.slice(1)] : [],
      );
    expect(sizes).toEqual([
      [7, 0],
      [12, 0],
    ]);
    const decisions = eventsOf(trace, 1).flatMap((event) => (event.kind === 'decision' ? [event.text] : []));
    expect(decisions).toEqual(['StopIteration: 7 bytes stay in the buffer and will come again, with the next ones']);
    expect(trace.steps[1]?.upstreams).toEqual([]);
    expect(trace.closedBy).toBe('client');
  });

  test('a plugin that closes: the client sees it, later steps are skipped', async () => {
    const trace = await talk([gate({ close_on: 'QUIT' }), tcpProxy], [{ client: 'QUIT' }, { upstream: 'late' }, { client: 'more' }]);
    expect(trace).toMatchObject({ closedBy: 'envoy', client: { closed: 'FIN' } });
    expect(trace.steps[1]?.upstreams).toMatchObject([{ id: 1, cluster: 'db', closed: 'FIN' }]);
  });

  test('what filters counted is told, without what stands at zero', async () => {
    const rbac = { name: 'rbac', typed_config: { '@type': type('rbac.v3.RBAC'), stat_prefix: 'mine.', rules: { action: 'DENY' } } };
    const { metrics } = await talk([rbac, tcpProxy], [{ client: 'hello' }]);
    expect(metrics).toContainEqual({ name: 'mine.rbac.allowed', type: 'counter', value: 1 });
    expect(metrics.filter(({ value, name }) => value === 0 || name.startsWith('cluster.'))).toEqual([]);
  });

  test('the same script gives the same trace', async () => {
    const run = async (): Promise<JsonValue> => {
      const trace = await talk([gate({ hold_ms: 20 }), tcpProxy], [{ client: 'early' }, { waitMs: 50 }, { closeClient: 'reset' }]);
      return JSON.parse(
        JSON.stringify({ ...trace, measuredMs: 0 }, (key, value: JsonValue) => (key === 'tookUs' ? 0 : value)),
      ) as JsonValue;
    };
    expect(await run()).toEqual(await run());
  });

  test('what Envoy would refuse is said in its words', async () => {
    const bare = { name: 'tcp', typed_config: { '@type': type('tcp_proxy.v3.TcpProxy'), stat_prefix: 'tcp' } };
    const listener = { name: 'test', address: {}, filter_chains: [{ filters: [bare] }] };
    const { refused, trace } = await runConversation({ listener, modules: () => undefined }, []);
    expect({ refused, trace }).toEqual({ refused: 'TcpProxyValidationError.ClusterSpecifier: is required', trace: undefined });
  });
});
