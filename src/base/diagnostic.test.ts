import { expect, test } from 'vitest';
import { compareDiagnostics, type Diagnostic } from './diagnostic.ts';

test('errors come first, then files and places', () => {
  const at = (file: string, start: number): Diagnostic['at'] => ({ file, range: { start, end: start + 1 } });
  const list: readonly Diagnostic[] = [
    { code: 'x/hint', severity: 'hint', message: '' },
    { code: 'x/b', severity: 'error', message: '', at: at('b', 0) },
    { code: 'x/late', severity: 'error', message: '', at: at('a', 9) },
    { code: 'x/early', severity: 'error', message: '', at: at('a', 1) },
    { code: 'x/warning', severity: 'warning', message: '', at: at('a', 0) },
  ];
  expect(list.toSorted(compareDiagnostics).map(({ code }) => code)).toEqual(['x/early', 'x/late', 'x/b', 'x/warning', 'x/hint']);
});
