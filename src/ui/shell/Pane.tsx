import { Suspense, type ReactElement, type ReactNode } from 'react';
import { Button } from '../kit/Button.tsx';
import { EmptyState } from '../kit/EmptyState.tsx';
import { ErrorBoundary } from '../kit/ErrorBoundary.tsx';
import { Skeleton } from '../kit/Skeleton.tsx';
import { useMessages } from '../messages/messages-context.ts';

interface PaneProps {
  /** What is said while it loads and when it fails. */
  readonly name: string;
  readonly children: ReactNode;
}

/** One pane: a skeleton while its code loads, and a fault inside it stays inside. */
export function Pane({ name, children }: PaneProps): ReactElement {
  const { common } = useMessages();
  return (
    <ErrorBoundary renderError={(error, retry) => <Failed name={name} error={error} onRetry={retry} />}>
      <Suspense fallback={<Skeleton label={common.loading(name)} />}>{children}</Suspense>
    </ErrorBoundary>
  );
}

interface FailedProps {
  readonly name: string;
  readonly error: Error;
  readonly onRetry: () => void;
}

function Failed({ name, error, onRetry }: FailedProps): ReactElement {
  const { common } = useMessages();
  return (
    <EmptyState icon="error" title={common.paneFailed(name)} text={`${common.paneFailedHelp} (${error.message})`}>
      <Button onClick={onRetry}>{common.retry}</Button>
    </EmptyState>
  );
}
