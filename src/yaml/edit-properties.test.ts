import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { getIn, type JsonPath, type JsonValue } from '#base/json.ts';
import type { Result } from '#base/result.ts';
import { applyEdits, type TextEdit } from '#base/text-range.ts';
import { removeAt } from './edit-remove.ts';
import { withoutValue, withValue } from './edit-result.ts';
import { insertAt, moveItem } from './edit-list.ts';
import { renameKey } from './edit-rename.ts';
import { setAt } from './edit-set.ts';
import { parseYaml } from './parse.ts';
import { nodeAt, type YamlDocument } from './tree.ts';

/** A value and how people might write it. */
type Written =
  | { readonly kind: 'scalar'; readonly value: JsonValue; readonly written: string }
  | { readonly kind: 'block'; readonly lines: readonly string[]; readonly folded: boolean; readonly chomping: string }
  | {
      readonly kind: 'map';
      readonly entries: readonly { readonly key: string; readonly quote: string; readonly value: Written; readonly notes: Notes }[];
      readonly flow: Flow;
      readonly indent: number;
    }
  | {
      readonly kind: 'seq';
      readonly items: readonly { readonly value: Written; readonly notes: Notes }[];
      readonly flow: Flow;
      readonly indent: number;
    };

type Flow = 'block' | 'inline' | 'lines';

interface Notes {
  readonly above: readonly ('' | '#')[];
  readonly behind: boolean;
}

const scalar: fc.Arbitrary<Written> = fc.constantFrom(
  ...[
    ['a', 'a'],
    ['"q\\n"', 'q\n'],
    ["'it''s'", "it's"],
    ['12', 12],
    ['~', null],
    ['', null],
    ['true', true],
    ['0x10', 16],
    ['a b', 'a b'],
    ['http://x:80/', 'http://x:80/'],
    ['"# no"', '# no'],
    ['5s', '5s'],
  ].map(([written, value]) => ({ kind: 'scalar', written: written as string, value: value as JsonValue }) as const),
);
const blockScalar: fc.Arbitrary<Written> = fc.record({
  kind: fc.constant('block' as const),
  lines: fc
    .array(fc.constantFrom('x', 'y z', '# not a comment', '- k: v', '', '  deeper'), { minLength: 1, maxLength: 3 })
    .map((lines) => ['text'].concat(lines)),
  folded: fc.boolean(),
  chomping: fc.constantFrom('', '-', '+'),
});
const notes: fc.Arbitrary<Notes> = fc.record({
  above: fc.array(fc.constantFrom('' as const, '#' as const), { maxLength: 2 }),
  behind: fc.boolean(),
});
const key = fc.constantFrom('a', 'b', 'c', 'name', 'x y', '1', 'long-key', '#', 'on');
const flow = fc.constantFrom<Flow>('block', 'block', 'block', 'inline', 'lines');

const { block: root } = fc.letrec<{ tree: Written; block: Written; map: Written; seq: Written }>((tie) => ({
  tree: fc.oneof({ maxDepth: 4, depthSize: 'max' }, { weight: 2, arbitrary: scalar }, blockScalar, tie('map'), tie('seq')),
  block: fc.oneof({ weight: 9, arbitrary: fc.oneof(tie('map'), tie('seq')) }, { weight: 1, arbitrary: tie('tree') }),
  map: fc.record({
    kind: fc.constant('map' as const),
    entries: fc.uniqueArray(fc.record({ key, quote: fc.constantFrom('', '"', "'"), value: tie('tree'), notes }), {
      selector: (entry) => entry.key,
      maxLength: 4,
      size: 'max',
    }),
    flow,
    indent: fc.constantFrom(1, 2, 4),
  }),
  seq: fc.record({
    kind: fc.constant('seq' as const),
    items: fc.array(fc.record({ value: tie('tree'), notes }), { minLength: 1, maxLength: 4, size: 'max' }),
    flow,
    indent: fc.constantFrom(0, 2),
  }),
}));

/** Writes the tree out. Every comment has a number of its own, so that a lost one is noticed. */
class Writer {
  comments = 0;

  document(node: Written, head: boolean): string {
    const root: Written = node.kind === 'scalar' && node.written === '' ? { ...node, written: '~' } : node;
    const lines = this.block(root, 0, 0);
    return [...(head ? [this.comment()] : []), ...lines.map((line, i) => (i === 0 ? line.trimStart() : line)), this.comment()].join('\n');
  }

