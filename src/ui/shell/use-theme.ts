import { useEffect } from 'react';
import { useSelect } from '../kit/use-store.ts';
import { useApp } from './shell-context.ts';
import { rememberTheme, showTheme } from './theme.ts';

/** Keeps the page in the chosen theme. */
export function useTheme(): void {
  const { workspace, shell } = useApp();
  const theme = useSelect(workspace.view, (state) => state.theme);
  useEffect(() => {
    showTheme(theme);
    rememberTheme(shell.memory, theme);
  }, [shell, theme]);
}
