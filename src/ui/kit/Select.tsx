import { useId, type ReactElement, type ReactNode } from 'react';
import { cx } from './cx.ts';
import { describeField, FieldFrame, type FieldProps } from './Field.tsx';
import fieldStyles from './Field.module.css';
import styles from './Select.module.css';

export interface SelectOption<V extends string> {
  readonly value: V;
  readonly label: string;
  readonly disabled?: boolean | undefined;
  /** Options of one group stand together under its name. */
  readonly group?: string | undefined;
}

interface SelectProps<V extends string> extends FieldProps {
  readonly value: V;
  readonly options: readonly SelectOption<V>[];
  readonly onChange: (value: V) => void;
  readonly disabled?: boolean | undefined;
  /** Without frame and full width: for bars. */
  readonly compact?: boolean | undefined;
  readonly aside?: ReactNode;
}

/** The platform's own select: keyboard, touch and screen readers come with it; its list is styled where the browser allows. */
export function Select<V extends string>(props: SelectProps<V>): ReactElement {
  const id = useId();
  const { value, options, onChange, disabled = false, compact = false } = props;
  const chosen = (text: string): void => {
    const option = options.find((candidate) => candidate.value === text);
    if (option !== undefined) onChange(option.value);
  };
  return (
    <FieldFrame {...props} id={id}>
      <select
        {...describeField(id, props)}
        className={cx(styles.select, !compact && fieldStyles.control, compact && styles.compact)}
        value={value}
        disabled={disabled}
        data-tip={compact ? props.label : undefined}
        onChange={(event) => chosen(event.target.value)}
      >
        {groupsOf(options).map(({ group, members }) =>
          group === undefined ? (
            members.map(optionElement)
          ) : (
            <optgroup key={group} label={group}>
              {members.map(optionElement)}
            </optgroup>
          ),
        )}
      </select>
    </FieldFrame>
  );
}

function optionElement<V extends string>(option: SelectOption<V>): ReactElement {
  return (
    <option key={option.value} value={option.value} disabled={option.disabled}>
      {option.label}
    </option>
  );
}

function groupsOf<V extends string>(
  options: readonly SelectOption<V>[],
): readonly { group: string | undefined; members: SelectOption<V>[] }[] {
  const groups = new Map<string | undefined, SelectOption<V>[]>();
  for (const option of options) {
    const members = groups.get(option.group);
    if (members === undefined) groups.set(option.group, [option]);
    else members.push(option);
  }
  return [...groups].map(([group, members]) => ({ group, members }));
}
