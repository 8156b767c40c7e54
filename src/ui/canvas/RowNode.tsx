import type { NodeProps } from '@xyflow/react';
import { memo, useState, type PointerEvent, type ReactElement } from 'react';
import { Badge } from '../kit/Badge.tsx';
import { IconButton } from '../kit/Button.tsx';
import { cx } from '../kit/cx.ts';
import { Icon } from '../kit/Icon.tsx';
import type { Box } from '../kit/place.ts';
import { useSelect } from '../kit/use-store.ts';
import { useMessages } from '../messages/messages-context.ts';
import { inspectCurrent, noteFocus, selectRow } from '../shell/chain-actions.ts';
import { isMovable, isSelected } from '../shell/chain-places.ts';
import { ChainMenu } from '../shell/ChainMenu.tsx';
import { useApp } from '../shell/shell-context.ts';
import { useCanvas } from './canvas-context.ts';
import type { FlowNode } from './flow-nodes.ts';
import { overlaySentence, sideText } from './overlay-text.ts';
import { RailDots } from './RailDots.tsx';
import { RowGlyph } from '../shell/RowGlyph.tsx';
import styles from './RowNode.module.css';

/** One filter of the lane: built-ins quiet, plugins loud, insertions with their diamond. */
export const RowNode = memo(function RowNode({ data: { item } }: NodeProps<FlowNode>): ReactElement | null {
  const app = useApp();
  const { canvas: words } = useMessages();
  const canvas = useCanvas();
  const [menu, setMenu] = useState<Box>();
  const row = item.kind === 'row' ? item.row : undefined;
  const id = row?.id ?? '';
  const selected = useSelect(app.workspace.view, (view) => row !== undefined && isSelected(row, view.selection));
  const isStop = useSelect(canvas, (state) => state.stop === id);
  const overlay = useSelect(canvas, (state) => state.overlay?.rows.get(id));
  const afterCut = useSelect(
    canvas,
    ({ overlay: run }) =>
      run?.cut !== undefined && row !== undefined && item.kind === 'row' && item.layer === 'http' && row.index > run.cut.index,
  );
  const outdated = useSelect(canvas, (state) => state.outdated);
  const dragged = useSelect(app.shell.drag.store, (drag) => drag?.payload.kind === 'row' && drag.payload.rowId === id);
  if (row === undefined || item.kind !== 'row') return null;

  const movable = isMovable(app.workspace.design.getState().lane, row);
  const request = overlay === undefined ? '' : sideText(overlay.request, words.overlay);
  const response = overlay === undefined ? '' : sideText(overlay.response, words.overlay);
  const told =
    overlay === undefined || (request === '' && response === '' && overlay.localReply === undefined && overlay.trap === undefined)
      ? undefined
      : overlaySentence(overlay, words.overlay);
  const isManager = item.layer === 'network' && 'httpFilters' in row.filter && row.filter.httpFilters !== undefined;
  const disabled = 'disabled' in row.filter && row.filter.disabled === true;

  const onPointerDown = (event: PointerEvent): void => {
    if (!movable || row.resource === undefined || event.button !== 0 || event.pointerType === 'touch') return;
    app.shell.drag.begin({ kind: 'row', resource: row.resource, rowId: id, title: row.title }, event);
  };
  return (
    <div
      className={cx(
        styles.row,
        styles[row.kind],
        selected && styles.selected,
        !row.simulated && item.layer === 'http' && styles.notSimulated,
        disabled && styles.disabled,
        afterCut && styles.afterCut,
        dragged && styles.dragged,
        isManager && styles.manager,
      )}
      onContextMenu={(event) => {
        event.preventDefault();
        selectRow(app, row);
        setMenu({ left: event.clientX, top: event.clientY, width: 0, height: 0 });
      }}
    >
      {item.layer === 'http' && <RailDots overlay={overlay} outdated={outdated} />}
      <button
        type="button"
        className={cx(styles.main, movable && 'nopan')}
        data-stop={id}
        data-chain-row=""
        aria-current={selected ? 'true' : undefined}
        aria-description={told === undefined ? words.kind[row.kind] : `${words.kind[row.kind]}. ${words.overlay.rowLabel(told)}`}
        tabIndex={isStop ? 0 : -1}
        onPointerDown={onPointerDown}
        onClick={() => selectRow(app, row, false)}
        onFocus={() => {
          noteFocus(app, id, 'canvas');
        }}
        onDoubleClick={() => inspectCurrent(app)}
      >
        <RowGlyph row={row} />
        <span className={styles.title} data-tip={row.filter.name}>
          {row.title}
        </span>
        {disabled && <Badge>{words.disabled}</Badge>}
        {!row.simulated && item.layer === 'http' && (
          <span className={styles.unsimulated} data-tip={words.notSimulatedTip}>
            {words.notSimulated}
          </span>
        )}
        {told === undefined ? (
          <span className={styles.subtitle}>{row.subtitle}</span>
        ) : (
          <span className={cx(styles.told, outdated && styles.outdated)} data-tip={told}>
            {overlay?.trap !== undefined && <b className={styles.bad}>{words.overlay.trapped}</b>}
            {overlay?.localReply !== undefined && <b className={styles.bad}>{words.overlay.cut(overlay.localReply.status)}</b>}
            {request !== '' && (
              <span className={styles.request}>
                <Icon name="arrow-down" size={10} /> {request}
              </span>
            )}
            {response !== '' && (
              <span className={styles.response}>
                <Icon name="arrow-up" size={10} /> {response}
              </span>
            )}
          </span>
        )}
        {row.problems > 0 && (
          <Badge tone="red" tip={app.messages.common.problems(row.problems)}>
            <Icon name="error" size={11} />
            {row.problems}
          </Badge>
        )}
      </button>
      {row.kind !== 'built-in' && (
        <IconButton
          icon="more"
          size="small"
          label={words.rowActions(row.title)}
          className={cx(styles.more, 'nopan')}
          tabIndex={-1}
          aria-haspopup="menu"
          onClick={(event) => {
            selectRow(app, row, false);
            setMenu(event.currentTarget.getBoundingClientRect());
          }}
        />
      )}
      {menu !== undefined && <ChainMenu anchor={menu} label={words.rowActions(row.title)} onClose={() => setMenu(undefined)} />}
    </div>
  );
});
