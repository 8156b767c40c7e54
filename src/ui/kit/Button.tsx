import type { ButtonHTMLAttributes, ReactElement, ReactNode, Ref } from 'react';
import styles from './Button.module.css';
import { cx } from './cx.ts';
import { Icon } from './Icon.tsx';
import type { IconName } from './icon-paths.ts';

interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className' | 'type'> {
  readonly ref?: Ref<HTMLButtonElement> | undefined;
  readonly variant?: 'default' | 'primary' | 'ghost' | 'danger' | undefined;
  readonly size?: 'normal' | 'small' | undefined;
  readonly icon?: IconName | undefined;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

export function Button({ variant = 'default', size = 'normal', icon, className, children, ...rest }: ButtonProps): ReactElement {
  return (
    <button type="button" className={cx(styles.button, styles[variant], size === 'small' && styles.small, className)} {...rest}>
      {icon !== undefined && <Icon name={icon} size={14} />}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className' | 'type' | 'children' | 'aria-label'> {
  readonly ref?: Ref<HTMLButtonElement> | undefined;
  readonly icon: IconName;
  /** Said to assistive technology and shown as the tooltip. */
  readonly label: string;
  /** Keys shown in the tooltip, already formatted. */
  readonly keys?: string | undefined;
  readonly size?: 'normal' | 'small' | undefined;
  readonly className?: string | undefined;
}

export function IconButton({ icon, label, keys, size = 'normal', className, ...rest }: IconButtonProps): ReactElement {
  return (
    <button
      type="button"
      className={cx(styles.button, styles.ghost, styles.icon, size === 'small' && styles.small, className)}
      aria-label={label}
      data-tip={label}
      data-tip-keys={keys}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  );
}
