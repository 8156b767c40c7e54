import { useEffect, useEffectEvent } from 'react';
import { commands } from './commands.ts';
import type { Command } from './command.ts';
import { isSingleKey, matchesChord, type Chord } from './keys.ts';
import { useApp } from './shell-context.ts';

/** Listens for the keys of all commands. The one place where key presses become commands. */
export function useShortcuts(): void {
  const app = useApp();
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const target = event.target instanceof HTMLElement ? event.target : document.body;
    if (document.querySelector('dialog[open]') !== null && !isDialogKey(event)) return;
    const singleKeys = app.shell.state.getState().singleKeys;
    for (const command of commands) {
      const chord = command.keys.find((keys) => matchesChord(keys, event, app.shell.platform));
      if (chord === undefined || !isHeard(command, chord, target) || (isSingleKey(chord) && !singleKeys)) continue;
      if (!command.isEnabled(app)) continue;
      event.preventDefault();
      command.run(app);
      return;
    }
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => onKeyDown(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
}

function isDialogKey(event: KeyboardEvent): boolean {
  return event.key === 'Enter' && (event.ctrlKey || event.metaKey);
}

/** Typing stays typing, and a key of the chain means something only in the chain. */
function isHeard(command: Command, chord: Chord, target: HTMLElement): boolean {
  const typing =
    target.matches('input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable], [role=textbox]') ||
    target.isContentEditable;
  if (command.scope === 'chain') {
    if (typing || target.closest('[data-scope=chain]') === null) return false;
    return chord !== 'Enter' || target.closest('[data-chain-row]') !== null;
  }
  if (!typing || command.inText === true) return true;
  if (command.id.startsWith('history.')) return target.closest('[data-history=document]') !== null;
  return chord.startsWith('Mod+') && command.id !== 'pane.right' && command.id !== 'pane.left';
}
