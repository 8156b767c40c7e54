import { useEffect, useState, type ReactElement, type ReactNode } from 'react';
import { useMessages } from '../messages/messages-context.ts';
import { Button, IconButton } from './Button.tsx';

interface CopyButtonProps {
  readonly text: () => string;
  readonly variant?: 'default' | 'primary' | 'ghost' | undefined;
  readonly size?: 'normal' | 'small' | undefined;
  /** Instead of a text beside the icon. */
  readonly label?: string | undefined;
  readonly children?: ReactNode;
}

type Outcome = 'copied' | 'copyRefused';

/** How long the button says what came of it. */
const SHOWN_MS = 2000;

/** Puts a text on the clipboard and says whether the browser let it; the place of the button does not change. */
export function CopyButton({ text, variant, size, label, children }: CopyButtonProps): ReactElement {
  const { common } = useMessages();
  const [outcome, setOutcome] = useState<Outcome>();
  useEffect(() => {
    const timer = outcome === undefined ? undefined : setTimeout(() => setOutcome(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = (): void =>
    void navigator.clipboard.writeText(text()).then(
      () => setOutcome('copied'),
      () => setOutcome('copyRefused'), // the browser asks its user, who may say no
    );
  const icon = outcome === undefined ? 'copy' : outcome === 'copied' ? 'check' : 'error';
  return (
    <>
      {label === undefined ? (
        <Button icon={icon} variant={variant} size={size} data-tip={outcome && common[outcome]} onClick={copy}>
          {children}
        </Button>
      ) : (
        <IconButton icon={icon} size={size} label={label} onClick={copy} />
      )}
      <span role="status" className="visually-hidden">
        {outcome && common[outcome]}
      </span>
    </>
  );
}
