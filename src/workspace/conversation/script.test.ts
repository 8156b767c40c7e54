import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { conversationBytes } from '#simulator/scenario/conversation-bytes.ts';
import { scenarioSteps, scriptOf } from './script.ts';
import { templates } from './templates.ts';

test('a script reads as it is sent: text with escapes, everything else in hexadecimal', () => {
  const steps: readonly JsonObject[] = [
    { client: 'GET 1\n' },
    { upstream: { hex: '00ff' } },
    { client: { redis: ['PING'] } },
    { closeClient: 'half' },
    { closeUpstream: true },
    { waitMs: 20 },
  ];
  expect(scriptOf(steps, 5)).toEqual([
    { id: 5, kind: 'client', form: 'text', value: 'GET 1\\n' },
    { id: 6, kind: 'upstream', form: 'hex', value: '00 ff' },
    { id: 7, kind: 'client', form: 'text', value: '*1\\r\\n$4\\r\\nPING\\r\\n' },
    { id: 8, kind: 'closeClient', how: 'half' },
    { id: 9, kind: 'closeUpstream', how: 'both' },
    { id: 10, kind: 'waitMs', ms: 20 },
  ]);
});

test('property: bytes survive the way through form and test case', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.boolean(), (bytes, fromClient) => {
      const kind = fromClient ? 'client' : 'upstream';
      const [step] = scenarioSteps(
        scriptOf([{ [kind]: { hex: Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('') } }], 1),
      );
      expect(conversationBytes(step?.[kind])).toEqual(bytes);
    }),
  );
});

test.each(templates.map((template) => [template.id, template] as const))('template %s can be read whole', (_, { steps }) => {
  const script = scriptOf(steps, 1);
  expect(script).toHaveLength(steps.length);
  expect(scriptOf(scenarioSteps(script), 1)).toEqual(script);
});
