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
  #answer: ((outcome: CaseOutcome | string) => void) | undefined;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  async run(file: string, update: boolean): Promise<CaseOutcome> {
    const worker = (this.#worker ??= this.#start());
    const request: CaseRequest = { file, update };
    const answer = await new Promise<CaseOutcome | string>((resolve) => {
      const late = `The case did not end within ${this.#limitMs / 1000} s: a module does not return.`;
      const timer = setTimeout(() => resolve(late), this.#limitMs);
      this.#answer = (outcome) => {
        clearTimeout(timer);
        resolve(outcome);
      };
      worker.postMessage(request);
    });
    if (typeof answer !== 'string') return answer;
    await this.close();
    return { result: { file, name: basename(file, '.json'), pass: false, error: answer }, state: 'failed' };
  }

  #start(): Worker {
    const worker = new Worker(workerFile);
    worker.on('message', (outcome: CaseOutcome) => this.#answer?.(outcome));
    worker.on('error', (error) => this.#answer?.(`The case ended its thread: ${error instanceof Error ? error.message : String(error)}`));
    return worker;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }
}
