import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '#base/json.ts';
import { parseYaml } from './parse.ts';
import { stringifyDocuments, stringifyYaml } from './stringify.ts';

const read = (text: string): unknown => {
  const stream = parseYaml(text, 'a.yaml');
  expect(stream.diagnostics).toEqual([]);
  return stream.documents[0]?.value;
};

describe('stringifyYaml', () => {
  test('writes a resource the way kubectl does', () => {
    const value = { kind: 'X', metadata: { name: 'a', labels: {} }, spec: { hosts: ['a', 'b'], http: [{ match: [{ port: 80 }] }] } };
    expect(stringifyYaml(value)).toBe(`kind: X
metadata:
  name: a
  labels: {}
spec:
  hosts:
  - a
  - b
  http:
  - match:
    - port: 80
`);
  });

  test('indents lists on request', () => {
    expect(stringifyYaml({ a: ['b', { c: 1, d: [2] }] }, { indentSequences: true })).toBe('a:\n  - b\n  - c: 1\n    d:\n      - 2\n');
  });

  test.each([
    'yes',
    'No',
    'on',
    'OFF',
    'y',
    'n',
    'true',
    'null',
    '~',
    '',
    '1',
    '1.5',
    '0x1f',
    '0o7',
    '1_000',
    '.5',
    '12:30',
    '2020-01-01',
    '<<',
    '=',
  ])('quotes %j, which a reader would take for something else', (text) => {
    expect(stringifyYaml(text)).toBe(`"${text}"\n`);
  });

  test.each(['a b', 'envoy.filters.http.router', '-x', '--flag=1', 'http://a:80/b', '1.2.3', 'a#b', 'yesterday', '10.0.0.1', '5s', '/a'])(
    'leaves %j unquoted',
    (text) => {
      expect(stringifyYaml(text)).toBe(`${text}\n`);
    },
  );

  test('keeps texts of several lines readable', () => {
    const script = 'function f()\n  return 1\nend\n';
    expect(stringifyYaml({ code: script, list: ['a\nb'] })).toBe('code: |\n  function f()\n    return 1\n  end\nlist:\n- |-\n  a\n  b\n');
  });

  test('does not fold long texts', () => {
    expect(stringifyYaml({ a: 'word '.repeat(100).trim() }).split('\n')).toHaveLength(2);
  });

  test('separates documents', () => {
    expect(stringifyDocuments([{ a: 1 }, { b: 2 }])).toBe('a: 1\n---\nb: 2\n');
  });
});

const tricky = fc.constantFrom(
  '- a',
  'a: b',
  'a #b',
  ' x',
  'x ',
  '\n',
  'a\n',
  '\na',
  ' a\n b',
  '\ta\nb',
  'a\n\n',
  'a\r\nb',
  '---',
  '...',
  '---\na',
  '\u0085',
  '\uFEFFa',
  "it's",
  '"',
  '\\',
  'a\n\n\nb',
  'a\n  b\nc\n\n',
  '{a}',
  '[',
  '*a',
  '&a',
  '!a',
  '%a',
  '@a',
  '`a',
  '|',
  '>',
  '?',
  '? a',
  ':',
  'a:',
  '# x',
);
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  tricky,
  fc.string({ unit: fc.constantFrom(' ', '\n', 'a', '#', ':', '-', '\t', "'", '"', '{', '0', '.') }),
);

/** Any JSON, objects with tricky keys. -0 is left out: JSON data has one zero. */
const json = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (n === 0 ? 0 : n)),
    text,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

describe('round trip', () => {
  test('reading what was written gives the value', () => {
    fc.assert(
      fc.property(
        json,
        fc.record({ indentSequences: fc.boolean(), indent: fc.constantFrom(2, 4), json: fc.boolean(), eol: fc.constantFrom('\n', '\r\n') }),
        (value, options) => {
          expect(read(stringifyYaml(value, options as Parameters<typeof stringifyYaml>[1]))).toEqual(value);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('and documents stay apart', () => {
    fc.assert(
      fc.property(fc.array(json, { minLength: 1, maxLength: 3 }), (values) => {
        expect(parseYaml(stringifyDocuments(values), 'a').documents.map((document) => document.value)).toEqual(values);
      }),
      { numRuns: 200 },
    );
  });
});
