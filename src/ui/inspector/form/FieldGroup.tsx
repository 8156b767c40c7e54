import { useId } from 'react';
import type { ReactElement, ReactNode } from 'react';
import type { FieldInfo } from '#plugins/schema/form-model.ts';
import { Icon } from '../../kit/Icon.tsx';
import styles from './Form.module.css';

interface FieldGroupProps {
  readonly field: FieldInfo;
  readonly required: boolean;
  readonly error: string | undefined;
  readonly children: ReactNode;
}

/** Several controls under one label: lists, maps, objects, choices. */
export function FieldGroup({ field, required, error, children }: FieldGroupProps): ReactElement {
  const id = useId();
  return (
    <div
      role="group"
      aria-labelledby={`${id}-label`}
      aria-describedby={error === undefined ? undefined : `${id}-error`}
      className={styles.group}
    >
      <div id={`${id}-label`} className={styles.groupLabel}>
        {field.title}
        {required && (
          <span className={styles.required} aria-hidden="true">
            *
          </span>
        )}
      </div>
      {field.description !== undefined && <p className={styles.hint}>{field.description}</p>}
      <div className={styles.groupBody}>{children}</div>
      {error !== undefined && (
        <p id={`${id}-error`} className={styles.error}>
          <Icon name="error" size={13} />
          <span>{error}</span>
        </p>
      )}
    </div>
  );
}
