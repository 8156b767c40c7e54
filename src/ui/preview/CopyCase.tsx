import type { ReactElement } from 'react';
import { Button } from '../kit/Button.tsx';
import { useApp } from '../shell/shell-context.ts';

/** Takes the request, its chain and the scripted answers home as a test case. */
export function CopyCase(): ReactElement {
  const { workspace, shell, messages } = useApp();
  const words = messages.preview;
  const copy = async (): Promise<void> => {
    const made = workspace.actions.requestCase();
    if (!made.ok) {
      shell.toasts.show({ tone: 'error', text: made.error.message, help: made.error.help });
      return;
    }
    try {
      await navigator.clipboard.writeText(made.value);
      shell.toasts.show({ tone: 'success', text: words.caseCopied });
    } catch {
      shell.toasts.show({ tone: 'error', text: words.copyFailed }); // the browser asked the user, or has no clipboard here
    }
  };
  return (
    <Button size="small" variant="ghost" onClick={() => void copy()}>
      {words.copyCase}
    </Button>
  );
}
