import { useEffect, useEffectEvent, useState, type ReactElement } from 'react';
import { Button, IconButton } from './Button.tsx';
import { cx } from './cx.ts';
import { Icon } from './Icon.tsx';
import type { Toast, Toasts } from './toasts.ts';
import styles from './Toaster.module.css';
import { useSelect } from './use-store.ts';

const SHOWN_MS = 7000;
const icons = { info: 'info', success: 'check', error: 'error' } as const;

interface ToasterProps {
  readonly toasts: Toasts;
  readonly label: string;
  readonly dismissLabel: string;
  readonly hidden?: boolean | undefined;
}

/** Shows the toasts in a live region, so that they are said as well as seen. */
export function Toaster({ toasts, label, dismissLabel, hidden = false }: ToasterProps): ReactElement {
  const list = useSelect(toasts.store, (state) => state);
  return (
    <section aria-label={label} className={cx(styles.toaster, hidden && styles.hidden)}>
      <div role="status" aria-live="polite" aria-relevant="additions" className={styles.list}>
        {list.map((toast) => (
          <ToastCard key={toast.id} toast={toast} dismissLabel={dismissLabel} onDismiss={() => toasts.dismiss(toast.id)} />
        ))}
      </div>
    </section>
  );
}

interface ToastCardProps {
  readonly toast: Toast;
  readonly dismissLabel: string;
  readonly onDismiss: () => void;
}

function ToastCard({ toast, dismissLabel, onDismiss }: ToastCardProps): ReactElement {
  const [held, setHeld] = useState(false);
  const dismiss = useEffectEvent(onDismiss);
  useEffect(() => {
    if (held || toast.tone === 'error') return undefined;
    const timer = setTimeout(() => dismiss(), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [held, toast]);
  return (
    <div
      className={cx(styles.toast, styles[toast.tone])}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <Icon name={icons[toast.tone]} className={styles.icon} />
      <div className={styles.text}>
        <p>{toast.text}</p>
        {toast.help !== undefined && <p className={styles.help}>{toast.help}</p>}
      </div>
      {toast.action !== undefined && (
        <Button
          size="small"
          onClick={() => {
            onDismiss();
            toast.action?.run();
          }}
        >
          {toast.action.title}
        </Button>
      )}
      <IconButton icon="close" size="small" label={dismissLabel} onClick={onDismiss} />
    </div>
  );
}
