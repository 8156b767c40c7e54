import { expect, test } from 'vitest';
import { ok } from '#base/result.ts';
import { guestBytes } from '#testing/guests.ts';
import type { LoadProgress } from './load-progress.ts';
import type { PreviewJob, WorkerLike } from './preview.client.ts';
import { createPreviewRunner } from './preview.client.ts';

/** Answers every call at once with the same. */
function obliging(): WorkerLike {
  const worker: WorkerLike = {
    onmessage: null,
    postMessage: (message) => {
      const { id, call } = message as { id: number; call: string };
      const answer = ok(call === 'configure' ? { logs: [], refused: undefined } : {});
      queueMicrotask(() => worker.onmessage?.({ data: { id, answer } } as MessageEvent));
    },
    terminate: () => undefined,
  };
  return worker;
}

const bytes = guestBytes('guests/wat/noop');
const job: PreviewJob = {
  plan: { listener: {}, chain: 0, extensions: [], routes: [] } as unknown as PreviewJob['plan'],
  modules: [
    {
      url: 'oci://a/b',
      name: 'b.wasm',
      digest: 'd',
      bytes: (onRead) => {
        onRead(100, bytes.length);
        return Promise.resolve(ok(bytes));
      },
    },
  ],
  request: { headers: [], body: new Uint8Array(0) },
};

test('a run tells what it waits for: bytes, the compiler, the start; a second one waits for nothing', async () => {
  const runner = createPreviewRunner({ spawn: obliging, timeoutMs: 1000 });
  const told: LoadProgress[] = [];
  await runner.run(job, (progress) => told.push(progress));
  expect(told).toEqual([
    { step: 'reading', name: 'b.wasm' },
    { step: 'reading', name: 'b.wasm', read: 100, total: bytes.length },
    { step: 'compiling', name: 'b.wasm', total: bytes.length },
    { step: 'starting', name: 'b.wasm' },
  ]);
  await runner.run(job, (progress) => told.push(progress));
  expect(told).toHaveLength(4);
  runner.dispose();
});
