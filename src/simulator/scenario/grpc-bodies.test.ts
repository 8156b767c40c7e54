import { expect, test } from 'vitest';
import { bytesToBase64 } from '#base/bytes.ts';
import { grpcFrame } from '../upstreams/grpc-frames.ts';
import { ProtoWriter } from '../wasm/proto-writer.ts';
import { settleGrpc } from './grpc-bodies.ts';

function body(clock: bigint, ...names: readonly string[]): string {
  const inner = new ProtoWriter().varint(1, clock);
  for (const name of names) inner.string(2, name);
  return bytesToBase64(grpcFrame(new ProtoWriter().string(1, 'stays').message(4, inner).finish()));
}

test('two runs of a call are alike without its clock and with its map in order', () => {
  const rule = { strike: ['4.1'], sort: ['4.2'] };
  expect(settleGrpc(body(1n, 'a', 'b'), rule)).toBe(settleGrpc(body(70_000n, 'b', 'a'), rule));
  expect(settleGrpc(body(1n, 'a'), rule)).not.toBe(settleGrpc(body(1n, 'b'), rule));
});

test('a body that is not gRPC stays', () => {
  expect(settleGrpc('AQID', { strike: ['1'], sort: [] })).toBe('AQID');
});
