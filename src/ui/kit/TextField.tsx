import { useId, type InputHTMLAttributes, type KeyboardEvent, type ReactElement, type ReactNode, type Ref } from 'react';
import { cx } from './cx.ts';
import { describeField, FieldFrame, type FieldProps } from './Field.tsx';
import styles from './Field.module.css';
import { Icon } from './Icon.tsx';
import type { IconName } from './icon-paths.ts';

interface TextFieldProps extends FieldProps {
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly onBlur?: (() => void) | undefined;
  readonly onKeyDown?: ((event: KeyboardEvent<HTMLInputElement | HTMLTextAreaElement>) => void) | undefined;
  readonly ref?: Ref<HTMLInputElement & HTMLTextAreaElement> | undefined;
  readonly type?: 'text' | 'search' | 'password' | undefined;
  readonly placeholder?: string | undefined;
  readonly mono?: boolean | undefined;
  /** Rows to begin with; the area grows with its text. */
  readonly multiline?: number | undefined;
  readonly disabled?: boolean | undefined;
  readonly readOnly?: boolean | undefined;
  readonly icon?: IconName | undefined;
  readonly aside?: ReactNode;
  /** The field edits the document: undo keys then mean the workspace's history instead of the browser's. */
  readonly editsDocument?: boolean | undefined;
  readonly list?: string | undefined;
  readonly autoComplete?: InputHTMLAttributes<HTMLInputElement>['autoComplete'];
}

export function TextField(props: TextFieldProps): ReactElement {
  const id = useId();
  const { value, onChange, onBlur, onKeyDown, ref, type = 'text', placeholder, mono = false, multiline, disabled, readOnly, icon } = props;
  const shared = {
    ...describeField(id, props),
    value,
    ref,
    placeholder,
    disabled,
    readOnly,
    onBlur,
    onKeyDown,
    className: cx(styles.control, mono && styles.mono),
    spellCheck: false,
    autoComplete: props.autoComplete ?? 'off',
    'data-history': props.editsDocument === true ? 'document' : undefined,
    onChange: (event: { readonly target: { readonly value: string } }) => onChange(event.target.value),
  };
  const control = multiline === undefined ? <input type={type} list={props.list} {...shared} /> : <textarea rows={multiline} {...shared} />;
  return (
    <FieldFrame id={id} {...props}>
      {icon === undefined ? (
        control
      ) : (
        <div className={styles.withIcon}>
          <Icon name={icon} />
          {control}
        </div>
      )}
    </FieldFrame>
  );
}