  comment(): string {
    return `# note ${++this.comments}.`;
  }

  /** The rest of the line after `key:` or `-`, and the lines below. `column` is that of the key or `-`. */
  block(node: Written, column: number, step: number): readonly string[] {
    if (node.kind === 'scalar') return [` ${node.written}`.trimEnd()];
    if (node.kind === 'block') return this.blockScalar(node, column);
    const size = node.kind === 'map' ? node.entries.length : node.items.length;
    if (size === 0) return [node.kind === 'map' ? ' {}' : ' []'];
    if (node.flow !== 'block') return [` ${this.flow(node, node.flow === 'lines' ? column + 4 : undefined)}`];
    const own = column + (step === 0 ? 0 : node.kind === 'map' ? node.indent : node.indent === 0 && step === 1 ? 0 : 2);
    const pad = ' '.repeat(own);
    const lines =
      node.kind === 'map'
        ? node.entries.flatMap((entry) => this.entry(entry, own, pad))
        : node.items.flatMap((item) => this.item(item, own, pad));
    return step === 0 ? lines : ['', ...lines];
  }

  above(note: Notes, pad: string): readonly string[] {
    return note.above.map((kind) => (kind === '' ? '' : pad + this.comment()));
  }

  behind(note: Notes, lines: readonly string[], value: Written): readonly string[] {
    const isBlock = value.kind === 'block';
    const comment = note.behind && !(isBlock && value.chomping === '+') ? ` ${this.comment()}` : '';
    return [`${lines[0] ?? ''}${comment}`, ...lines.slice(1)];
  }

  entry(entry: Extract<Written, { kind: 'map' }>['entries'][number], own: number, pad: string): readonly string[] {
    const lines = this.behind(entry.notes, this.block(entry.value, own, 1), entry.value);
    return [...this.above(entry.notes, pad), `${pad}${keyText(entry.key, entry.quote)}:${lines[0] ?? ''}`, ...lines.slice(1)];
  }

  item(item: Extract<Written, { kind: 'seq' }>['items'][number], own: number, pad: string): readonly string[] {
    const above = this.above(item.notes, pad);
    const { value } = item;
    const isCompact = value.kind === 'map' && value.flow === 'block' && value.entries.length > 0;
    if (isCompact) {
      const lines = this.block(
        { ...value, entries: value.entries.map((entry, i) => (i === 0 ? { ...entry, notes: { ...entry.notes, above: [] } } : entry)) },
        own + 2,
        0,
      );
      return [...above, `${pad}- ${lines[0]?.trimStart() ?? ''}`, ...lines.slice(1)];
    }
    const lines = this.behind(item.notes, this.block(value, own, 2), value);
    return [...above, `${pad}-${lines[0] ?? ''}`, ...lines.slice(1)];
  }

  blockScalar(node: Extract<Written, { kind: 'block' }>, column: number): readonly string[] {
    const pad = ' '.repeat(column + 2);
    return [` ${node.folded ? '>' : '|'}${node.chomping}`, ...node.lines.map((line) => (line === '' ? '' : pad + line))];
  }

  flow(node: Written, column: number | undefined): string {
    if (node.kind === 'scalar') return node.written === '' ? '~' : node.written;
    if (node.kind === 'block') return '"text"';
    const parts =
      node.kind === 'map'
        ? node.entries.map(
            (entry) =>
              `${keyText(entry.key, entry.quote === '' ? '"' : entry.quote)}: ${this.flow(entry.value, column === undefined ? undefined : column + 2)}`,
          )
        : node.items.map((item) => this.flow(item.value, column === undefined ? undefined : column + 2));
    const [open, close] = node.kind === 'map' ? '{}' : '[]';
    if (column === undefined || parts.length === 0) return `${open ?? ''}${parts.join(', ')}${close ?? ''}`;
    const pad = `\n${' '.repeat(column)}`;
    return `${open ?? ''}${parts.map((part, i) => `${pad}${part}${i < parts.length - 1 ? ',' : ''} ${this.comment()}`).join('')}${pad}${close ?? ''}`;
  }
}

function keyText(name: string, quote: string): string {
  const isPlain = quote === '' && name !== '#' && name !== '1' && name !== 'on';
  return isPlain ? name : `${quote === "'" ? "'" : '"'}${name}${quote === "'" ? "'" : '"'}`;
}

