import type { JsonValue } from '#base/json.ts';
import { isObject } from '#base/json.ts';
import type { Result } from '#base/result.ts';
import { fail, ok } from '#base/result.ts';
import type { Scenario } from '../scenario.ts';
import { shapeProblem } from './check-shape.ts';

/** A scenario from its text. Fails when it is not JSON, not an object, of another version, or has something where it cannot be. */
export function readScenario(text: string): Result<Scenario> {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (error) {
    return fail('simulator/scenario-not-json', `Not JSON: ${error instanceof Error ? error.message : ''}`); // the user's text
  }
  if (!isObject(value)) return fail('simulator/scenario-not-object', 'A test case is a JSON object.', 'See docs/scenario-format.md.');
  if (value['version'] !== undefined && value['version'] !== 1) {
    return fail(
      'simulator/scenario-version',
      `Version ${JSON.stringify(value['version'])} of the test case format is not known.`,
      'Use "version": 1.',
    );
  }
  const problem = shapeProblem(value);
  if (problem !== undefined) return fail('simulator/scenario-shape', problem, 'See docs/scenario-format.md.');
  return ok({ name: '', ...value } as unknown as Scenario);
}
