import type { ReactElement, ReactNode } from 'react';
import styles from './Badge.module.css';
import { cx } from './cx.ts';

interface BadgeProps {
  readonly tone?: 'neutral' | 'accent' | 'amber' | 'green' | 'red' | undefined;
  /** Full text for the tooltip, when the badge is short. */
  readonly tip?: string | undefined;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** A short word or number about the thing before it. */
export function Badge({ tone = 'neutral', tip, className, children }: BadgeProps): ReactElement {
  return (
    <span className={cx(styles.badge, styles[tone], className)} data-tip={tip}>
      {children}
    </span>
  );
}
