import type { ReactElement } from 'react';
import type { HostCallRecord } from '#simulator/trace.ts';
import { useMessages } from '../messages/messages-context.ts';
import styles from './Preview.module.css';

/** What a guest asked its host in one callback, in order. */
export function HostCalls({ calls }: { readonly calls: readonly HostCallRecord[] }): ReactElement | null {
  const messages = useMessages().preview;
  if (calls.length === 0) return null;
  return (
    <ol className={styles.hostCalls} aria-label={messages.hostCalls}>
      {calls.map((call, index) => (
        // Calls repeat; their order is their identity.
        // eslint-disable-next-line react/no-array-index-key
        <li key={index}>
          <code>
            {call.name}({call.args.map((arg) => JSON.stringify(arg)).join(', ')}) → {call.status}
            {call.result === undefined ? '' : ` ${JSON.stringify(call.result)}`}
          </code>
        </li>
      ))}
    </ol>
  );
}
