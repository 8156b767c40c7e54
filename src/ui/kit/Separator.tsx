import { useRef, type KeyboardEvent, type PointerEvent, type ReactElement } from 'react';
import { cx } from './cx.ts';
import { resized } from './resize.ts';
import styles from './Separator.module.css';

interface SeparatorProps {
  readonly label: string;
  /** The id of the pane whose size it sets. */
  readonly controls: string;
  readonly orientation: 'vertical' | 'horizontal';
  /** On which side of the separator that pane lies. */
  readonly pane: 'before' | 'after';
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly initial: number;
  readonly onChange: (size: number) => void;
}

/** A border one can drag: arrows move it by 16 px (Shift: 64), Home and End to its limits, Enter or a double click to where it began. */
export function Separator(props: SeparatorProps): ReactElement {
  const { label, controls, orientation, pane, value, min, max, initial, onChange } = props;
  const drag = useRef<{ readonly at: number; readonly size: number }>(undefined);
  const axis = (event: PointerEvent): number => (orientation === 'vertical' ? event.clientX : event.clientY);
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = resized(event.key, event.shiftKey, props);
    if (next === undefined) return;
    event.preventDefault();
    onChange(next);
  };
  return (
    // A focusable separator is a widget (WAI-ARIA 1.2, "separator"); the lint rule only knows the static one.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      role="separator"
      aria-label={label}
      aria-controls={controls}
      aria-orientation={orientation}
      aria-valuenow={Math.round(value)}
      aria-valuemin={min}
      aria-valuemax={Math.round(max)}
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className={cx(styles.separator, styles[orientation])}
      onKeyDown={onKeyDown}
      onDoubleClick={() => onChange(initial)}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { at: axis(event), size: value };
      }}
      onPointerMove={(event) => {
        if (drag.current === undefined) return;
        const moved = (axis(event) - drag.current.at) * (pane === 'before' ? 1 : -1);
        onChange(Math.min(max, Math.max(min, drag.current.size + moved)));
      }}
      onPointerUp={() => (drag.current = undefined)}
      onPointerCancel={() => (drag.current = undefined)}
    />
  );
}
