import type { ReactElement } from 'react';
import type { TimelineRow, TraceView } from '#workspace/trace-view.ts';
import { cx } from '../kit/cx.ts';
import { Icon } from '../kit/Icon.tsx';
import { useMessages } from '../messages/messages-context.ts';
import styles from './Preview.module.css';

interface TimelineProps {
  readonly view: TraceView;
  readonly chosen: number | undefined;
  readonly onChoose: (filter: number | undefined) => void;
}

/** One row per filter, request bars on the way in and response bars on the way back; a local reply is drawn as a cut. */
export function Timeline({ view, chosen, onChoose }: TimelineProps): ReactElement {
  const messages = useMessages().preview;
  return (
    <ul className={styles.timeline}>
      {view.rows.map((row) => (
        <li key={row.filter}>
          <button
            type="button"
            className={cx(styles.row, row.bars.length === 0 && styles.idle)}
            aria-pressed={chosen === row.filter}
            onClick={() => onChoose(chosen === row.filter ? undefined : row.filter)}
            disabled={row.filter === -1}
          >
            <span
              className={styles.name}
              data-tip={row.simulated ? row.note : messages.notSimulated}
              data-tip-when={row.simulated ? 'cut' : undefined}
            >
              {row.title}
            </span>
            <span className={styles.lane} aria-hidden="true">
              <Bars row={row} />
              {view.cut?.filter === row.filter && <span className={styles.cut} style={{ left: `${cutAt(row)}%` }} />}
            </span>
            <span className={styles.took}>{row.tookUs > 0 ? messages.micros(row.tookUs) : ''}</span>
          </button>
        </li>
      ))}
      {view.cut !== undefined && (
        <li className={styles.cutText}>
          <Icon name="cut" size={14} />
          {messages.cut(view.rows.find((row) => row.filter === view.cut?.filter)?.title ?? '', view.cut.status)}
        </li>
      )}
    </ul>
  );
}

const barClass = { request: 'barRequest', response: 'barResponse', upstream: 'barUpstream' } as const;

function Bars({ row }: { readonly row: TimelineRow }): ReactElement {
  return (
    <>
      {row.bars.map((bar) => (
        <span
          key={bar.seq}
          className={cx(styles.bar, styles[barClass[bar.direction]])}
          style={{ left: `${bar.left}%`, width: `${bar.width}%` }}
        />
      ))}
    </>
  );
}

function cutAt(row: TimelineRow): number {
  const last = row.bars.findLast((bar) => bar.direction === 'request') ?? row.bars[0];
  return last === undefined ? 0 : last.left + last.width;
}
