import { useEffect } from 'react';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';

/** `<html data-theme>` while the user wants another theme than the system's. */
export function useTheme(): void {
  const { view } = useWorkspace();
  const theme = useSelect(view, (state) => state.theme);
  useEffect(() => {
    const { dataset } = document.documentElement;
    if (theme === 'system') delete dataset['theme'];
    else dataset['theme'] = theme;
  }, [theme]);
}
