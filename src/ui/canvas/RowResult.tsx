import type { ReactElement } from 'react';
import type { LaneRow } from '#workspace/design.ts';
import { cx } from '../kit/cx.ts';
import { Icon } from '../kit/Icon.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useMessages } from '../messages/messages-context.ts';
import { useCanvas } from './canvas-context.ts';
import { hasResult, overlaySentence, sideText } from './overlay-text.ts';
import styles from './RowNode.module.css';

/** At the right end of a row: what the last run did there, or else what the filter is. */
export function RowResult({ row }: { readonly row: LaneRow }): ReactElement {
  const { overlay: words } = useMessages().canvas;
  const canvas = useCanvas();
  const overlay = useSelect(canvas, (state) => state.overlay?.rows.get(row.id));
  const outdated = useSelect(canvas, (state) => state.outdated);
  if (overlay === undefined || !hasResult(overlay)) return <span className={styles.subtitle}>{row.subtitle}</span>;
  const request = sideText(overlay.request, words);
  const response = sideText(overlay.response, words);
  const sentence = overlaySentence(overlay, words);
  return (
    <span className={cx(styles.told, outdated && styles.outdated)} data-tip={outdated ? `${sentence} (${words.outdated})` : sentence}>
      <span className="visually-hidden">{`. ${words.rowLabel(sentence)}`}</span>
      {overlay.trap !== undefined && <b className={styles.bad}>{words.trapped}</b>}
      {overlay.localReply !== undefined && <b className={styles.bad}>{words.cut(overlay.localReply.status)}</b>}
      {request !== '' && (
        <span className={styles.request} aria-hidden="true">
          <Icon name="arrow-down" size={10} /> {request}
        </span>
      )}
      {response !== '' && (
        <span className={styles.response} aria-hidden="true">
          <Icon name="arrow-up" size={10} /> {response}
        </span>
      )}
    </span>
  );
}
