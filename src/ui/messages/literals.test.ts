import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';
import { describe, expect, test } from 'vitest';

/** Attributes people read or hear. */
const spoken = new Set([
  'alt',
  'aria-description',
  'aria-label',
  'aria-placeholder',
  'aria-roledescription',
  'aria-valuetext',
  'data-tip',
  'description',
  'emptyText',
  'error',
  'help',
  'hint',
  'label',
  'note',
  'placeholder',
  'summary',
  'text',
  'title',
]);

interface SyntaxNode {
  readonly type: string;
  readonly [key: string]: unknown;
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function children(node: SyntaxNode): readonly SyntaxNode[] {
  return Object.values(node).flatMap((value) => (Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : []));
}

/** The texts an expression can come to, as far as they are written out: both branches of a choice, the words of a template. */
function literalsOf(node: unknown): readonly string[] {
  if (!isNode(node)) return [];
  switch (node.type) {
    case 'Literal':
      return typeof node['value'] === 'string' ? [node['value']] : [];
    case 'TemplateLiteral':
      return (node['quasis'] as readonly { readonly value: { readonly cooked: string } }[]).map((part) => part.value.cooked);
    case 'ConditionalExpression':
      return [...literalsOf(node['consequent']), ...literalsOf(node['alternate'])];
    case 'LogicalExpression':
      return [...literalsOf(node['left']), ...literalsOf(node['right'])];
    case 'JSXExpressionContainer':
      return literalsOf(node['expression']);
    default:
      return [];
  }
}

/** Words, as opposed to `·`, `%`, `, ` or an arrow. */
const hasWords = (text: string): boolean => /\p{L}{2}/u.test(text);

/** What stands in `<code>` is no language: a header name, a path. */
function isCode(node: SyntaxNode): boolean {
  const opening = node.type === 'JSXElement' ? node['openingElement'] : undefined;
  const name = isNode(opening) ? opening['name'] : undefined;
  return isNode(name) && name['name'] === 'code';
}

/** Texts written in a component that belong into the catalogue. */
function findLiterals(fileName: string, code: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: SyntaxNode): void => {
    if (isCode(node)) return;
    if (node.type === 'JSXText' && hasWords(String(node['value']))) found.push(String(node['value']).trim());
    if (node.type === 'JSXAttribute') {
      const name = isNode(node['name']) ? node['name']['name'] : undefined;
      if (typeof name === 'string' && spoken.has(name))
        found.push(
          ...literalsOf(node['value'])
            .filter(hasWords)
            .map((text) => `${name}="${text}"`),
        );
    }
    if (node.type === 'JSXElement' || node.type === 'JSXFragment') {
      for (const child of children(node)) if (child.type === 'JSXExpressionContainer') found.push(...literalsOf(child).filter(hasWords));
    }
    for (const child of children(node)) visit(child);
  };
  visit(parseSync(fileName, code).program as unknown as SyntaxNode);
  return found;
}

const root = new URL('..', import.meta.url).pathname;
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tsx') && !name.includes('.test.'));

describe('texts of the user interface', () => {
  test('stand in the message catalogue and nowhere else', () => {
    const found = files.flatMap((name) => findLiterals(name, readFileSync(join(root, name), 'utf8')).map((text) => `${name}: ${text}`));
    expect(found).toEqual([]);
  });

  test('are looked for in all components', () => expect(files.length).toBeGreaterThan(40));

  test.each([
    ['<p>Hello there</p>', ['Hello there']],
    ['<Icon label="Close" />', ['label="Close"']],
    ['<b title={open ? `Hide ${x}` : words.show} />', ['title="Hide "']],
    ["<p>{on && 'running'}</p>", ['running']],
    ['<code>:path</code>', []],
    ['<p className="big wide">{words.hello} · {count} %</p>', []],
    ['<Tabs name="left" label={words.tabs} variant="line" />', []],
  ])('in %s finds %j', (code, expected) => expect(findLiterals('x.tsx', `const x = ${code};`)).toEqual(expected));
});
