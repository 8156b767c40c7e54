import { showFailure, undoAction } from './chain-actions.ts';
import type { App } from './shell-context.ts';

/** Reads files the user dropped, pasted or chose and adds them in one step. */
export async function addFiles(app: App, files: readonly File[]): Promise<void> {
  if (files.length === 0) return;
  const result = await app.workspace.actions.addFiles(files.map((file) => ({ name: file.name, content: file })));
  if (!result.ok) return showFailure(app, result.error);
  app.shell.toasts.show({ tone: 'success', text: app.messages.shell.added(result.value.added), action: undoAction(app) });
}

/** Adds pasted text as a file of its own. */
export function addText(app: App, text: string): void {
  const result = app.workspace.actions.addText(text);
  if (!result.ok) return showFailure(app, result.error);
  const file = app.workspace.document.getState().document.files.find((item) => item.id === result.value.fileId);
  app.workspace.actions.select({ kind: 'file', fileId: result.value.fileId });
  app.shell.toasts.show({ tone: 'success', text: app.messages.shell.pasted(file?.name ?? ''), action: undoAction(app) });
}

/** The browser's own file dialog. */
export function openFilePicker(app: App): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.accept = '.yaml,.yml,.json,.wasm,.tar,.tgz,.gz,application/wasm';
  input.addEventListener('change', () => void addFiles(app, [...(input.files ?? [])]));
  input.click();
}
