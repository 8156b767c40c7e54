import type { ReactElement } from 'react';
import type { Severity } from '#base/diagnostic.ts';
import { Badge } from '../kit/Badge.tsx';
import { Icon } from '../kit/Icon.tsx';
import { useMessages } from '../messages/messages-context.ts';

interface ProblemBadgeProps {
  readonly count: number;
  readonly worst: Severity | undefined;
  readonly className?: string | undefined;
}

/** How many problems a thing has; the worst gives shape and colour. Nothing when there are none. */
export function ProblemBadge({ count, worst, className }: ProblemBadgeProps): ReactElement | null {
  const { common } = useMessages();
  if (count === 0) return null;
  const isError = worst === 'error';
  return (
    <Badge tone={isError ? 'red' : 'amber'} tip={common.problems(count)} className={className}>
      <Icon name={isError ? 'error' : 'warning'} size={11} />
      <span aria-hidden="true">{count}</span>
      <span className="visually-hidden">{common.problems(count)}</span>
    </Badge>
  );
}
