import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Result } from '#base/result.ts';
import type { PluginFailure } from '#proxywasm/failures.ts';
import type { WasmCode } from '#proxywasm/load-module.ts';
import { loadModule } from '#proxywasm/load-module.ts';
import { moduleFiles } from '#simulator/scenario/module-files.ts';
import { readScenario } from '#simulator/scenario/read-scenario.ts';
import { runScenario } from '#simulator/scenario/run-scenario.ts';
import { envoyTypes } from '#testing/envoy-types.ts';

const folder = new URL('scenarios/', import.meta.url).pathname;
const known = JSON.parse(readFileSync(new URL('known-failing.json', import.meta.url), 'utf8')) as Readonly<Record<string, string>>;
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.replace(/\.json$/, ''));

const types = await envoyTypes();
const modules = new Map<string, Result<WasmCode, PluginFailure>>();

async function run(name: string) {
  const scenario = readScenario(readFileSync(`${folder}${name}.json`, 'utf8'));
  if (!scenario.ok) throw new Error(scenario.error.message);
  for (const file of moduleFiles(scenario.value)) {
    const path = resolve(folder, file);
    if (!modules.has(path) && existsSync(path)) modules.set(path, await loadModule(new Uint8Array(readFileSync(path))));
  }
  return runScenario(scenario.value, {
    types,
    loadModule: (source) => (source.kind === 'file' ? modules.get(resolve(folder, source.filename)) : undefined),
  });
}

describe('what a real Envoy did', () => {
  test.each(names)('%s', async (name) => {
    const { differences } = await run(name);
    if (known[name] === undefined) expect(differences).toEqual([]);
    else expect(differences, `${name} passes now: take it out of known-failing.json`).not.toEqual([]);
  });

  test('the list of known failures names scenarios that exist', () => {
    expect(Object.keys(known).filter((name) => !names.includes(name))).toEqual([]);
  });
});
