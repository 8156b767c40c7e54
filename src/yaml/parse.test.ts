import { describe, expect, test } from 'vitest';
import type { JsonPath } from '#base/json.ts';
import { applyEdits } from '#base/text-range.ts';
import { parseYaml } from './parse.ts';
import { entryAt, nodeAt, rangeAt } from './tree.ts';

const values = (text: string): readonly unknown[] => parseYaml(text, 'a.yaml').documents.map((document) => document.value);
const codes = (text: string): readonly string[] =>
  parseYaml(text, 'a.yaml').diagnostics.map((diagnostic) => diagnostic.code.replace('yaml/', ''));

function textAt(text: string, path: JsonPath): string | undefined {
  const range = nodeAt(parseYaml(text, 'a.yaml').documents[0]?.root, path)?.range;
  return range && text.slice(range.start, range.end);
}

describe('documents', () => {
  test.each([
    ['one', 'a: 1\n', [{ a: 1 }]],
    ['several', 'a: 1\n---\nb: 2\n', [{ a: 1 }, { b: 2 }]],
    ['content on the separator', '--- {a: 1}\n--- b\n', [{ a: 1 }, 'b']],
    ['ended by ...', 'a: 1\n...\n# between\n---\nb: 2\n', [{ a: 1 }, { b: 2 }]],
    ['an empty one that `---` opens', 'a: 1\n---\n', [{ a: 1 }, undefined]],
    ['none in an empty text', '', []],
    ['none in comments', '# a\n\n# b\n', []],
    ['comments before the first separator', '# licence\n---\na: 1\n', [{ a: 1 }]],
    ['Windows line ends', 'a: 1\r\n---\r\nb: |\r\n  x\r\n  y\r\n', [{ a: 1 }, { b: 'x\ny\n' }]],
    ['a byte order mark', '\uFEFFa: 1\n', [{ a: 1 }]],
    ['a byte order mark and a separator', '\uFEFF---\na: 1\n', [{ a: 1 }]],
    ['directives', '%YAML 1.1\n---\na: 1\n', [{ a: 1 }]],
    ['JSON', '{"a": [1, {"b": null}],\n\t"c": "\\u00e9"}\n', [{ a: [1, { b: null }], c: 'é' }]],
    ['a separator inside a block scalar still separates', 'a: |\n  x\n---\nb: 1\n', [{ a: 'x\n' }, { b: 1 }]],
    ['dashes that are no separator', 'a: |\n  ---\nb: "---"\n---x: 1\n', [{ a: '---\n', b: '---', '---x': 1 }]],
  ])('%s', (_, text, expected) => {
    expect(values(text)).toEqual(expected);
  });

  test('have ranges without separators', () => {
    const text = '# c\n---\na: 1\n---\nb: 2\n';
    expect(parseYaml(text, 'a').documents.map(({ range }) => text.slice(range.start, range.end))).toEqual(['a: 1\n', 'b: 2\n']);
  });
});

describe('ranges', () => {
  const text = `# comment
a: plain # c
b: 'single'
c: &x "double"
d: |-
  block
  text

e:
  - {k: v, l: [1, 2 ]}
  - m: 1
    q:
f: !!str 5
g: multi
  line
`;
  test.each<[JsonPath, string]>([
    [['a'], 'plain'],
    [['b'], "'single'"],
    [['c'], '"double"'],
    [['d'], '|-\n  block\n  text'],
    [['e'], '- {k: v, l: [1, 2 ]}\n  - m: 1\n    q:'],
    [['e', 0], '{k: v, l: [1, 2 ]}'],
    [['e', 0, 'l'], '[1, 2 ]'],
    [['e', 1], 'm: 1\n    q:'],
    [['e', 1, 'q'], ''],
    [['f'], '5'],
    [['g'], 'multi\n  line'],
  ])('of %j is %j', (path, expected) => {
    expect(textAt(text, path)).toBe(expected);
  });

  test('of keys, and where to point when a value is missing', () => {
    const root = parseYaml(text, 'a').documents[0]?.root;
    const key = entryAt(root, ['e', 1, 'q'])?.keyRange;
    expect(key && text.slice(key.start, key.end)).toBe('q');
    const missing = rangeAt(root, ['e', 1, 'zzz']);
    expect(missing && text.slice(missing.start, missing.end)).toBe('m: 1\n    q:');
  });

  test('stay exact when lines inside brackets are not indented', () => {
    const flow = 'a: {\n"b": "x\ny",\n\t"c": 1\n}\nd: e\n';
    expect(values(flow)).toEqual([{ a: { b: 'x y', c: 1 }, d: 'e' }]);
    expect([textAt(flow, ['a', 'b']), textAt(flow, ['a', 'c']), textAt(flow, ['d'])]).toEqual(['"x\ny"', '1', 'e']);
  });
});

