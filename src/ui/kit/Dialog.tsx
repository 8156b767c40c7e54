import { useEffect, useId, useRef, type ReactElement, type ReactNode } from 'react';
import { IconButton } from './Button.tsx';
import { cx } from './cx.ts';
import styles from './Dialog.module.css';

interface DialogProps {
  readonly title: string;
  readonly closeLabel: string;
  readonly onClose: () => void;
  readonly size?: 'small' | 'normal' | 'large' | undefined;
  /** Without head: the content brings its own (the palette's search field); the title is still said. */
  readonly bare?: boolean | undefined;
  /** Buttons at the foot. */
  readonly foot?: ReactNode;
  readonly children: ReactNode;
}

/** The platform's modal dialog: keeps the focus, closes on Escape and on a press beside it, gives the focus back. */
export function Dialog({ title, closeLabel, onClose, size = 'normal', bare = false, foot, children }: DialogProps): ReactElement {
  const ref = useRef<HTMLDialogElement>(null);
  const contentRef = useRef<HTMLDivElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (dialog !== null && !dialog.open) {
      dialog.showModal();
      focusContent(dialog, contentRef.current);
    }
    return () => dialog?.close();
  }, []);
  return (
    // A press on the dialog element itself is one on its backdrop: the content covers the rest. Escape does the same by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events
    <dialog
      ref={ref}
      aria-labelledby={id}
      className={cx(styles.dialog, styles[size], bare && styles.bare, 'nokey')}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === ref.current) onClose();
      }}
    >
      <div className={styles.body}>
        <header className={bare ? 'visually-hidden' : styles.head}>
          <h2 id={id}>{title}</h2>
          {!bare && <IconButton icon="close" label={closeLabel} onClick={onClose} />}
        </header>
        <div ref={contentRef} className={styles.content}>
          {children}
        </div>
        {foot !== undefined && <footer className={styles.foot}>{foot}</footer>}
      </div>
    </dialog>
  );
}

/** The platform puts the focus on the first control there is, which is the one that closes; what the dialog is for comes first. */
function focusContent(dialog: HTMLDialogElement, content: HTMLElement | null): void {
  if (content === null || content.contains(dialog.ownerDocument.activeElement)) return;
  content.querySelector<HTMLElement>('input:enabled, select:enabled, textarea:enabled, button:enabled')?.focus();
}
