import { parentPort } from 'node:worker_threads';
import { ModuleStore } from '../modules.ts';
import type { CaseRequest } from './case-runner.ts';
import { runCaseFile } from './run-case.ts';

/** The thread in which `test` runs cases: one request, one answer. */
const modules = new ModuleStore();
parentPort?.on('message', ({ file, update }: CaseRequest) => {
  void runCaseFile(file, modules, update).then((outcome) => parentPort?.postMessage(outcome));
});
