import type { ReactElement } from 'react';
import { escaped, hexRows } from '#workspace/conversation/escaped-text.ts';
import { useMessages } from '../messages/messages-context.ts';
import styles from './Conversation.module.css';

const MOST_BYTES = 1024;

/** Bytes as text in one piece, then as hexadecimal row by row. */
export function HexView({ label, bytes }: { readonly label: string; readonly bytes: Uint8Array }): ReactElement {
  const { conversation: words } = useMessages().preview;
  if (bytes.length === 0) return <p className={styles.noBytes}>{words.noBytes}</p>;
  const left = bytes.length - MOST_BYTES;
  return (
    // A scrolling region must be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={styles.hex} role="group" tabIndex={0} aria-label={words.hexOf(label)}>
      <p className={styles.asText}>{escaped(bytes.subarray(0, MOST_BYTES))}</p>
      {hexRows(bytes, MOST_BYTES).map(({ offset, hex, text }) => (
        <div key={offset} className={styles.hexRow}>
          <span className={styles.offset} aria-hidden="true">
            {offset}
          </span>
          <span>{hex}</span>
          <span className={styles.ascii}>{text}</span>
        </div>
      ))}
      {left > 0 && <p className={styles.noBytes}>{words.more(left)}</p>}
    </div>
  );
}
