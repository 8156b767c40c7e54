import { describe, expect, test } from 'vitest';
import { createShell, initialArrangement, readArrangement } from './shell-state.ts';
import { recallTheme, rememberTheme } from './theme.ts';

describe('arrangement', () => {
  test('what was kept comes back', () =>
    expect(readArrangement('{"left":300,"miniMap":"off"}')).toEqual({ ...initialArrangement, left: 300, miniMap: 'off' }));
  test.each([undefined, '', '{', 'null', '[]', '{"left":"wide","other":1}'])('%j gives the first arrangement', (text) =>
    expect(readArrangement(text)).toMatchObject({ ...initialArrangement }),
  );

  test('is written when it changes, and only then', () => {
    const kept = new Map<string, string>();
    const shell = createShell({ read: (key) => kept.get(key), write: (key, text) => void kept.set(key, text) }, '');
    shell.state.setState({ sheet: 'files' });
    expect(kept.size).toBe(0);
    shell.state.setState({ right: 400 });
    expect(createShell({ read: (key) => kept.get(key), write: () => undefined }, '').state.getState().right).toBe(400);
  });
});

test('an announcement said twice is said twice', () => {
  const shell = createShell({ read: () => undefined, write: () => undefined }, '');
  shell.announce('Moved');
  const first = shell.state.getState().announcement;
  shell.announce('Moved');
  expect(shell.state.getState().announcement).not.toBe(first);
});

test('the theme of the last visit is there before the workspace', () => {
  const kept = new Map<string, string>();
  const memory = { read: (key: string) => kept.get(key), write: (key: string, text: string) => void kept.set(key, text) };
  expect(recallTheme(memory)).toBe('system');
  rememberTheme(memory, 'dark');
  expect(recallTheme(memory)).toBe('dark');
});
