import { fail, ok } from '#base/result.ts';
import type { ConfigDump } from '#envoy/config-dump/dump.ts';
import type { Progress } from '#envoy/config-dump/json-reader.ts';
import { keepOfDump, type KeptDump } from '#envoy/config-dump/keep.ts';
import { readDumpTextSteps } from '#envoy/config-dump/read-text.ts';
import { decodeText } from '#base/decode-text.ts';
import { inflate } from '#envoy/docs.ts';
import { loadEnvoyTypes } from '#envoy/registry.ts';
import type { DumpCalls, DumpFile } from './dump.calls.ts';
import { dumpParts, withPlaces } from './dump-parts.ts';
import type { Port } from './rpc.ts';
import { serve } from './rpc.ts';

/** How long one step may read before it says how far it is. */
const sliceMs = 100;

interface Reading {
  readonly text: string;
  readonly steps: Generator<Progress, ConfigDump>;
}

let reading: Reading | undefined;
let parts: Generator<Partial<KeptDump>, void> | undefined;

serve<DumpCalls>(self as unknown as Port, {
  open: async (file) => {
    const text = decodeText(new Uint8Array(await file.content.arrayBuffer()));
    if (text === undefined) return fail('not-text', `${file.name} is neither UTF-8 nor UTF-16 text.`);
    const types = await descriptors(file);
    if (types === undefined)
      return fail('asset-missing', 'The descriptions of Envoy’s messages could not be loaded.', 'Is the page served with all its files?');
    reading = { text, steps: readDumpTextSteps({ name: file.name, text }, types) };
    return ok(null);
  },
  step: async () => {
    if (reading !== undefined) return ok(readSlice(reading));
    const next = parts?.next();
    return ok(next === undefined || next.done === true ? { kind: 'end' } : { kind: 'part', part: next.value });
  },
});

function readSlice({ text, steps }: Reading): { kind: 'reading'; done: number; total: number } {
  const until = performance.now() + sliceMs;
  let step = steps.next();
  while (step.done !== true && performance.now() < until) step = steps.next();
  if (step.done !== true) return { kind: 'reading', ...step.value };
  const kept = keepOfDump(step.value);
  parts = dumpParts({ ...kept, diagnostics: withPlaces(kept.diagnostics, text) });
  reading = undefined;
  return { kind: 'reading', done: text.length, total: text.length };
}

async function descriptors({ descriptors: url }: DumpFile): Promise<ReturnType<typeof loadEnvoyTypes> | undefined> {
  try {
    const response = await fetch(url);
    return response.ok ? loadEnvoyTypes(await inflate(new Uint8Array(await response.arrayBuffer()))) : undefined;
  } catch {
    return undefined; // the caller says what is missing
  }
}
