import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hostFunctionsPage } from './page.ts';

const { text, missing } = hostFunctionsPage();

test('no host function and no callback is without a recorded scenario or a stated reason', () => {
  expect(missing).toEqual([]);
});

test('docs/host-functions.md is current: node conformance/host-functions/write.mjs', () => {
  expect(readFileSync(new URL('../../docs/host-functions.md', import.meta.url), 'utf8')).toBe(text);
});
