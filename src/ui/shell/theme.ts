import type { ViewState } from '#workspace/view.ts';
import type { Memory } from './shell-state.ts';

type Theme = ViewState['theme'];

const KEY = 'filterloom.theme';

/** `<html data-theme>` while the user wants another theme than the system's. */
export function showTheme(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset['theme'];
  else dataset['theme'] = theme;
}

/**
 * The theme of the last visit. The workspace keeps it too, but comes later: this copy is there before the first frame, so the page
 * never flashes in the wrong colours.
 */
export function recallTheme(memory: Memory): Theme {
  const kept = memory.read(KEY);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

export function rememberTheme(memory: Memory, theme: Theme): void {
  memory.write(KEY, theme);
}
