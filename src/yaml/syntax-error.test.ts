import { describe, expect, test } from 'vitest';
import { parseYaml } from './parse.ts';

/** The first diagnostic as `code` and the text it points at. */
function first(text: string): readonly [string | undefined, string | undefined] {
  const [diagnostic] = parseYaml(text, 'a.yaml').diagnostics;
  const range = diagnostic?.at?.range;
  return [diagnostic?.code.replace('yaml/', ''), range && text.slice(range.start, range.end)];
}

describe('a syntax error points at its cause', () => {
  test.each([
    ['a: 1\nb: "x\nc: 2\n', 'unclosed-quote', '"'],
    ["a:\n  b: 'x\n  c: 'y'\n", 'unclosed-quote', "'"],
    ['a: "x', 'unclosed-quote', '"'],
    ['a: [1, 2\nb: 3\n', 'unclosed-bracket', '['],
    ['a: [1, {b: 2]\n', 'unclosed-bracket', '{'],
    ['a: {x: [1, 2}\n', 'unclosed-bracket', '['],
    ['a: ]\n', 'stray-bracket', ']'],
    ['{"a": 1\n "b": 2}\n', 'missing-comma', '"b":'],
    ['a: [1,, 2]\n', 'extra-comma', ','],
    ['a:\n\tb: 1\n', 'tab-indentation', '\t'],
    ['a:\n  b: 1\n\tc: 2\n', 'tab-indentation', '\t'],
    ['- \ta: 1\n', 'tab-indentation', '\t'],
    ['a:\n  b: 1\n c: 2 # c\n', 'bad-indentation', 'c: 2'],
    ['a: 1\n  b: 2\n', 'bad-indentation', 'b: 2'],
    ['- - a\n - b\n', 'bad-indentation', '- b'],
    ['a: 1\nbroken line\nc: 2\n', 'missing-colon', 'broken line'],
    ['a: 1\nbroken\n', 'missing-colon', 'broken'],
    ['a: 1\nb:2\nc: 3\n', 'missing-space', ':'],
    ['a:1\nb: 2\n', 'missing-space', ':'],
    ['a: b: c\n', 'nested-colon', ':'],
    ['a: - b\n', 'inline-list', '- b'],
    ['- a\nb: 1\n', 'mixed-collection', 'b: 1'],
    ['a: 1\n- b\n', 'mixed-collection', '- b'],
    ["a: 'it's here' # c\n", 'text-after-value', "s here'"],
    ['{"a": 1} x\n', 'text-after-value', 'x'],
    ['a: @x\n', 'reserved-character', '@'],
    ['a: "\\q"\n', 'bad-escape', '\\q'],
    ['a: |text\n', 'bad-block-scalar', 'text'],
    ['a: *\n', 'bad-anchor', '*'],
    ['a: !<x\n', 'bad-tag-syntax', '!<x'],
    ['%x\na: 1\n', 'bad-directive', '%x'],
    ['a: \u0007\n', 'control-character', '\u0007'],
    ['PK\u0003\u0004\u0000', 'control-character', '\u0000'],
    ['{{- if .x }}\na: 1\n{{- end }}\n', 'template', '{{- if .x }}'],
    ['a: {{ .x }}-y\n', 'template', '{{ .x }}'],
  ])('%j', (text, code, pointed) => {
    expect(first(text)).toEqual([code, pointed]);
  });

  test('in the document where it is', () => {
    const text = 'a: 1\n---\nb: [\n---\nc: }\n';
    const places = parseYaml(text, 'x.yaml').diagnostics.map(({ at }) => [at?.file, at && text.slice(at.range.start)]);
    expect(places).toEqual([
      ['x.yaml', '[\n---\nc: }\n'],
      ['x.yaml', '}\n'],
    ]);
  });

  test('with a sentence and advice, without words of the library', () => {
    const [diagnostic] = parseYaml('a: b: c\n', 'a').diagnostics;
    expect(diagnostic?.message).toBe('A second `: ` on one line does not make a map.');
    expect(diagnostic?.help).toMatch(/quotes/);
  });
});
