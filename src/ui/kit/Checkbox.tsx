import { useId, type ReactElement } from 'react';
import { describeField, type FieldProps } from './Field.tsx';
import styles from './Field.module.css';
import { Icon } from './Icon.tsx';

interface CheckboxProps extends Omit<FieldProps, 'hideLabel'> {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean | undefined;
}

export function Checkbox(props: CheckboxProps): ReactElement {
  const id = useId();
  const { label, checked, onChange, hint, error, disabled = false } = props;
  return (
    <div className={styles.field}>
      <label className={styles.check} htmlFor={id}>
        <input
          {...describeField(id, props)}
          type="checkbox"
          checked={checked}
          disabled={disabled}
          onChange={(event) => onChange(event.target.checked)}
        />
        <span>{label}</span>
      </label>
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
