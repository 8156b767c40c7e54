import type { App } from './shell-context.ts';

/** Undoes the last edit and says which one it was. */
export function undo({ workspace, shell, messages }: App): void {
  const entry = workspace.document.getState().past.at(-1);
  if (entry === undefined) return;
  workspace.actions.undo();
  shell.announce(messages.commands.undone(entry.label));
}

export function redo({ workspace, shell, messages }: App): void {
  const before = workspace.document.getState();
  if (before.future.length === 0) return;
  workspace.actions.redo();
  const entry = workspace.document.getState().past.at(-1);
  if (entry !== undefined) shell.announce(messages.commands.redone(entry.label));
}
