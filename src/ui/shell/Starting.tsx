import type { ReactElement } from 'react';
import { Button } from '../kit/Button.tsx';
import { EmptyState } from '../kit/EmptyState.tsx';
import { Skeleton } from '../kit/Skeleton.tsx';
import { useMessages } from '../messages/messages-context.ts';
import layout from './Layout.module.css';
import { Logo } from './Logo.tsx';
import { initialArrangement } from './shell-state.ts';
import bar from './TopBar.module.css';
import { useIsNarrow } from './use-media.ts';

/** The frame of the screen while the engine loads: everything already stands where it will stand. With `error`, why it does not come. */
export function Starting({ error }: { readonly error?: Error | undefined }): ReactElement {
  const { common, shell } = useMessages();
  const narrow = useIsNarrow();
  return (
    <div className={layout.app}>
      <header className={bar.bar}>
        <h1 className={bar.logo}>
          <Logo />
          {common.appName}
        </h1>
      </header>
      <div className={layout.wide}>
        <div className={layout.row}>
          {!narrow && <div className={layout.pane} style={{ width: initialArrangement.left }} />}
          <main className={layout.main}>
            {error === undefined ? (
              <Skeleton label={common.loading(shell.mainPane)} lines={8} />
            ) : (
              <EmptyState icon="error" title={shell.startFailed} text={`${shell.startFailedHelp} (${error.message})`}>
                <Button onClick={() => location.reload()}>{common.retry}</Button>
              </EmptyState>
            )}
          </main>
          {!narrow && <div className={layout.pane} style={{ width: initialArrangement.right }} />}
        </div>
      </div>
    </div>
  );
}
