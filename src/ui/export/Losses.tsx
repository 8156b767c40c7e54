import type { ReactElement } from 'react';
import type { Diagnostic } from '#base/diagnostic.ts';
import { Icon } from '../kit/Icon.tsx';
import styles from './Export.module.css';

interface LossesProps {
  readonly diagnostics: readonly Diagnostic[];
  readonly title: (count: number) => string;
  /** Said when there are none. */
  readonly none?: string | undefined;
}

/** What an export cannot say or leaves out. */
export function Losses({ diagnostics, title, none }: LossesProps): ReactElement | null {
  if (diagnostics.length === 0) return none === undefined ? null : <p className={styles.faithful}>{none}</p>;
  return (
    <div className={styles.losses} role="status">
      <strong>{title(diagnostics.length)}</strong>
      <ul>
        {diagnostics.map((item) => (
          <li key={item.code + item.message}>
            <Icon name={item.severity === 'error' ? 'error' : item.severity === 'warning' ? 'warning' : 'info'} size={13} />
            <span>
              {item.message} {item.help}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
