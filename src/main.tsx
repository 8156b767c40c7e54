import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './ui/kit/tokens.css';
import './ui/kit/base.css';
import { mustExist } from '#base/assert.ts';
import { App } from '#ui/shell/App.tsx';
import { createShell } from '#ui/shell/shell-state.ts';

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
  const { openWorkspace } = await import('./open-workspace.ts');
  const workspace = await openWorkspace();
  const root = mustExist(document.getElementById('root'), '#root');
  createRoot(root).render(
    <StrictMode>
      <App workspace={workspace} shell={createShell(memory, navigator.platform)} />
    </StrictMode>,
  );
}

void start();
