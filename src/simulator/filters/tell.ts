import type { ActiveFilter } from '../http/active-filter.ts';
import type { Direction } from '../trace.ts';

/** Says in the trace what a filter has decided and why; costs nothing where no trace is recorded. `text` may be a function where it takes work. */
export function tell(callbacks: ActiveFilter, direction: Direction, code: string, text: string | (() => string)): void {
  const { observer, request, response } = callbacks.stream;
  if (observer === undefined) return;
  const isRequest = direction === 'request';
  observer.decision(
    isRequest ? request : response,
    isRequest ? callbacks.decode : callbacks.encode,
    code,
    typeof text === 'string' ? text : text(),
  );
}
