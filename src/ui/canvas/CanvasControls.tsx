import { useStore } from '@xyflow/react';
import type { ReactElement } from 'react';
import { IconButton } from '../kit/Button.tsx';
import { cx } from '../kit/cx.ts';
import { useSelect } from '../kit/use-store.ts';
import { useMessages } from '../messages/messages-context.ts';
import { findCommand, keysOf, runCommand } from '../shell/commands.ts';
import { useApp } from '../shell/shell-context.ts';
import { useCanvas } from './canvas-context.ts';
import styles from './CanvasControls.module.css';

const wide = ['canvas.zoomIn', 'canvas.zoomOut', 'canvas.fit', 'chain.fold', 'canvas.miniMap'] as const;
/** Fingers pinch. */
const narrow = ['canvas.fit', 'chain.fold'] as const;

interface CanvasControlsProps {
  /** Too narrow for a column of its own beside the chain. */
  readonly compact: boolean;
}

export function CanvasControls({ compact }: CanvasControlsProps): ReactElement {
  const app = useApp();
  const { canvas: words } = useMessages();
  const zoom = useStore((state) => Math.round(state.transform[2] * 100));
  const pressed: Readonly<Record<string, boolean | undefined>> = {
    'chain.fold': useSelect(app.workspace.view, (view) => view.foldBuiltIns),
    'canvas.miniMap': useSelect(useCanvas(), (state) => state.mapShown),
  };
  return (
    <div role="group" aria-label={words.controls} className={cx(styles.controls, compact && styles.narrow)}>
      {(compact ? narrow : wide).map((id) => {
        const command = findCommand(id);
        return (
          <span key={id} className={styles.item}>
            {id === 'canvas.zoomOut' && (
              <button
                type="button"
                className={styles.zoom}
                aria-label={words.zoomLevel(zoom)}
                data-tip={app.messages.commands.actualSize}
                onClick={() => runCommand('canvas.actualSize', app)}
              >
                {zoom}
              </button>
            )}
            <IconButton
              icon={command.icon ?? 'more'}
              size="small"
              label={command.title(app.messages)}
              keys={keysOf(id, app)}
              aria-pressed={pressed[id]}
              onClick={() => runCommand(id, app)}
            />
          </span>
        );
      })}
    </div>
  );
}
