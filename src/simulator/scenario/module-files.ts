import type { JsonValue } from '#base/json.ts';
import { isArray, isObject } from '#base/json.ts';
import type { Scenario } from '../scenario.ts';

/** Every file a scenario's configuration names (`filename`, relative to the scenario), once each. */
export function moduleFiles(scenario: Scenario): readonly string[] {
  const found = new Set<string>();
  const look = (node: JsonValue | undefined): void => {
    if (isArray(node)) for (const item of node) look(item);
    else if (isObject(node)) {
      for (const [key, value] of Object.entries(node)) {
        if (key === 'filename' && typeof value === 'string') found.add(value);
        else if (key !== 'expect') look(value);
      }
    }
  };
  look(scenario as unknown as JsonValue);
  return [...found];
}
