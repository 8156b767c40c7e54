import type { Result } from '#base/result.ts';
import { ok } from '#base/result.ts';
import type { KeptDump } from '#envoy/config-dump/keep.ts';
import type { DumpCalls, DumpFile } from './dump.calls.ts';
import { createDumpJoiner } from './dump-parts.ts';
import type { WorkerLike } from './preview.client.ts';
import { connect } from './rpc.ts';

/** Reads one dump; `onProgress` gets the share that is read, 0 to 1. */
export type DumpReader = (name: string, content: Blob, onProgress: (share: number) => void) => Promise<Result<KeptDump>>;

/** A worker for each dump: when it is read, everything it needed is given back at once. */
export function createDumpReader(spawn: () => WorkerLike, descriptors: DumpFile['descriptors']): DumpReader {
  return async (name, content, onProgress) => {
    const worker = spawn();
    const client = connect<DumpCalls>(worker);
    worker.onerror = (event) => client.dispose({ code: 'worker-failed', message: `${name} could not be read: ${event.message}` });
    try {
      const opened = await client.call('open', { name, content, descriptors });
      if (!opened.ok) return opened;
      const joiner = createDumpJoiner();
      for (;;) {
        const step = await client.call('step', null);
        if (!step.ok) return step;
        if (step.value.kind === 'end') return ok(joiner.joined());
        if (step.value.kind === 'part') joiner.add(step.value.part);
        else onProgress(step.value.total === 0 ? 1 : step.value.done / step.value.total);
      }
    } finally {
      worker.terminate();
    }
  };
}
