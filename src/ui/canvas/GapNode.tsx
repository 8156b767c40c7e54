import type { NodeProps } from '@xyflow/react';
import { memo, type ReactElement } from 'react';
import { cx } from '../kit/cx.ts';
import { Icon } from '../kit/Icon.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useMessages } from '../messages/messages-context.ts';
import { noteFocus, openInsert } from '../shell/chain-actions.ts';
import { useApp } from '../shell/shell-context.ts';
import { useCanvas } from './canvas-context.ts';
import type { FlowNode } from './flow-nodes.ts';
import styles from './GapNode.module.css';

/** A place between two filters: a button to insert there, and where a dragged plugin lands. */
export const GapNode = memo(function GapNode({ data: { item } }: NodeProps<FlowNode>): ReactElement | null {
  const app = useApp();
  const { canvas: words } = useMessages();
  const canvas = useCanvas();
  const isStop = useSelect(canvas, (state) => state.stop === item.id);
  const dragging = useSelect(app.shell.drag.store, (drag) => drag !== undefined);
  const target = useSelect(app.shell.drag.store, (drag) =>
    item.kind === 'gap' && drag?.target?.gap === item.position ? drag.target : undefined,
  );
  if (item.kind !== 'gap') return null;
  const { gap, position, slot } = item;
  const same = target?.same === true;
  return (
    <div
      className={cx(
        styles.gap,
        slot ? styles.slot : styles.thin,
        gap.needsEnvoyFilter && styles.foreign,
        dragging && styles.dragging,
        target !== undefined && !same && styles.target,
      )}
      data-gap={position}
    >
      <button
        type="button"
        className={styles.button}
        data-stop={item.id}
        aria-label={words.insertAt(gap.text)}
        aria-haspopup="dialog"
        tabIndex={isStop ? 0 : -1}
        onClick={() => openInsert(app, position)}
        onFocus={() => {
          noteFocus(app, item.id, 'canvas');
        }}
      >
        <span className={styles.mark}>
          <Icon name="add" size={11} />
        </span>
        <span className={styles.text}>{same ? words.dropSame : gap.text}</span>
      </button>
    </div>
  );
});
