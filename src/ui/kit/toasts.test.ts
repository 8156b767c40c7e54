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

test('no more than two at a time: the oldest goes', () => {
  const toasts = createToasts();
  for (const text of ['a', 'b', 'c', 'd']) toasts.show({ tone: 'info', text });
  expect(toasts.store.getState().map((toast) => toast.text)).toEqual(['c', 'd']);
});

test('a newer one of the same topic takes its place', () => {
  const toasts = createToasts();
  for (const text of ['moved to AUTHN', 'moved to AUTHZ']) toasts.show({ tone: 'info', text, topic: 'move' });
  expect(toasts.store.getState().map((toast) => toast.text)).toEqual(['moved to AUTHZ']);
});

test('an offer that no longer does what it says goes', () => {
  const toasts = createToasts();
  let top = true;
  toasts.show({ tone: 'info', text: 'Deleted', action: { title: 'Undo', run: () => undefined, isCurrent: () => top } });
  toasts.refresh();
  expect(toasts.store.getState()).toHaveLength(1);
  top = false;
  toasts.refresh();
  expect(toasts.store.getState()).toEqual([]);
});
