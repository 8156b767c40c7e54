import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ruleCodes } from './rules.ts';

const root = new URL('../../../', import.meta.url);
const page = readFileSync(new URL('docs/asks.md', root), 'utf8');
const rows = page.split('\n').filter((line) => /^\| \d+ \|/.test(line));
const named = rows.map((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));

/** Codes that other rooms own stand in their sources between quotes. */
function isCodeOf(room: string, code: string): boolean {
  const folder = fileURLToPath(new URL(`src/${room}/`, root));
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .some((file) => readFileSync(folder + file, 'utf8').includes(`'${code}'`));
}

function isThere(name: string): boolean {
  if (name.startsWith('src/') || name.startsWith('docs/')) return existsSync(new URL(name, root));
  if (name.startsWith('istio/')) return ruleCodes.some((code) => code === name);
  return isCodeOf(name.split('/')[0] ?? '', name);
}

test('each of the thirty-four questions has an answer', () => {
  expect(rows.length).toBe(34);
  expect(named.filter((names) => names.length === 0)).toEqual([]);
});

test('every code and file that is named is there', () => {
  expect(named.flat().filter((name) => !isThere(name))).toEqual([]);
});
