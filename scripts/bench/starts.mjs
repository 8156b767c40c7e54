/** From bytes to a module that has been configured and has answered its first request. */
import { readFileSync } from 'node:fs';
import { loadModule } from '#proxywasm/load-module.ts';
import { createSidecar } from '#simulator/simulator.ts';
import { listenerOf, request, starts, wasm } from './chains.mjs';
import { leastMs } from './measure.mjs';

/** Milliseconds of each step, the least of some runs. The first request of a module includes what the engine compiles when it is first called. */
export async function measureStarts(more = []) {
  const rows = [];
  for (const { name, sample } of [...starts, ...more]) {
    const bytes = new Uint8Array(readFileSync(sample.module));
    const step = { compile: Infinity, start: Infinity, first: Infinity };
    for (let i = 0; i < (bytes.length > 8e6 ? 2 : 5); i++) {
      let code;
      step.compile = Math.min(step.compile, await leastMs(async () => (code = await loadModule(bytes)), 1));
      const sidecar = createSidecar({ listener: listenerOf({ filters: [wasm(sample, 0)] }), modules: () => code, detail: 'none' });
      step.start = Math.min(
        step.start,
        await leastMs(async () => {
          const { refused } = await sidecar.start();
          if (refused !== undefined) throw new Error(`${name}: ${refused}`);
        }, 1),
      );
      step.first = Math.min(step.first, await leastMs(() => sidecar.send(request), 1));
      sidecar.close();
    }
    rows.push({ name, bytes: bytes.length, ...step });
  }
  return rows;
}
