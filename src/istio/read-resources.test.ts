import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseYaml } from '#yaml/parse.ts';
import { readResources } from './read-resources.ts';

const read = (text: string): ReturnType<typeof readResources> => readResources([parseYaml(text, 'mesh.yaml')]);

test('objects of any kind, and the members of a List, get the namespace default', () => {
  const { resources, unknown } = read(`
apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: Service, metadata: { name: cart } }
  - { apiVersion: example.org/v1, kind: Strange, metadata: { name: other, namespace: shop } }
`);
  expect(resources.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`)).toEqual([
    'Service default/cart',
    'Strange shop/other',
  ]);
  expect(resources[1]?.origin?.itemPath).toEqual(['items', 1]);
  expect(unknown.map(({ kind }) => kind)).toEqual(['Strange']);
});

test('what is no object is told at its place, and the rest is read', () => {
  const { resources, diagnostics } = read(
    'just a text\n---\napiVersion: v1\nkind: Service\nmetadata: { name: 7 }\n---\napiVersion: v1\nkind: Pod\nmetadata: { name: a }\n',
  );
  expect(resources.some(({ kind }) => kind === 'Pod')).toBe(true);
  expect(diagnostics.length).toBeGreaterThanOrEqual(2);
  expect(diagnostics.every(({ help }) => help !== '')).toBe(true);
});

test('the same object twice is told', () => {
  const one = 'apiVersion: v1\nkind: Service\nmetadata: { name: cart }\n';
  expect(read(`${one}---\n${one}`).diagnostics).toHaveLength(1);
});

test('an unchanged document is not read again', () => {
  const stream = parseYaml('apiVersion: v1\nkind: Service\nmetadata: { name: cart }\n', 'mesh.yaml');
  expect(readResources([stream]).resources[0]).toBe(readResources([stream]).resources[0]);
});

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(() => read(text)).not.toThrow();
    }),
  );
});
