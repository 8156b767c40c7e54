import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Result } from '#base/result.ts';
import type { PluginFailure } from '#proxywasm/failures.ts';
import type { WasmCode } from '#proxywasm/load-module.ts';
import { loadModule } from '#proxywasm/load-module.ts';
import type { Scenario } from '#simulator/scenario.ts';
import { moduleFiles } from '#simulator/scenario/module-files.ts';
import type { CodeLoader } from '#simulator/wasm/wasm-services.ts';

/** From this size on a module takes long enough for people to wonder. */
const largeBytes = 8e6;

/** Modules by path, compiled once: a folder of cases names the same ones again and again. */
export class ModuleStore {
  readonly #tell: (text: string) => void;
  readonly #loaded = new Map<string, Result<WasmCode, PluginFailure> | undefined>();

  /** `tell` hears of large modules while they are loaded; by default the standard error of whichever thread this is. */
  constructor(tell: (text: string) => void = (text) => void process.stderr.write(text)) {
    this.#tell = tell;
  }

  /** Loads what a test case names, relative to its folder; the answer is the loader its run needs. */
  async forScenario(scenario: Scenario, folder: string): Promise<CodeLoader> {
    for (const name of moduleFiles(scenario)) {
      const path = resolve(folder, name);
      if (this.#loaded.has(path)) continue;
      const bytes = readOptional(path);
      this.#loaded.set(path, bytes === undefined ? undefined : await this.#compiled(basename(path), bytes));
    }
    return (source) => (source.kind === 'file' ? this.#loaded.get(resolve(folder, source.filename)) : undefined);
  }

  async #compiled(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<Result<WasmCode, PluginFailure>> {
    if (bytes.length < largeBytes) return loadModule(bytes);
    this.#tell(`${name}: read ${(bytes.length / 1e6).toFixed(1)} MB, compiling …`);
    const began = performance.now();
    const code = await loadModule(bytes);
    this.#tell(code.ok ? ` ${Math.round(performance.now() - began)} ms, starting\n` : ' failed\n');
    return code;
  }
}

function readOptional(path: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return new Uint8Array(readFileSync(path));
  } catch {
    return undefined; // absence is the answer: the run then shows how the proxy refuses it
  }
}