const yamlText = fc
  .record({ tree: root, head: fc.boolean(), windows: fc.boolean(), marker: fc.boolean(), end: fc.boolean() })
  .map(({ tree, head, windows, marker, end }) => {
    const text = (marker ? '---\n' : '') + new Writer().document(tree, head) + (end ? '\n' : '');
    return windows ? text.replaceAll('\n', '\r\n') : text;
  });

const value: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom<JsonValue>('new', 'yes', '', 'two\nlines\n', 'end\n\n', ' lead\nx', '- x', 'a: b', 'a #b', 7, true, null, {}, []),
  fc.constantFrom<JsonValue>({ k: 'v' }, { k: { l: [1, { m: 'x\ny' }] }, n: null }, ['i', { j: 1, k: 2 }], [['deep'], []], {
    text: 'one\ntwo',
  }),
);

function only(text: string): YamlDocument {
  const { documents, diagnostics } = parseYaml(text, 'a.yaml');
  expect(
    diagnostics.filter((diagnostic) => diagnostic.severity === 'error'),
    text,
  ).toEqual([]);
  const [document] = documents;
  if (document === undefined || documents.length > 1) throw new Error(`expected one document in ${JSON.stringify(text)}`);
  return document;
}

const isOnTheWay = (a: JsonPath, b: JsonPath): boolean => a.every((step, i) => i >= b.length || String(step) === String(b[i]));

/** No edit touches the text of a value that is not at, above or below `path`. */
function expectUntouched(document: YamlDocument, path: JsonPath, result: Result<readonly TextEdit[], unknown>): void {
  for (const other of paths(document.value)) {
    const node = nodeAt(document.root, other);
    if (node?.kind !== 'scalar' || !result.ok || isOnTheWay(path, other)) continue;
    for (const { range } of result.value) expect(range.end <= node.range.start || range.start >= node.range.end).toBe(true);
  }
}

function edited(text: string, result: Result<readonly TextEdit[], { readonly code: string; readonly message: string }>): string {
  if (!result.ok) throw new Error(`${result.error.message} for ${JSON.stringify(text)}`);
  return applyEdits(text, result.value);
}

/** Every path that exists in `value`. */
function paths(data: JsonValue | undefined, at: JsonPath = []): readonly JsonPath[] {
  if (typeof data !== 'object' || data === null) return [at];
  const steps = Array.isArray(data) ? [...data.keys()] : Object.keys(data);
  return [at, ...steps.flatMap((step) => paths(getIn(data, [step]), [...at, step]))];
}

const pick = <T>(list: readonly T[], seed: number): T | undefined => list[seed % list.length];

