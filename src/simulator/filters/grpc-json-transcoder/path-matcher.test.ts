import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJson } from './json-tree.ts';
import { PathMatcher } from './path-matcher.ts';
import { parseTemplate } from './path-template.ts';

function matcher(...templates: readonly string[]): PathMatcher<string> {
  const out = new PathMatcher<string>({
    unescape: 'ALL_CHARACTERS_EXCEPT_RESERVED',
    unescapePlus: false,
    anyVerb: false,
    ignoredParameters: new Set(['key']),
  });
  for (const template of templates) expect(out.add('GET', template, template)).toBe(true);
  return out;
}

describe('paths', () => {
  test.each([
    ['/v1/shelves/3/books/x', '/v1/shelves/{shelf}/books/{book}', { shelf: '3', book: 'x' }],
    ['/v1/shelves/3:check', '/v1/shelves/{shelf}:check', { shelf: '3' }],
    ['/v1/all/a%2Fb/c', '/v1/all/{name=**}', { name: 'a%2Fb/c' }],
    ['/v1/shelves/a%2Fb', '/v1/shelves/{shelf}', { shelf: 'a/b' }],
  ])('%s', (path, template, values) => {
    const all = matcher('/v1/shelves/{shelf}/books/{book}', '/v1/shelves/{shelf}:check', '/v1/all/{name=**}', '/v1/shelves/{shelf}');
    const found = all.find('GET', path, '');
    expect(found?.target).toBe(template);
    expect(Object.fromEntries(found?.bindings.map(({ fieldPath, value }) => [fieldPath.join('.'), value]) ?? [])).toEqual(values);
  });

  test('a literal wins over a variable, whatever came first', () => {
    expect(matcher('/a/{b}', '/a/c').find('GET', '/a/c', '')?.target).toBe('/a/c');
  });

  test('queries become bindings, but for the ignored ones', () => {
    expect(matcher('/a').find('GET', '/a', 'x.y=1%202&key=2&z')?.bindings).toEqual([{ fieldPath: ['x', 'y'], value: '1 2' }]);
  });

  test.each(['a', '/{', '/{a=b', '/**/*', '/a//b'])('%s is no template', (template) => {
    expect(parseTemplate(template)).toBeUndefined();
  });
});

describe('JSON', () => {
  test('keeps digits and order', () => {
    const read = readJson('{"b": 9007199254740993, "1": null}', 0, true);
    expect(read).toMatchObject({
      kind: 'done',
      node: {
        entries: [
          ['b', { kind: 'number', text: '9007199254740993' }],
          ['1', { kind: 'null' }],
        ],
      },
    });
  });

  test('a text that is cut off anywhere waits for more', () => {
    const text = JSON.stringify({ a: [1, 'x', { b: true }], c: null });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.length - 1 }), (length) => readJson(text.slice(0, length), 0, false).kind === 'more'),
    );
  });

  test('any text ends in a value or a reason', () => {
    fc.assert(fc.property(fc.string(), (text) => ['done', 'bad'].includes(readJson(text, 0, true).kind)));
  });
});
