import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { pointerStep, referencesOf, schemaAt } from './references.ts';

const root: JsonObject = {
  $id: 'https://schemas.example/plugin.json',
  $defs: {
    'a/b ~c': { type: 'string' },
    named: { $anchor: 'named', type: 'number' },
    other: { $id: 'other.json', $defs: { deep: { type: 'null' } } },
  },
  properties: { list: { prefixItems: [{ type: 'boolean' }, true] } },
};

test.each<[string, string | undefined]>([
  ['#', ''],
  ['', ''],
  ['#/$defs/a~1b%20~0c', '/$defs/a~1b ~0c'],
  ['#named', '/$defs/named'],
  ['other.json', '/$defs/other'],
  ['other.json#/$defs/deep', '/$defs/other/$defs/deep'],
  ['https://schemas.example/plugin.json#/properties/list/prefixItems/1', '/properties/list/prefixItems/1'],
  ['#/$defs/missing', undefined],
  ['#/properties/list/prefixItems/7', undefined],
  ['#unknown', undefined],
  ['https://elsewhere.example/x.json', undefined],
  ['#/%', undefined],
])('%j leads to %j', (reference, pointer) => {
  expect(referencesOf(root)(reference)?.pointer).toBe(pointer);
});

test('a pointer finds what it was made for, whatever the keys', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 4 }), (keys) => {
      const target: JsonObject = { type: 'string' };
      const schema = keys.reduceRight<JsonObject>((inner, key) => Object.fromEntries([[key, inner]]), target);
      expect(schemaAt(schema, keys.map(pointerStep).join(''))).toBe(target);
    }),
  );
});

test('names inside examples and constants are data, not names', () => {
  const schema = { examples: [{ $anchor: 'x' }], const: { $id: 'y' } };
  expect([referencesOf(schema)('#x'), referencesOf(schema)('y')]).toEqual([undefined, undefined]);
});
