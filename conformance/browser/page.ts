import type { Ask, Verdict } from './conformance.worker.ts';

/** The page of the journeys about conformance: runs recorded scenarios in a worker, as the preview runs requests. */
export interface ConformanceWindow {
  runScenarios(ask: Ask): Promise<readonly Verdict[]>;
}

(globalThis as unknown as ConformanceWindow).runScenarios = (ask) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./conformance.worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', (event: MessageEvent<readonly Verdict[]>) => resolve(event.data));
    worker.addEventListener('error', (event) => reject(new Error(event.message)));
    worker.postMessage(ask);
  });
