import { describe, expect, test } from 'vitest';
import type { Design, LaneRow } from '../design.ts';
import { answerPresets } from './answer-presets.ts';
import { calledClusters } from './called-clusters.ts';
import { readAnswer, readAnswers } from './read-answers.ts';

describe('answers as typed', () => {
  test.each(Object.entries(answerPresets))('%s can be read', (_, answer) => {
    expect(readAnswer(JSON.stringify(answer))).toEqual({ ok: true, value: answer });
  });
  test.each([
    ['', 'object'],
    ['{"status": 2000}', 'status'],
    ['{"status": ', 'JSON'],
    ['7', 'object'],
  ])('%s is refused', (text, why) => {
    const read = readAnswer(text);
    expect(read.ok ? '' : read.error.message).toContain(why);
  });
  test('a failure names the cluster', () => {
    expect(readAnswers({ auth: '{}', keys: 'x' })).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('keys') as string },
    });
  });
});

test('clusters that filters call are found, the one the chain ends at is not', () => {
  const row = (title: string, typedConfig: object): LaneRow =>
    ({ title, index: 0, filter: { name: title, typedConfig } }) as unknown as LaneRow;
  const lane = {
    rows: [
      row('ext-authz', { httpService: { serverUri: { cluster: 'auth' } } }),
      row('wasm', { config: { vmConfig: { code: { remote: { httpUri: { cluster: '_' } } } } } }),
      row('ratelimit', { rateLimitService: { grpcService: { envoyGrpc: { clusterName: 'limits' } } } }),
    ],
    networkFilters: [row('tcp_proxy', { cluster: 'upstream' })],
  } as unknown as NonNullable<Design['lane']>;
  expect(calledClusters({ lane })).toEqual([
    { cluster: 'auth', by: 'ext-authz' },
    { cluster: 'limits', by: 'ratelimit' },
  ]);
});
