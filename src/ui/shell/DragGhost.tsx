import { useEffect, useRef, type ReactElement } from 'react';
import { cx } from '../kit/cx.ts';
import { useSelect } from '../kit/use-store.ts';
import { useMessages } from '../messages/messages-context.ts';
import styles from './DragGhost.module.css';
import { useShell } from './shell-context.ts';

/** What is being dragged, at the pointer, with what a drop would mean. */
export function DragGhost(): ReactElement | null {
  const { drag } = useShell();
  const { canvas: words } = useMessages();
  const ref = useRef<HTMLDivElement>(null);
  const shown = useSelect(drag.store, (state) =>
    state === undefined
      ? undefined
      : {
          title: state.payload.title,
          text: state.target?.text,
          foreign: state.target?.needsEnvoyFilter === true,
          same: state.target?.same === true,
        },
  );
  const dragging = shown !== undefined;
  useEffect(() => {
    const box = ref.current;
    if (!dragging || box === null) return undefined;
    box.showPopover();
    const follow = (): void => {
      const state = drag.store.getState();
      if (state !== undefined) box.style.translate = `${state.x + 14}px ${state.y + 10}px`;
    };
    follow();
    return drag.store.subscribe(follow);
  }, [drag, dragging]);
  if (shown === undefined) return null;
  const text = shown.same ? words.dropSame : (shown.text ?? words.dropOutside);
  return (
    <div ref={ref} popover="manual" className={cx(styles.ghost, shown.foreign && styles.foreign)}>
      <b>{shown.title}</b>
      <span>{text}</span>
    </div>
  );
}
