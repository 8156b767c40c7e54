import type { NodeProps } from '@xyflow/react';
import { memo, useState, type MouseEvent, type PointerEvent, type ReactElement } from 'react';
import type { LaneRow } from '#workspace/design.ts';
import { Badge } from '../kit/Badge.tsx';
import { IconButton } from '../kit/Button.tsx';
import { cx } from '../kit/cx.ts';
import type { Box } from '../kit/place.ts';
import { useSelect } from '../kit/use-store.ts';
import { useMessages } from '../messages/messages-context.ts';
import { inspectCurrent, noteFocus, selectRow } from '../shell/chain-actions.ts';
import { isMovable, isSelected } from '../shell/chain-places.ts';
import { ChainMenu } from '../shell/ChainMenu.tsx';
import { ProblemBadge } from '../shell/ProblemBadge.tsx';
import { RowGlyph } from '../shell/RowGlyph.tsx';
import { useApp } from '../shell/shell-context.ts';
import { useIsNarrow } from '../shell/use-media.ts';
import { useCanvas } from './canvas-context.ts';
import type { FlowNode } from './flow-nodes.ts';
import { RailDots } from './RailDots.tsx';
import styles from './RowNode.module.css';
import { RowResult } from './RowResult.tsx';

/** One filter of the lane: built-ins quiet, plugins loud, insertions with their diamond. */
export const RowNode = memo(function RowNode({ data: { item } }: NodeProps<FlowNode>): ReactElement | null {
  return item.kind === 'row' ? <Row row={item.row} layer={item.layer} /> : null;
});

interface RowProps {
  readonly row: LaneRow;
  readonly layer: 'network' | 'http';
}

function Row({ row, layer }: RowProps): ReactElement {
  const app = useApp();
  const { canvas: words } = useMessages();
  const [menu, setMenu] = useState<Box>();
  const selected = useSelect(app.workspace.view, (view) => isSelected(row, view.selection));
  const look = useLook(row, layer);
  const openMenu = (event: MouseEvent, anchor: Box): void => {
    event.preventDefault();
    selectRow(app, row, false);
    setMenu(anchor);
  };
  return (
    <div
      className={cx(styles.row, styles[row.kind], selected && styles.selected, ...look)}
      onContextMenu={(event) => openMenu(event, pointOf(event))}
    >
      <RailDots rowId={row.id} layer={layer} index={row.index} />
      <RowButton row={row} selected={selected} />
      {row.kind !== 'built-in' && (
        <IconButton
          icon="more"
          size="small"
          label={words.rowActions(row.title)}
          className={cx(styles.more, 'nopan')}
          tabIndex={-1}
          aria-haspopup="menu"
          onClick={(event) => openMenu(event, event.currentTarget.getBoundingClientRect())}
        />
      )}
      {menu !== undefined && <ChainMenu anchor={menu} label={words.rowActions(row.title)} onClose={() => setMenu(undefined)} />}
    </div>
  );
}

/** The pointer, or for the menu key the element itself. */
function pointOf(event: MouseEvent): Box {
  if (event.clientX === 0 && event.clientY === 0) return event.currentTarget.getBoundingClientRect();
  return { left: event.clientX, top: event.clientY, width: 0, height: 0 };
}

/** Classes for what the row is going through: dragged, behind a cut, off. */
function useLook(row: LaneRow, layer: RowProps['layer']): readonly (string | false | undefined)[] {
  const { shell } = useApp();
  const afterCut = useSelect(useCanvas(), ({ overlay }) => layer === 'http' && overlay?.cut !== undefined && row.index > overlay.cut.index);
  const dragged = useSelect(shell.drag.store, (drag) => drag?.payload.kind === 'row' && drag.payload.rowId === row.id);
  const isManager = layer === 'network' && 'httpFilters' in row.filter && row.filter.httpFilters !== undefined;
  return [
    !row.simulated && styles.notSimulated,
    isDisabled(row) && styles.disabled,
    isManager && styles.manager,
    afterCut && styles.afterCut,
    dragged && styles.dragged,
  ];
}

function isDisabled({ filter }: LaneRow): boolean {
  return 'disabled' in filter && filter.disabled === true;
}

function RowButton({ row, selected }: Omit<RowProps, 'layer'> & { readonly selected: boolean }): ReactElement {
  const app = useApp();
  const { canvas: words } = app.messages;
  const { id, title, resource } = row;
  const isNarrow = useIsNarrow();
  // What the last run found out about the configuration: fields that are not simulated.
  const note = useSelect(
    app.workspace.runs,
    ({ trace }) => trace?.filters.find(({ index, name }) => index === row.index && name === row.filter.name)?.note,
  );
  const isStop = useSelect(useCanvas(), (state) => state.stop === id);
  const movable = useSelect(app.workspace.design, ({ lane }) => isMovable(lane, row));
  const onPointerDown = (event: PointerEvent): void => {
    if (!movable || resource === undefined || event.button !== 0 || event.pointerType === 'touch') return;
    app.shell.drag.begin({ kind: 'row', resource, rowId: id, title }, event);
  };
  return (
    <button
      type="button"
      className={cx(styles.main, movable && styles.movable, movable && 'nopan')}
      data-stop={id}
      data-chain-row=""
      aria-current={selected ? 'true' : undefined}
      tabIndex={isStop ? 0 : -1}
      onPointerDown={onPointerDown}
      onClick={() => {
        // A second tap goes on to what is one key or one glance away on a large screen.
        if (selected && isNarrow) inspectCurrent(app);
        else selectRow(app, row, false);
      }}
      onDoubleClick={() => inspectCurrent(app)}
      onFocus={() => noteFocus(app, id, 'canvas')}
    >
      <RowGlyph row={row} />
      <span className={styles.heading}>
        <span className={styles.title} data-tip={row.filter.name}>
          {title}
        </span>
        <span className="visually-hidden">{`, ${words.kind[row.kind]}`}</span>
        {isDisabled(row) && <Badge>{words.disabled}</Badge>}
        {!row.simulated && (
          <span className={styles.unsimulated} data-tip={words.notSimulatedTip}>
            {words.notSimulated}
          </span>
        )}
        {note !== undefined && row.simulated && (
          <span className={styles.unsimulated} data-tip={note}>
            {words.partlySimulated}
          </span>
        )}
      </span>
      <RowResult row={row} />
      <ProblemBadge count={row.problems} worst={row.worst} className={styles.badge} />
    </button>
  );
}
