import type { ReactElement } from 'react';
import styles from './Kbd.module.css';

interface KbdProps {
  /** Already formatted for this platform: `⌘K`. */
  readonly keys: string;
}

export function Kbd({ keys }: KbdProps): ReactElement {
  return <kbd className={styles.kbd}>{keys}</kbd>;
}
