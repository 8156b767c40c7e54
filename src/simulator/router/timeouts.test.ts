import fc from 'fast-check';
import { expect, test } from 'vitest';
import { grpcTimeout, grpcTimeoutMs } from '../format/grpc-timeout.ts';
import { Headers } from '../http/headers.ts';
import { whole } from './timeouts.ts';

const headers = (value: string): Headers => Headers.request([['grpc-timeout', value]]);

test.each([
  ['100m', 100],
  ['2S', 2000],
  ['1H', 3_600_000],
  ['1500u', 2],
  ['1n', 1],
  ['123456789m', undefined],
  ['5', undefined],
  ['-5m', undefined],
])('grpc-timeout %s', (text, ms) => {
  expect(grpcTimeoutMs(headers(text))).toBe(ms);
});

test('a time written as grpc-timeout is read again, rounded down to its unit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (ms) => {
      const read = grpcTimeoutMs(headers(grpcTimeout(ms))) ?? Number.NaN;
      expect(read).toBeLessThanOrEqual(ms);
      expect(ms - read).toBeLessThan(ms < 1e8 ? 1 : 60_000);
    }),
  );
});

test.each([
  ['15', 15],
  [' 15 ', 15],
  ['+1', 1],
  ['1.5', undefined],
  ['', undefined],
  ['many', undefined],
])('the number %j', (text, number) => {
  expect(whole(text)).toBe(number);
});
