import type { NodeProps } from '@xyflow/react';
import { memo, type ReactElement } from 'react';
import { cx } from '../kit/cx.ts';
import { Icon } from '../kit/Icon.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useMessages } from '../messages/messages-context.ts';
import { focusRow, noteFocus } from '../shell/chain-actions.ts';
import { useApp } from '../shell/shell-context.ts';
import { useCanvas } from './canvas-context.ts';
import type { FlowNode } from './flow-nodes.ts';
import styles from './LaneNodes.module.css';

type Props = NodeProps<FlowNode>;

/** A phase as a band of the lane. */
export const BandNode = memo(function BandNode({ data: { item } }: Props): ReactElement | null {
  if (item.kind !== 'band') return null;
  return (
    <div className={styles.band}>
      <span className={cx(styles.phase, item.labelInside && styles.inside)}>{item.band.title}</span>
    </div>
  );
});

/** The connection manager: a frame around its HTTP filters. */
export const FrameNode = memo(function FrameNode(): ReactElement {
  return <div className={styles.frame} />;
});

/** A chain without a connection manager: bytes, no HTTP filters. */
export const NoteNode = memo(function NoteNode(): ReactElement {
  const { canvas: words } = useMessages();
  return (
    <p className={styles.note}>
      {words.noHttp} {words.noHttpHelp}
    </p>
  );
});

/** A run of quiet built-ins as one row; opens on a press. */
export const FoldNode = memo(function FoldNode({ data: { item } }: Props): ReactElement | null {
  const app = useApp();
  const { canvas: words } = useMessages();
  const canvas = useCanvas();
  const isStop = useSelect(canvas, (state) => state.stop === item.id);
  const changed = useSelect(
    canvas,
    ({ overlay }) =>
      item.kind === 'fold' &&
      item.rows.some((row) => {
        const of = overlay?.rows.get(row.id);
        return of !== undefined && of.request.changes.length + of.response.changes.length > 0;
      }),
  );
  if (item.kind !== 'fold') return null;
  const names = item.rows.map((row) => row.title).join(', ');
  const first = item.rows[0]?.id ?? '';
  return (
    <button
      type="button"
      className={styles.fold}
      data-stop={item.id}
      aria-label={words.foldLabel(item.rows.length, names)}
      aria-expanded="false"
      data-tip={names}
      tabIndex={isStop ? 0 : -1}
      onClick={() => {
        canvas.setState(({ open }) => ({ open: new Set([...open, first]) }));
        focusRow(app, first);
      }}
      onFocus={() => {
        noteFocus(app, item.id, 'canvas');
      }}
    >
      <Icon name="unfold" size={13} />
      <span className={styles.names}>{words.fold(item.rows.length, names)}</span>
      {changed && <i className={styles.changed} />}
    </button>
  );
});

/** Lines between the cards, and the two rails. */
export const BackdropNode = memo(function BackdropNode({ data: { item } }: Props): ReactElement | null {
  const { canvas: words } = useMessages();
  const canvas = useCanvas();
  const cut = useSelect(canvas, ({ overlay }) => overlay?.cut !== undefined);
  if (item.kind !== 'backdrop') return null;
  const { rails, wires } = item;
  return (
    <div className={styles.backdrop}>
      <svg className={styles.svg} aria-hidden="true">
        <defs>
          {(['wire', 'active', 'request', 'response'] as const).map((tone) => (
            <marker
              key={tone}
              id={`arrow-${tone}`}
              viewBox="0 0 8 8"
              refX="6"
              refY="4"
              markerWidth="7"
              markerHeight="7"
              orient="auto-start-reverse"
              className={styles[tone]}
            >
              <path d="M1 1l5 3-5 3" fill="none" strokeWidth="1.4" />
            </marker>
          ))}
        </defs>
        {wires.map((wire) => (
          <path
            key={wire.id}
            d={wire.d}
            className={wire.active ? styles.active : styles.wire}
            markerEnd={wire.arrow ? `url(#arrow-${wire.active ? 'active' : 'wire'})` : undefined}
          />
        ))}
        <path
          d={`M${rails.request} ${rails.top}V${rails.bottom - 2}`}
          className={cx(styles.rail, styles.request)}
          markerEnd={cut ? undefined : 'url(#arrow-request)'}
        />
        <path
          d={`M${rails.response} ${rails.bottom}V${rails.top - 6}`}
          className={cx(styles.rail, styles.response)}
          markerEnd="url(#arrow-response)"
        />
        <CutRail top={rails.top} bottom={rails.bottom} x={rails.request} />
      </svg>
      <span className={styles.railName} style={{ left: rails.request + 10, top: rails.top - 14 }}>
        {words.request}
      </span>
      <span className={cx(styles.railName, styles.right)} style={{ left: rails.response - 10, top: rails.top - 14 }}>
        {words.response}
      </span>
    </div>
  );
});

interface CutRailProps {
  readonly x: number;
  readonly top: number;
  readonly bottom: number;
}

/** The part of the request rail that the request never saw, drawn over in the colour of the ground and as dashes. */
function CutRail({ x, top, bottom }: CutRailProps): ReactElement | null {
  const canvas = useCanvas();
  const y = useSelect(canvas, ({ cutY }) => cutY);
  if (y === undefined || y < top) return null;
  return (
    <>
      <path d={`M${x} ${y}V${bottom}`} className={styles.erased} />
      <path d={`M${x} ${y}V${bottom}`} className={styles.never} />
    </>
  );
}
