import type { ReactElement, ReactNode } from 'react';
import styles from './Field.module.css';
import { Icon } from './Icon.tsx';

/** What every field of a form can be told; the label is always there, if need be only for assistive technology. */
export interface FieldProps {
  readonly label: string;
  readonly hideLabel?: boolean | undefined;
  readonly hint?: ReactNode;
  /** What is wrong and what to do; the control is marked invalid and described by it. */
  readonly error?: string | undefined;
  readonly required?: boolean | undefined;
}

interface FieldFrameProps extends FieldProps {
  readonly id: string;
  /** Small things at the right end of the label: a reset button, a type. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** Label above, control, then hint and error: the frame all fields share. */
export function FieldFrame({
  id,
  label,
  hideLabel = false,
  hint,
  error,
  required = false,
  aside,
  children,
}: FieldFrameProps): ReactElement {
  return (
    <div className={styles.field}>
      <div className={hideLabel ? 'visually-hidden' : styles.top}>
        <label htmlFor={id} className={styles.label}>
          {label}
          {required && (
            <span className={styles.required} aria-hidden="true">
              *
            </span>
          )}
        </label>
        {aside}
      </div>
      {children}
      {hint !== undefined && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p id={`${id}-error`} className={styles.error}>
          <Icon name="error" size={13} />
          <span>{error}</span>
        </p>
      )}
    </div>
  );
}

/** The ARIA attributes that tie a control to its hint and error. */
export function describeField(id: string, props: FieldProps): Record<string, string | boolean | undefined> {
  const described = [props.hint !== undefined && `${id}-hint`, props.error !== undefined && `${id}-error`].filter((part) => part !== false);
  return {
    id,
    'aria-describedby': described.length > 0 ? described.join(' ') : undefined,
    'aria-invalid': props.error !== undefined ? true : undefined,
    'aria-required': props.required === true ? true : undefined,
  };
}
