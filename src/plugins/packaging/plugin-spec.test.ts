import { expect, test } from 'vitest';
import { formModel } from '../schema/build-form.ts';
import { validateConfig } from '../schema/validate.ts';
import { readPluginSpec } from './plugin-spec.ts';

const text = `
apiVersion: 1.0.0
info:
  name: request-block
  title: Request block
  description: Refuses requests.
spec:
  phase: AUTHZ
  priority: 320
  configSchema:
    openAPIV3Schema:
      type: object
      example:
        block_urls: [swagger.html]
        blocked_code: 404
      properties:
        block_urls:
          type: array
          items:
            type: string
        blocked_code:
          type: integer
          nullable: true
          example: [404, 403]
`;

test('schema, phase and example of a specification are used as they are', () => {
  const spec = readPluginSpec(text);
  if (!spec.ok) throw new Error(spec.error.message);
  expect(spec.value).toMatchObject({ name: 'request-block', title: 'Request block', phase: 'AUTHZ', priority: 320 });
  const { configSchema = {}, example = {} } = spec.value;
  expect(validateConfig(configSchema, example)).toEqual([]);
  expect(validateConfig(configSchema, { block_urls: 'x' }).map(({ message }) => message)).toEqual(['must be a list, not a string']);
  const form = formModel(configSchema);
  expect(form.kind === 'object' && form.properties.map(({ key, field }) => [key, field.kind, field.nullable, field.examples])).toEqual([
    ['block_urls', 'list', false, []],
    ['blocked_code', 'number', true, [404, 403]],
  ]);
});

test('the phase default, an empty schema, and what is no specification', () => {
  const plain = readPluginSpec('spec: {phase: default, configSchema: {openAPIV3Schema: {type: object}}}');
  expect(plain).toMatchObject({ ok: true, value: { phase: 'UNSPECIFIED_PHASE', configSchema: undefined } });
  expect(['', 'just text', '- 1', '{'].map((broken) => readPluginSpec(broken).ok)).toEqual([false, false, false, false]);
});
