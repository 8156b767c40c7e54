import { readFileSync } from 'node:fs';
import { bench, describe } from 'vitest';
import { ok } from '#base/result.ts';
import { catalogue } from '#plugins/catalogue/catalogue.ts';
import { loadModule } from '#proxywasm/load-module.ts';
import { Sidecar } from '#simulator/simulator.ts';
import { createDeriver } from './derive.ts';
import type { Design } from './design.ts';
import type { WorkspaceDocument } from './document.ts';
import { samples } from './samples/samples.ts';
import { initialView } from './view.ts';

/** What a user waits for after one keystroke: the chain, and a request through the real module of the sample. */
const vocabulary = { types: undefined, checks: undefined };
let id = 0;
const sample = samples.httpbin(() => String(id++));
const edited = (n: number): WorkspaceDocument => ({
  ...sample,
  files: sample.files.map((file) => ({ ...file, text: file.text.replace('priority: 10', `priority: ${n}`) })),
});

const bytes = new Uint8Array(readFileSync(new URL('../../public/plugins/regex-replace/regex-replace.wasm', import.meta.url)));
const loaded = await loadModule(bytes);
if (!loaded.ok) throw new Error(loaded.error.message);
const code = ok(loaded.value);

async function start({ listener, chain, mesh }: Design): Promise<Sidecar> {
  if (listener === undefined || chain === undefined || mesh === undefined) throw new Error('the sample has no chain');
  const sidecar = new Sidecar({
    listener,
    chain: listener.filterChains.indexOf(chain),
    extensions: mesh.extensions,
    routes: mesh.routes,
    otherClusters: () => ({ httpbin: true }),
    modules: () => code,
  });
  await sidecar.start();
  return sidecar;
}

const request = { headers: [[':path', '/banana/418'] as const] };
const derive = createDeriver(catalogue);
const running = await start(derive(sample, initialView, vocabulary));

describe('after an edit of the httpbin sample', () => {
  let n = 0;
  bench('edit to chain', () => {
    derive(edited(n++ % 100), initialView, vocabulary);
  });

  bench('edit to trace: chain, VM start, one request', async () => {
    const sidecar = await start(derive(edited(n++ % 100), initialView, vocabulary));
    await sidecar.send(request);
    sidecar.close();
  });

  bench('send again: one request with its whole trace', async () => {
    await running.send(request);
  });
});
