import { lazy, Suspense, useSyncExternalStore } from 'react';
import type { ReactElement } from 'react';
import { useWorkspace } from '../kit/workspace-context.ts';
import { useSelect } from '../kit/use-store.ts';
import { Skeleton } from '../kit/Skeleton.tsx';
import { useMessages } from '../messages/messages-context.ts';
import type { TextEditorProps } from './TextEditor.tsx';

const TextEditor = lazy(async () => {
  const { TextEditor: component } = await import('./TextEditor.tsx');
  return { default: component };
});

const darkQuery = '(prefers-color-scheme: dark)';

function subscribe(changed: () => void): () => void {
  const query = matchMedia(darkQuery);
  query.addEventListener('change', changed);
  return () => query.removeEventListener('change', changed);
}

/** The editor as a chunk of its own: Monaco is loaded when the first text is shown. */
export function LazyTextEditor(props: Omit<TextEditorProps, 'dark'>): ReactElement {
  const workspace = useWorkspace();
  const messages = useMessages();
  const theme = useSelect(workspace.view, (view) => view.theme);
  const systemDark = useSyncExternalStore(subscribe, () => matchMedia(darkQuery).matches);
  const dark = theme === 'dark' || (theme === 'system' && systemDark);
  return (
    <Suspense fallback={<Skeleton label={messages.common.loading(props.label)} lines={8} />}>
      <TextEditor {...props} dark={dark} />
    </Suspense>
  );
}