describe('anchors, aliases and merge keys', () => {
  test('an alias is a node of its own with the data of its anchor', () => {
    const text = 'a: &x {p: 1}\nb: *x\n';
    expect(values(text)).toEqual([{ a: { p: 1 }, b: { p: 1 } }]);
    expect(textAt(text, ['b'])).toBe('*x');
    expect(textAt(text, ['b', 'p'])).toBe('1');
  });

  test.each([
    ['a map', 'x: &x {p: 1}\nz:\n  <<: *x\n  q: 2\n', { p: 1, q: 2 }],
    ['a later key wins', 'x: &x {p: 1}\nz:\n  <<: *x\n  p: 2\n', { p: 2 }],
    ['of a list the first map wins', 'x: &x {p: 1}\nz:\n  <<: [*x, {p: 2, q: 3}]\n', { p: 1, q: 3 }],
    ['quoted it is an ordinary key', 'x: &x {p: 1}\nz:\n  "<<": 1\n', { '<<': 1 }],
  ])('<< merges: %s', (_, text, z) => {
    expect(values(text)).toEqual([{ x: { p: 1 }, z }]);
    expect(codes(text)).toEqual([]);
  });

  test('<< below a key replaces it, as go-yaml does, with a warning', () => {
    const text = 'x: &x {p: 1}\nz:\n  p: 2\n  <<: *x\n';
    expect(values(text)).toEqual([{ x: { p: 1 }, z: { p: 1 } }]);
    expect(codes(text)).toEqual(['merge-overrides']);
  });
});

describe('what can be read although something is wrong', () => {
  test.each([
    ['a key twice', 'a: 1\nb: 2\na: 3\n', 'duplicate-key', { a: 3, b: 2 }],
    ['an unknown alias', 'a: *x\nb: 2\n', 'unknown-alias', { a: null, b: 2 }],
    ['an anchor inside itself', 'a: &x [*x]\n', 'recursive-alias', { a: [null] }],
    ['a merge of a text', '<<: x\na: 1\n', 'bad-merge', { a: 1 }],
    ['a list as key', '? [a]\n: 1\nb: 2\n', 'complex-key', { b: 2 }],
    ['no key', ': 1\nb: 2\n', 'null-key', { b: 2 }],
    ['a template', 'a: {{ .Values.a }}\nb: 2\n', 'template', { a: {}, b: 2 }],
    ['infinity', 'a: .inf\n', 'not-a-json-number', { a: Number.POSITIVE_INFINITY }],
    ['a tag that does not fit', 'a: !!int x\n', 'bad-tag', { a: 'x' }],
    ['an unknown tag', 'a: !secret 1\n', 'unknown-tag', { a: '1' }],
    ['a text behind ...', '...\na: 1\n', 'after-document-end', { a: 1 }],
    ['a tab on a blank line', 'a: {}\n\t\nb: 2\n', 'tab-indentation', { a: {}, b: 2 }],
  ])('%s', (_, text, code, value) => {
    expect(codes(text)).toEqual([code]);
    expect(values(text)).toEqual([value]);
  });

  test('a broken document leaves the others whole and keeps what stands before the error', () => {
    const stream = parseYaml('a: 1\n---\nb: 2\nc: "open\n---\nd: 4\n', 'a.yaml');
    expect(stream.documents.map(({ value, hasErrors, isPartial }) => [value, hasErrors, isPartial])).toEqual([
      [{ a: 1 }, false, false],
      [{ b: 2 }, true, true],
      [{ d: 4 }, false, false],
    ]);
  });
});

describe('yes and no', () => {
  test('are booleans, with a warning and a repair that makes them texts', () => {
    const text = 'country: NO\nlist: [yes, "no"]\non: 1\n';
    const { diagnostics, documents } = parseYaml(text, 'a.yaml');
    expect(documents[0]?.value).toEqual({ country: false, list: [true, 'no'], true: 1 });
    expect(diagnostics.map(({ code, severity }) => `${severity} ${code}`)).toEqual(
      Array.from({ length: 3 }, () => 'warning yaml/ambiguous-boolean'),
    );
    const repaired = applyEdits(
      text,
      diagnostics.flatMap(({ fixes }) => fixes?.[0]?.edits ?? []),
    );
    expect(repaired).toBe('country: "NO"\nlist: ["yes", "no"]\n"on": 1\n');
  });
});

describe('tags', () => {
  test.each([
    ['!!str 1', '1'],
    ['! yes', 'yes'],
    ['!!int "0x10"', 16],
    ['!!float 1', 1],
    ['!!bool yes', true],
    ['!!binary aGk=', 'hi'],
    ['!!timestamp 2001-01-01', '2001-01-01'],
    ['!<tag:yaml.org,2002:str> 1', '1'],
    ['!!set {a, b}', { a: null, b: null }],
  ])('%s', (written, value) => {
    expect(values(`a: ${written}\n`)).toEqual([{ a: value }]);
    expect(codes(`a: ${written}\n`)).toEqual([]);
  });
});

test('keys that objects treat specially are ordinary', () => {
  const [value] = values('__proto__: 1\nconstructor: 2\n');
  expect(Object.entries(value as object)).toEqual([
    ['__proto__', 1],
    ['constructor', 2],
  ]);
});

describe('limits', () => {
  test.each(['[', '{a: ', '- ', '? '])('10,000 times %j is too deep, not a crash', (open) => {
    expect(codes(open.repeat(10_000))).toEqual(['too-deep']);
  });

  test('aliases that expand to billions are cut off', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 12; i++) lines.push(`a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(', ')}]`);
    expect(codes(lines.join('\n'))).toEqual(['alias-limit']);
  });

  test('a long text takes time in proportion to its length', () => {
    const item = '- name: x\n  match: [{uri: {prefix: "/a"}}]\n  config: |\n    a\n    b\n';
    const time = (count: number): number => {
      const text = item.repeat(count);
      const start = performance.now();
      parseYaml(text, 'a');
      return performance.now() - start;
    };
    time(500);
    expect(time(5000)).toBeLessThan(Math.max(100, time(500)) * 40);
  });
});
