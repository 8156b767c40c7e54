import type { JsonValue } from '#base/json.ts';
import { isObject } from '#base/json.ts';
import type { Result } from '#base/result.ts';
import { fail, ok } from '#base/result.ts';
import type { Scenario } from '../scenario.ts';

const lists = ['filters', 'networkFilters', 'listenerFilters', 'filterChains', 'conversation', 'connections', 'steps'] as const;

/** A scenario from its text. Fails when it is not JSON, not an object, of another version, or has a list where none can be. */
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
  for (const name of lists) {
    const item = value[name];
    if (item !== undefined && !Array.isArray(item))
      return fail('simulator/scenario-shape', `"${name}" must be a list.`, 'See docs/scenario-format.md.');
  }
  if (value['name'] !== undefined && typeof value['name'] !== 'string') return fail('simulator/scenario-shape', '"name" must be a text.');
  return ok({ name: '', ...value } as unknown as Scenario);
}
