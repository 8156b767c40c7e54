import { expect, test } from 'vitest';
import { createToasts } from './toasts.ts';

test('a toast is shown until dismissed', () => {
  const toasts = createToasts();
  toasts.show({ tone: 'info', text: 'Moved' });
  const [toast] = toasts.store.getState();
  expect(toast).toMatchObject({ text: 'Moved' });
  toasts.dismiss(toast!.id);
  expect(toasts.store.getState()).toEqual([]);
});

test('no more than three at a time: the oldest goes', () => {
  const toasts = createToasts();
  for (const text of ['a', 'b', 'c', 'd']) toasts.show({ tone: 'info', text });
  expect(toasts.store.getState().map((toast) => toast.text)).toEqual(['b', 'c', 'd']);
});
