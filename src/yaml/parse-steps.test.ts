import { expect, test } from 'vitest';
import { parseYamlSteps } from './parse-steps.ts';
import { parseYaml } from './parse.ts';

test('steps give the same stream as one go, and shares that grow', () => {
  const text = Array.from({ length: 50 }, (_, i) => `---\nname: n${i}\n`).join('');
  const shares: number[] = [];
  const steps = parseYamlSteps(text, 'a.yaml', 100);
  let step = steps.next();
  while (step.done !== true) {
    shares.push(step.value);
    step = steps.next();
  }
  expect(step.value).toEqual(parseYaml(text, 'a.yaml'));
  expect(shares.length).toBeGreaterThan(3);
  expect([...shares].sort((a, b) => a - b)).toEqual(shares);
});
