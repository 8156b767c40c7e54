import type { ReactElement } from 'react';
import styles from './Skeleton.module.css';

interface SkeletonProps {
  /** How many lines of text will stand here. */
  readonly lines?: number | undefined;
  /** Said to assistive technology. */
  readonly label: string;
}

/** Keeps the place of content that is on its way, so that nothing jumps when it comes. */
export function Skeleton({ lines = 4, label }: SkeletonProps): ReactElement {
  return (
    <div className={styles.skeleton} role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} className={styles.line} />
      ))}
    </div>
  );
}
