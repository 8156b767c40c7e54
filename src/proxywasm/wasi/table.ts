import type { HostFunction } from '../imports/host-function.ts';
import { fileFunctions } from './files.ts';
import { processFunctions } from './process.ts';

/** WASI preview 1 as far as cpp-host has it; anything else is a missing import. */
export const wasiFunctions: Readonly<Record<string, HostFunction>> = { ...processFunctions, ...fileFunctions };
