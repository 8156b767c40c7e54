import { useId, useState, type KeyboardEvent, type ReactElement, type ReactNode } from 'react';
import { cx } from './cx.ts';
import { describeField, FieldFrame, type FieldProps } from './Field.tsx';
import styles from './Field.module.css';
import { Icon } from './Icon.tsx';
import { parseNumber, stepNumber } from './number-text.ts';

interface NumberFieldProps extends FieldProps {
  readonly value: number | undefined;
  /** `undefined` when the field was emptied. Not called for texts that are no number; those show `invalidText`. */
  readonly onChange: (value: number | undefined) => void;
  readonly invalidText: string;
  readonly integer?: boolean | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly step?: number | undefined;
  readonly placeholder?: string | undefined;
  readonly disabled?: boolean | undefined;
  readonly aside?: ReactNode;
}

/** A number as text: arrow keys and the two small buttons step it; a half-typed number stays as typed. */
export function NumberField(props: NumberFieldProps): ReactElement {
  const id = useId();
  const { value, onChange, integer = false, min, max, step = 1, disabled = false } = props;
  const [draft, setDraft] = useState<string>();
  const text = draft ?? (value === undefined ? '' : String(value));
  const invalid = text.trim() !== '' && parseNumber(text, integer) === undefined;
  const shown = { ...props, error: invalid ? props.invalidText : props.error };

  const type = (next: string): void => {
    setDraft(next);
    if (next.trim() === '') onChange(undefined);
    else {
      const parsed = parseNumber(next, integer);
      if (parsed !== undefined) onChange(parsed);
    }
  };
  const stepBy = (direction: 1 | -1): void => {
    setDraft(undefined);
    onChange(stepNumber(parseNumber(text, integer), direction * step, min, max));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    stepBy(event.key === 'ArrowUp' ? 1 : -1);
  };
  return (
    <FieldFrame {...shown} id={id}>
      <div className={styles.number}>
        <input
          {...describeField(id, shown)}
          type="text"
          inputMode={integer ? 'numeric' : 'decimal'}
          role="spinbutton"
          aria-valuenow={value}
          aria-valuemin={min}
          aria-valuemax={max}
          value={text}
          placeholder={props.placeholder}
          disabled={disabled}
          autoComplete="off"
          data-history="document"
          className={cx(styles.control, styles.mono)}
          onChange={(event) => type(event.target.value)}
          onBlur={() => setDraft(undefined)}
          onKeyDown={onKeyDown}
        />
        {!disabled && (
          <span className={styles.steps} aria-hidden="true">
            <button type="button" tabIndex={-1} onClick={() => stepBy(1)}>
              <Icon name="add" size={9} />
            </button>
            <button type="button" tabIndex={-1} onClick={() => stepBy(-1)}>
              <Icon name="remove" size={9} />
            </button>
          </span>
        )}
      </div>
    </FieldFrame>
  );
}
