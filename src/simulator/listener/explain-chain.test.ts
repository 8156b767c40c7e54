import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import type { ConnectionQuestion } from './explain-chain.ts';
import { explainChains } from './explain-chain.ts';

const question: ConnectionQuestion = {
  destination: '10.0.0.1:443',
  source: '192.0.2.1:5000',
  serverName: 'a.example',
  applicationProtocols: ['h2'],
  tls: true,
};
const listener = (...matches: readonly JsonObject[]): JsonObject => ({
  filter_chains: matches.map((match, i) => ({ name: `chain ${i}`, filter_chain_match: match })),
});

describe('why a chain is not taken', () => {
  test('the criterion it does not meet, or another chain that says more', () => {
    const { chosen, verdicts } = explainChains(
      listener({ destination_port: 80 }, { server_names: ['*.example'] }, { server_names: ['a.example'] }, {}),
      question,
    );
    expect(chosen).toBe(2);
    expect(verdicts).toEqual([
      { index: 0, kind: 'no-match', criterion: 'destination port', value: '443' },
      { index: 1, kind: 'less-specific', criterion: 'server name', value: 'a.example', than: 2 },
      { index: 2, kind: 'chosen' },
      { index: 3, kind: 'less-specific', criterion: 'server name', value: 'a.example', than: 2 },
    ]);
  });

  test('the default chain takes what is left; without one nothing does', () => {
    const none = listener({ transport_protocol: 'raw_buffer' });
    expect(explainChains(none, question).chosen).toBeUndefined();
    expect(explainChains({ ...none, default_filter_chain: {} }, question).chosen).toBe(-1);
  });

  test('a matcher of chains decides alone and shows its way', () => {
    const input = { typed_config: { '@type': 'type.googleapis.com/envoy.extensions.matching.common_inputs.network.v3.ServerNameInput' } };
    const action = { action: { typed_config: { '@type': 'type.googleapis.com/google.protobuf.StringValue', value: 'chain 1' } } };
    const matcher = { matcher_tree: { input, exact_match_map: { map: { 'a.example': action } } } };
    const explained = explainChains({ ...listener({}, { destination_port: 1 }), filter_chain_matcher: matcher }, question);
    expect(explained).toMatchObject({ chosen: 1, steps: ['server name is a.example'] });
  });
});

/** Each criterion of a chain for the connection above: how specific, or -1. The slow way: sort all chains that match by their criteria in order. */
function naive(chains: readonly JsonObject[], asked: ConnectionQuestion): number | undefined {
  const ranks = chains.map((chain) => [
    one(chain['destination_port'], Number(asked.destination.split(':')[1])),
    names(chain['server_names'], asked.serverName),
    one(chain['transport_protocol'], asked.tls ? 'tls' : 'raw_buffer'),
    protocols(chain['application_protocols'], asked.applicationProtocols),
  ]);
  let kept = ranks.map((_, i) => i);
  for (let criterion = 0; criterion < 4; criterion++) {
    const values = kept.map((i) => ranks[i]?.[criterion] ?? -1);
    const best = Math.max(0, ...values);
    kept = kept.filter((_, at) => values[at] === best);
  }
  return kept[0];
}

function one(wanted: unknown, is: unknown): number {
  return wanted === undefined ? 0 : wanted === is ? 1 : -1;
}

function names(wanted: unknown, is: string): number {
  if (!Array.isArray(wanted)) return 0;
  if (is === '') return -1;
  if (wanted.includes(is)) return 1000;
  // Every wildcard the name could be under, the longest first.
  const labels = is.split('.');
  for (let i = 1; i < labels.length; i++) if (wanted.includes(`*.${labels.slice(i).join('.')}`)) return 900 - i;
  return -1;
}

function protocols(wanted: unknown, offered: readonly string[]): number {
  if (!Array.isArray(wanted)) return 0;
  const at = offered.findIndex((name) => wanted.includes(name));
  return at < 0 ? -1 : 100 - at;
}

test('the choice is that of the slow way, and every other chain has a reason', () => {
  const name = fc.constantFrom('a.example', 'b.a.example', 'example', '*.example', '*.a.example');
  const protocol = fc.constantFrom('h2', 'http/1.1', 'istio');
  const chain = fc.record(
    {
      destination_port: fc.constantFrom(80, 443),
      server_names: fc.uniqueArray(name, { minLength: 1, maxLength: 2 }),
      transport_protocol: fc.constantFrom('tls', 'raw_buffer'),
      application_protocols: fc.uniqueArray(protocol, { minLength: 1, maxLength: 2 }),
    },
    { requiredKeys: [] },
  );
  const asked = fc.record({
    destination: fc.constantFrom('10.0.0.1:80', '10.0.0.1:443', '10.0.0.1:9'),
    source: fc.constant('192.0.2.1:5000'),
    serverName: fc.constantFrom('', 'a.example', 'b.a.example', 'c.b.a.example', 'example', 'org'),
    applicationProtocols: fc.uniqueArray(protocol, { maxLength: 3 }),
    tls: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(chain, { maxLength: 6 }), asked, (chains, connection) => {
      const { chosen, verdicts } = explainChains(listener(...(chains as JsonObject[])), connection);
      expect(chosen).toBe(naive(chains as JsonObject[], connection));
      expect(verdicts.filter(({ kind }) => kind === 'chosen')).toHaveLength(chosen === undefined ? 0 : 1);
    }),
    { numRuns: 500 },
  );
});
