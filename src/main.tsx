import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './ui/kit/tokens.css';
import './ui/kit/base.css';
import { mustExist } from '#base/assert.ts';
import { App } from '#ui/shell/App.tsx';
import { createShell } from '#ui/shell/shell-state.ts';
import { preloadFirstScreen } from '#ui/shell/slots.ts';
import { Starting } from '#ui/shell/Starting.tsx';
import { recallTheme, showTheme } from '#ui/shell/theme.ts';

const memory = {
  read: (key: string): string | undefined => {
    try {
      return localStorage.getItem(key) ?? undefined;
    } catch {
      return undefined; // storage is switched off
    }
  },
  write: (key: string, text: string): void => {
    try {
      localStorage.setItem(key, text);
    } catch {
      // storage is switched off or full: the arrangement is not remembered
    }
  },
};

async function start(): Promise<void> {
  showTheme(recallTheme(memory));
  const root = createRoot(mustExist(document.getElementById('root'), '#root'));
  root.render(<Starting />);
  preloadFirstScreen();
  try {
    const { openWorkspace } = await import('./open-workspace.ts');
    const workspace = await openWorkspace();
    root.render(
      <StrictMode>
        <App workspace={workspace} shell={createShell(memory, navigator.platform)} />
      </StrictMode>,
    );
  } catch (error) {
    // A chunk that did not load, or a fault of ours: either way there is no application to say it.
    root.render(<Starting error={error instanceof Error ? error : new Error(String(error))} />);
  }
}

void start();
