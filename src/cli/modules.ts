import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Result } from '#base/result.ts';
import type { PluginFailure } from '#proxywasm/failures.ts';
import type { WasmCode } from '#proxywasm/load-module.ts';
import { loadModule } from '#proxywasm/load-module.ts';
import type { Scenario } from '#simulator/scenario.ts';
import { moduleFiles } from '#simulator/scenario/module-files.ts';
import type { CodeLoader } from '#simulator/wasm/wasm-services.ts';

/** Modules by path, compiled once: a folder of cases names the same ones again and again. */
export class ModuleStore {
  readonly #loaded = new Map<string, Result<WasmCode, PluginFailure> | undefined>();

  /** Loads what a test case names, relative to its folder; the answer is the loader its run needs. */
  async forScenario(scenario: Scenario, folder: string): Promise<CodeLoader> {
    for (const name of moduleFiles(scenario)) {
      const path = resolve(folder, name);
      if (this.#loaded.has(path)) continue;
      const bytes = readOptional(path);
      this.#loaded.set(path, bytes === undefined ? undefined : await loadModule(bytes));
    }
    return (source) => (source.kind === 'file' ? this.#loaded.get(resolve(folder, source.filename)) : undefined);
  }
}

function readOptional(path: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return new Uint8Array(readFileSync(path));
  } catch {
    return undefined; // absence is the answer: the run then shows how the proxy refuses it
  }
}
