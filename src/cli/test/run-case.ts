import { basename, dirname } from 'node:path';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { isObject } from '#base/json.ts';
import type { Difference } from '#simulator/scenario/compare.ts';
import { readScenario } from '#simulator/scenario/read-scenario.ts';
import { runScenario } from '#simulator/scenario/run-scenario.ts';
import { UsageError } from '../command.ts';
import { readText, writeFile } from '../files.ts';
import type { ModuleStore } from '../modules.ts';
import { envoyTypes } from '../vocabulary.ts';

/** What became of one test case; the fields of a line of `test --json`. */
export interface CaseResult {
  readonly file: string;
  readonly name: string;
  readonly pass: boolean;
  readonly observed?: JsonObject;
  readonly differences?: readonly Difference[];
  /** Why there is no observation. */
  readonly error?: string;
}

/** What the caller must know and no line shows. */
export interface CaseOutcome {
  readonly result: CaseResult;
  /** `unreadable`: there is no such file, or it is no text. */
  readonly state: 'compared' | 'no-expectation' | 'updated' | 'failed' | 'unreadable';
}

/** Runs the test case of a file. Never throws: whatever goes wrong with one case is its result. With `update` the file learns what was observed. */
export async function runCaseFile(file: string, modules: ModuleStore, update: boolean): Promise<CaseOutcome> {
  const fileName = basename(file, '.json');
  const failed = (name: string, error: string, state: CaseOutcome['state'] = 'failed'): CaseOutcome => ({
    result: { file, name, pass: false, error },
    state,
  });
  let name = fileName;
  try {
    const { text } = readText(file);
    const scenario = readScenario(text);
    if (!scenario.ok) return failed(name, scenario.error.message);
    const { value } = scenario;
    name = value.name === '' ? fileName : value.name;
    const run = await runScenario(value, { loadModule: await modules.forScenario(value, dirname(file)), types: envoyTypes() });
    const { observed, differences, pass } = run;
    if (update && (value.expect === undefined || !pass)) {
      writeExpectation(file, text, observed);
      return { result: { file, name, pass: true, observed, differences: [] }, state: 'updated' };
    }
    return { result: { file, name, pass, observed, differences }, state: value.expect === undefined ? 'no-expectation' : 'compared' };
  } catch (error) {
    if (error instanceof UsageError) return failed(name, error.message, 'unreadable');
    return failed(name, `The case could not be run: ${error instanceof Error ? error.message : String(error)}`); // one case must not hide the others
  }
}

function writeExpectation(file: string, text: string, observed: JsonObject): void {
  const old = JSON.parse(text) as JsonValue;
  if (isObject(old)) writeFile(file, `${JSON.stringify({ ...old, expect: observed }, undefined, 2)}\n`);
}
