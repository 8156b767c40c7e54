import { useEffect, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import type { LaneRow } from '#workspace/design.ts';
import { IconButton } from '../kit/Button.tsx';
import { cx } from '../kit/cx.ts';
import { EmptyState } from '../kit/EmptyState.tsx';
import type { Box } from '../kit/place.ts';
import { rovingTarget } from '../kit/roving.ts';
import { useSelect } from '../kit/use-store.ts';
import { focusRow, inspectCurrent, noteFocus, selectRow } from '../shell/chain-actions.ts';
import { isSelected } from '../shell/chain-places.ts';
import { ChainMenu } from '../shell/ChainMenu.tsx';
import { ProblemBadge } from '../shell/ProblemBadge.tsx';
import { RowGlyph } from '../shell/RowGlyph.tsx';
import { useApp } from '../shell/shell-context.ts';
import styles from './Outline.module.css';

/** The chain as an ordered list: the canvas for screen readers and small screens, with the same commands and keys. */
export function OutlinePane(): ReactElement {
  const app = useApp();
  const { outline: words } = app.messages.panes;
  const lane = useSelect(app.workspace.design, (design) => design.lane);
  const focus = useSelect(app.shell.state, (state) => state.focus);
  const ref = useRef<HTMLDivElement>(null);

  const handled = useRef(focus.seq);
  useEffect(() => {
    if (handled.current === focus.seq) return;
    handled.current = focus.seq;
    if (focus.surface !== 'list' || focus.rowId === undefined) return;
    ref.current?.querySelector<HTMLElement>(`[data-stop="${CSS.escape(focus.rowId)}"]`)?.focus();
  }, [focus]);

  if (lane === undefined) return <EmptyState icon="list" title={words.empty} text={words.emptyText} />;
  const rows = [...lane.networkFilters, ...lane.rows];
  const stop = rows.some((row) => row.id === focus.rowId) ? focus.rowId : rows[0]?.id;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const at = rows.findIndex((row) => row.id === stop);
    const next = rows[rovingTarget(event.key, at, rows.length, 'vertical') ?? -1];
    if (next === undefined) return;
    event.preventDefault();
    focusRow(app, next.id, 'list');
  };
  return (
    // The keys are those of the buttons inside; the container hears them on their way up.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div ref={ref} data-scope="chain" className={styles.outline} onKeyDown={onKeyDown}>
      <h2 className={styles.title}>{words.network}</h2>
      <ol aria-label={words.network}>
        {lane.networkFilters.map((row) => (
          <Item key={row.id} row={row} layer="network" isStop={row.id === stop} />
        ))}
      </ol>
      <h2 className={styles.title}>{words.http}</h2>
      <ol aria-label={words.list}>
        {lane.rows.map((row) => (
          <Item key={row.id} row={row} layer="http" isStop={row.id === stop} />
        ))}
      </ol>
    </div>
  );
}

interface ItemProps {
  readonly row: LaneRow;
  readonly layer: 'network' | 'http';
  readonly isStop: boolean;
}

function Item({ row, layer, isStop }: ItemProps): ReactElement {
  const app = useApp();
  const { canvas, panes } = app.messages;
  const selected = useSelect(app.workspace.view, (view) => isSelected(row, view.selection));
  const [menu, setMenu] = useState<Box>();
  const [first, ...others] = row.provenance.reasons;
  return (
    <li className={cx(styles.item, selected && styles.selected)}>
      <button
        type="button"
        className={styles.main}
        data-stop={row.id}
        data-chain-row=""
        aria-current={selected ? 'true' : undefined}
        tabIndex={isStop ? 0 : -1}
        onClick={() => selectRow(app, row, false)}
        onDoubleClick={() => inspectCurrent(app)}
        onFocus={() => noteFocus(app, row.id, 'list')}
      >
        <RowGlyph row={row} />
        <span className={styles.text}>
          <span className={cx(styles.name, row.kind === 'built-in' && styles.quiet)}>
            {row.title}{' '}
            <small>
              {[canvas.kind[row.kind], row.provenance.phase, row.subtitle].filter((part) => part !== undefined && part !== '').join(' · ')}
            </small>
          </span>
          {first !== undefined && (
            <span className={styles.why}>
              {first.text}
              {others.length > 0 && ` ${panes.outline.moreReasons(others.length)}`}
            </span>
          )}
        </span>
        <ProblemBadge count={row.problems} worst={row.worst} />
      </button>
      {layer === 'http' && (
        <IconButton
          icon="more"
          size="small"
          label={canvas.rowActions(row.title)}
          aria-haspopup="menu"
          onClick={(event) => {
            selectRow(app, row, false);
            setMenu(event.currentTarget.getBoundingClientRect());
          }}
        />
      )}
      {menu !== undefined && <ChainMenu anchor={menu} label={canvas.rowActions(row.title)} onClose={() => setMenu(undefined)} />}
    </li>
  );
}
