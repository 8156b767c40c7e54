import type { ReactElement } from 'react';
import { Button } from '../kit/Button.tsx';
import { Icon } from '../kit/Icon.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useMessages } from '../messages/messages-context.ts';
import { runCommand } from './commands.ts';
import styles from './Layout.module.css';
import { Pane } from './Pane.tsx';
import { useApp } from './shell-context.ts';
import { slots } from './slots.ts';

/** The canvas, and above it a word when it shows an older text than the files have. */
export function MainPane(): ReactElement {
  const app = useApp();
  const { shell, canvas } = useMessages();
  const stale = useSelect(app.workspace.design, (design) => design.stale);
  const Canvas = slots.canvas;
  return (
    <>
      {stale && (
        <div role="status" className={styles.stale}>
          <Icon name="warning" />
          <span>{shell.stale}</span>
          <Button size="small" onClick={() => runCommand('dock.problems', app)}>
            {shell.staleAction}
          </Button>
        </div>
      )}
      <div className={styles.canvas}>
        <Pane name={canvas.loading}>
          <Canvas />
        </Pane>
      </div>
    </>
  );
}