const comments = (text: string): readonly string[] => [...text.matchAll(/# note \d+\./g)].map((match) => match[0]).toSorted();

/** Line breaks stay of one kind. */
function expectSameLineEnds(before: string, after: string): void {
  if (before.includes('\r\n')) expect(after.replaceAll('\r\n', '')).not.toContain('\n');
  else expect(after).not.toContain('\r');
}

const runs = { numRuns: 400 };

describe('any edit of any text gives the old data with that one change', () => {
  test('setAt on what exists', () => {
    fc.assert(
      fc.property(yamlText, fc.nat(), value, (text, seed, next) => {
        const document = only(text);
        const path = pick(paths(document.value), seed) ?? [];
        const result = setAt(text, document, path, next);
        expectUntouched(document, path, result);
        const after = edited(text, result);
        expect(only(after).value, after).toEqual(withValue(document.value, path, next));
        expectSameLineEnds(text, after);
        const old = getIn(document.value, path);
        if (typeof old !== 'object' || old === null) expect(comments(after), after).toEqual(comments(text));
      }),
      runs,
    );
  });

  test('setAt on a key or item that does not exist', () => {
    fc.assert(
      fc.property(
        yamlText,
        fc.nat(),
        value,
        fc.constantFrom<JsonPath>([], ['new'], ['new', 'deep'], [0], [0, 'x']),
        (text, seed, next, deeper) => {
          const document = only(text);
          const homes = paths(document.value).filter((path) => typeof getIn(document.value, path) === 'object');
          const home = pick(homes, seed);
          const inside = home && getIn(document.value, home);
          if (home === undefined || inside === undefined) return;
          const path = [...home, Array.isArray(inside) ? inside.length : 'added', ...deeper];

          const result = setAt(text, document, path, next);
          expectUntouched(document, path, result);
          const after = edited(text, result);
          expect(only(after).value, after).toEqual(withValue(document.value, path, next));
          expect(comments(after), after).toEqual(comments(text));
          expectSameLineEnds(text, after);
        },
      ),
      runs,
    );
  });

  test('setAt with a whole collection touches only what differs', () => {
    fc.assert(
      fc.property(yamlText, fc.nat(), value, (text, seed, next) => {
        const document = only(text);
        const path = pick(paths(document.value), seed) ?? [];
        const old = getIn(document.value, path);
        if (path.length === 0 || (typeof old === 'object' && old !== null)) return;
        const changed = withValue(document.value, path, next);
        const after = edited(text, setAt(text, document, [], changed));
        expect(only(after).value, after).toEqual(changed);
        expect(comments(after), after).toEqual(comments(text));
      }),
      runs,
    );
  });

  test('setAt from any data to any other', () => {
    fc.assert(
      fc.property(yamlText, yamlText, (text, other) => {
        const next = only(other).value ?? null;
        const after = edited(text, setAt(text, only(text), [], next));
        expect(only(after).value, after).toEqual(next);
        expectSameLineEnds(text, after);
      }),
      runs,
    );
  });

  test('removeAt', () => {
    fc.assert(
      fc.property(yamlText, fc.nat(), (text, seed) => {
        const document = only(text);
        const path = pick(paths(document.value), seed) ?? [];
        if (path.length === 0) return;
        const result = removeAt(text, document, path);
        expectUntouched(document, path, result);
        const after = edited(text, result);
        expect(only(after).value, after).toEqual(withoutValue(document.value ?? null, path));
        expectSameLineEnds(text, after);
      }),
      runs,
    );
  });

  test('insertAt, and removeAt undoes it', () => {
    fc.assert(
      fc.property(yamlText, fc.nat(), fc.nat(), value, (text, seed, place, next) => {
        const document = only(text);
        const path = pick(
          paths(document.value).filter((at) => Array.isArray(getIn(document.value, at))),
          seed,
        );
        const list = path && getIn(document.value, path);
        if (path === undefined || !Array.isArray(list)) return;
        const index = place % (list.length + 1);
        const result = insertAt(text, document, path, index, next);
        expectUntouched(document, [...path, 'new'], result);
        const after = edited(text, result);
        expect(only(after).value, after).toEqual(withValue(document.value, path, (list as JsonValue[]).toSpliced(index, 0, next)));
        expect(comments(after), after).toEqual(comments(text));
        expect(only(edited(after, removeAt(after, only(after), [...path, index]))).value).toEqual(document.value);
      }),
      runs,
    );
  });

  test('moveItem', () => {
    fc.assert(
      fc.property(yamlText, fc.nat(), fc.nat(), fc.nat(), (text, seed, a, b) => {
        const document = only(text);
        const path = pick(
          paths(document.value).filter((at) => Array.isArray(getIn(document.value, at))),
          seed,
        );
        const list = path && (getIn(document.value, path) as JsonValue[]);
        if (path === undefined || list === undefined || list.length < 2) return;
        const [from, to] = [a % list.length, b % list.length];
        const after = edited(text, moveItem(text, document, path, from, to));
        expect(only(after).value, after).toEqual(
          withValue(document.value, path, list.toSpliced(from, 1).toSpliced(to, 0, list[from] ?? null)),
        );
        expectSameLineEnds(text, after);
      }),
      runs,
    );
  });

  test('renameKey', () => {
    fc.assert(
      fc.property(yamlText, fc.nat(), fc.constantFrom('renamed', 'no', 'a: b', "it's", '{'), (text, seed, name) => {
        const document = only(text);
        const path = pick(
          paths(document.value).filter((at) => typeof at.at(-1) === 'string'),
          seed,
        );
        if (path === undefined) return;
        const after = edited(text, renameKey(text, document, path, name));
        expect(comments(after)).toEqual(comments(text));
        expect(getIn(only(after).value, [...path.slice(0, -1), name]), after).toEqual(getIn(document.value, path));
      }),
      runs,
    );
  });
});
