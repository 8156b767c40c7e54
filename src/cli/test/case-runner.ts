import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { ModuleStore } from '../modules.ts';
import type { CaseOutcome } from './run-case.ts';
import { runCaseFile } from './run-case.ts';

export interface CaseRunner {
  run(file: string, update: boolean): Promise<CaseOutcome>;
  close(): Promise<void>;
}

/** What the worker is asked to do; it answers with a CaseOutcome. */
export interface CaseRequest {
  readonly file: string;
  readonly update: boolean;
}

/** The built worker stands beside the built command line; from source there is none. */
const workerFile = new URL(import.meta.url.replace(/[^/]*$/, 'case-worker.mjs'));

/** A runner in a thread that can be stopped, or in this one where the command line runs from its source. */
export function createCaseRunner(limitSeconds: number): CaseRunner {
  return existsSync(fileURLToPath(workerFile)) ? new ThreadRunner(limitSeconds * 1000) : new DirectRunner();
}

class DirectRunner implements CaseRunner {
  readonly #modules = new ModuleStore();

  run(file: string, update: boolean): Promise<CaseOutcome> {
    return runCaseFile(file, this.#modules, update);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** One thread for all cases. A guest that does not return costs its case and the thread; the next case gets a new one. */
class ThreadRunner implements CaseRunner {
  readonly #limitMs: number;
  #worker: Worker | undefined;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  async run(file: string, update: boolean): Promise<CaseOutcome> {
    const worker = (this.#worker ??= new Worker(workerFile));
    const request: CaseRequest = { file, update };
    let timer: NodeJS.Timeout | undefined;
    const answer = await new Promise<CaseOutcome | string>((resolve) => {
      worker.once('message', (outcome: CaseOutcome) => resolve(outcome));
      worker.once('error', (error) => resolve(`The case ended its thread: ${error instanceof Error ? error.message : String(error)}`));
      timer = setTimeout(() => resolve(`The case did not end within ${this.#limitMs / 1000} s: a module does not return.`), this.#limitMs);
      worker.postMessage(request);
    });
    clearTimeout(timer);
    worker.removeAllListeners();
    if (typeof answer !== 'string') return answer;
    await this.close();
    return { result: { file, name: basename(file, '.json'), pass: false, error: answer }, state: 'failed' };
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }
}
