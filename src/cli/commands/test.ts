import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { JsonValue } from '#base/json.ts';
import { asObject, isObject } from '#base/json.ts';
import type { Result } from '#base/result.ts';
import type { WasmCode } from '#proxywasm/load-module.ts';
import { loadModule } from '#proxywasm/load-module.ts';
import type { PluginFailure } from '#proxywasm/failures.ts';
import type { Scenario } from '#simulator/scenario.ts';
import { moduleFiles } from '#simulator/scenario/module-files.ts';
import { readScenario } from '#simulator/scenario/read-scenario.ts';
import type { ScenarioRun } from '#simulator/scenario/run-scenario.ts';
import { runScenario } from '#simulator/scenario/run-scenario.ts';
import type { Arguments, Command, Io } from '../command.ts';
import { UsageError } from '../command.ts';
import { expand, readText } from '../files.ts';

export const test: Command = {
  name: 'test',
  summary: 'Runs test cases in the in-process host and compares with what a real Envoy did.',
  usage: ['test FILE... [--json] [--update]'],
  options: {
    json: { type: 'boolean', about: 'one line per case: file, name, pass, observed, differences' },
    update: { type: 'boolean', about: 'write what was observed into the files as `expect`' },
  },
  run: async (args, io) => {
    if (args.positionals.length === 0) throw new UsageError('Give one or more test case files (or folders of them).');
    let passed = 0;
    let failed = 0;
    for (const file of expand(args.positionals, ['.json'])) {
      const good = await runFile(file, args, io);
      if (good) passed++;
      else failed++;
    }
    if (!args.flag('json')) io.out(`${passed} passed, ${failed} failed\n`);
    return failed > 0 ? 1 : 0;
  },
};

/** Modules by path: a folder of cases names the same ones again and again. */
const modules = new Map<string, Result<WasmCode, PluginFailure> | undefined>();

async function runFile(file: string, args: Arguments, io: Io): Promise<boolean> {
  const { text } = readText(file);
  const scenario = readScenario(text);
  if (!scenario.ok) {
    report({ file, name: file, pass: false, error: scenario.error.message }, args, io);
    return false;
  }
  const folder = dirname(file);
  await loadModules(scenario.value, folder);
  const run = await runScenario(scenario.value, {
    loadModule: (source) => (source.kind === 'file' ? modules.get(resolve(folder, source.filename)) : undefined),
  });
  if (args.flag('update')) update(file, text, run);
  report({ file, name: scenario.value.name, pass: run.pass, observed: run.observed, differences: run.differences }, args, io);
  return run.pass || args.flag('update');
}

async function loadModules(scenario: Scenario, folder: string): Promise<void> {
  for (const name of moduleFiles(scenario)) {
    const path = resolve(folder, name);
    if (modules.has(path)) continue;
    const bytes = readOptional(path);
    modules.set(path, bytes === undefined ? undefined : await loadModule(bytes));
  }
}

/** A module that is not there is Envoy's to refuse, not the command's. */
function readOptional(path: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return new Uint8Array(readFileSync(path));
  } catch {
    return undefined; // absence is the answer; the scenario then shows how the proxy refuses it
  }
}

function resolve(folder: string, name: string): string {
  return isAbsolute(name) ? name : join(folder, name);
}

interface Line {
  readonly file: string;
  readonly name: string;
  readonly pass: boolean;
  readonly error?: string;
  readonly observed?: ScenarioRun['observed'];
  readonly differences?: ScenarioRun['differences'];
}

function report(line: Line, args: Arguments, io: Io): void {
  if (args.flag('json')) {
    io.out(`${JSON.stringify(line)}\n`);
    return;
  }
  io.out(`${line.pass ? 'ok      ' : 'differs '} ${line.name}\n`);
  if (line.error !== undefined) io.out(`          ${line.error}\n`);
  for (const { path, expected, observed } of line.differences ?? []) {
    io.out(`          ${path}\n            expected ${short(expected)}\n            observed ${short(observed)}\n`);
  }
}

function short(value: JsonValue | undefined): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function update(file: string, text: string, run: ScenarioRun): void {
  const old = JSON.parse(text) as JsonValue;
  if (isObject(old)) writeFileSync(file, `${JSON.stringify({ ...asObject(old), expect: run.observed }, undefined, 2)}\n`);
}
