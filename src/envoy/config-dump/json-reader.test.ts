import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '#base/json.ts';
import { type JsonRead, readJson } from './json-reader.ts';
import { runSteps } from './steps.ts';

const read = (text: string): JsonRead => runSteps(readJson(text));
const json = fc
  .jsonValue({ depthSize: 'medium' })
  .filter((value) => typeof value === 'object' && value !== null) as fc.Arbitrary<JsonValue>;

describe('whole texts', () => {
  test('are read like JSON.parse reads them', () => {
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const { roots, stop } = read(text);
        expect(JSON.stringify(roots[0])).toBe(JSON.stringify(JSON.parse(text)));
        expect(stop).toBeUndefined();
      }),
    );
  });

  test('ranges are those of the text', () => {
    const text = '{"a": [ {"b":1}, [2] ]}';
    const found = read(text);
    const { roots } = found;
    const list = (roots[0] as { a: JsonValue[] }).a;
    const slice = (value: JsonValue): string => text.slice(found.rangeOf(value)?.start, found.rangeOf(value)?.end);
    expect([slice(roots[0]!), slice(list), slice(list[0]!), slice(list[1]!)]).toEqual([text, '[ {"b":1}, [2] ]', '{"b":1}', '[2]']);
  });

  test('escapes, names of the prototype, several roots, noise in front, a trailing comma', () => {
    expect(read(String.raw`{"\"\\": "a\u00e9\n", "__proto__": 1}`).roots).toEqual([
      JSON.parse(String.raw`{"\"\\": "a\u00e9\n", "__proto__": 1}`),
    ]);
    expect(read('{"a":1}\n[2]').roots).toEqual([{ a: 1 }, [2]]);
    expect(read('Defaulted container "istio-proxy"\n{"a":1}').roots).toEqual([{ a: 1 }]);
    expect(read('{"a":[1,],}').roots).toEqual([{ a: [1] }]);
  });
});

describe('texts that stop', () => {
  test.each([
    ['{"a":[{"b":"x"},{"b":"y', { a: [{ b: 'x' }, {}] }, 'cut', ['a', 1, 'b']],
    ['{"a":{"b":1,"c', { a: { b: 1 } }, 'cut', ['a']],
    ['{"a":1,"port":150', { a: 1 }, 'cut', ['port']],
    ['{"a":tr', {}, 'cut', ['a']],
    ['[1,2', [1], 'cut', [1]],
    ['{"a":1 "b":2}', { a: 1 }, 'syntax', []],
    ['{"a":[1,x,2]}', { a: [1] }, 'syntax', ['a', 1]],
    ['{"a":1}}', { a: 1 }, 'syntax', []],
  ])('%s', (text, value, kind, path) => {
    const { roots, stop } = read(text);
    expect(roots[0]).toEqual(value);
    expect(stop).toMatchObject({ kind, path });
  });

  test.each(['', 'kind: Deployment', 'hello'])('"%s" is not JSON', (text) => {
    expect(read(text)).toMatchObject({ roots: [], stop: { kind: 'not-json' } });
  });

  test('a cut anywhere loses only what is behind it', () => {
    fc.assert(
      fc.property(json, fc.nat(), (value, at) => {
        const text = JSON.stringify(value);
        const cut = text.slice(0, Math.max(1, at % text.length));
        const { roots, stop } = read(cut);
        expect(stop?.kind).toBe('cut');
        expect(stop?.offset).toBe(cut.length);
        expect(isPartOf(roots[0]!, JSON.parse(text) as JsonValue)).toBe(true);
      }),
    );
  });

  test('no nesting is too deep', () => {
    expect(read('['.repeat(100_000)).stop?.kind).toBe('syntax');
    expect(read(`${'['.repeat(900)}1${']'.repeat(900)}`).stop).toBeUndefined();
  });
});

test('a large text is read in small steps', () => {
  const text = JSON.stringify({ configs: Array.from({ length: 3000 }, (_, i) => ({ name: `listener-${i}`, filters: ['x'.repeat(300)] })) });
  const steps = readJson(text);
  let count = 0;
  let last = 0;
  let longest = 0;
  for (let step = steps.next(); step.done !== true; step = steps.next()) {
    longest = Math.max(longest, step.value.done - last);
    last = step.value.done;
    count++;
  }
  expect(count).toBeGreaterThan(20);
  expect(longest).toBeLessThan(40_000);
});

/** Is everything in `part` also in `whole`, in the same order? */
function isPartOf(part: JsonValue, whole: JsonValue): boolean {
  if (Array.isArray(part)) return Array.isArray(whole) && part.every((item, i) => isPartOf(item, whole[i] as JsonValue));
  if (typeof part !== 'object' || part === null) return Object.is(part, whole);
  return (
    typeof whole === 'object' &&
    whole !== null &&
    Object.entries(part).every(([key, item]) => isPartOf(item as JsonValue, (whole as never)[key]))
  );
}
