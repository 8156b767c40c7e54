import { dump } from 'js-yaml';
import { assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { readResources } from '#istio/read-resources.ts';
import { validateResources } from '#istio/validation/validate.ts';
import { envoyTypes } from '#testing/envoy-types.ts';
import { parseYaml } from '#yaml/parse.ts';
import { anyInvalidObjects } from './random/any-invalid.ts';
import { chanceOf } from './random/chance.ts';

const types = await envoyTypes();

function diagnose(text: string): ReturnType<typeof validateResources> {
  const stream = parseYaml(text, 'mesh.yaml');
  return [...stream.diagnostics, ...validateResources(readResources([stream]).resources, { istio: '1.31', types })];
}

const good =
  'apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: { name: good, namespace: shop }\nspec: { url: "ftp://x" }\n';

test('objects of every kind with wrong values anywhere: each remark has a place inside its document, and the next one is still read', () => {
  assert(
    property(integer({ min: 1, max: 1_000_000 }), (seed) => {
      for (const object of anyInvalidObjects(chanceOf(seed), 3)) {
        const text = dump(JSON.parse(JSON.stringify(object)), { lineWidth: -1 });
        const found = diagnose(`${text}---\n${good}`);
        for (const { at } of found) {
          expect(at?.file).toBe('mesh.yaml');
          expect(at?.range.end).toBeLessThanOrEqual(text.length + 4 + good.length);
          expect(at?.range.start).toBeLessThanOrEqual(at?.range.end ?? -1);
        }
        expect(found.some(({ code, at }) => code === 'istio/url-scheme' && (at?.range.start ?? 0) > text.length)).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});

test('aliases that would grow without end are told, and the rest is read', () => {
  const levels = Array.from({ length: 12 }, (_, level) => `  l${level + 1}: &l${level + 1} [${Array(10).fill(`*l${level}`).join(', ')}]`);
  const bomb = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: bomb }\ndata:\n  l0: &l0 [x, x]\n${levels.join('\n')}\n`;
  const found = diagnose(`${bomb}---\n${good}`);
  expect(found.some(({ severity, at }) => severity === 'error' && (at?.range.start ?? Infinity) < bomb.length)).toBe(true);
  expect(found.some(({ code }) => code === 'istio/url-scheme')).toBe(true);
});
