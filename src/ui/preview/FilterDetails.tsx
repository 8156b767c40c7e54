import type { ReactElement } from 'react';
import { byteStringToUtf8 } from '#base/bytes.ts';
import type { CallbackEvent, Trace } from '#simulator/trace.ts';
import { diffHeaders } from '#workspace/header-diff.ts';
import type { TraceView } from '#workspace/trace-view.ts';
import { Badge } from '../kit/Badge.tsx';
import { Button } from '../kit/Button.tsx';
import { useMessages } from '../messages/messages-context.ts';
import { eventText } from './event-text.ts';
import { HostCalls } from './HostCalls.tsx';
import styles from './Preview.module.css';

interface FilterDetailsProps {
  readonly trace: Trace;
  readonly view: TraceView;
  readonly filter: number;
  readonly onClose: () => void;
}

/** Everything one filter did to this request, callback by callback. */
export function FilterDetails({ trace, view, filter, onClose }: FilterDetailsProps): ReactElement {
  const messages = useMessages().preview;
  const events = trace.events.filter((event) => event.filter === filter);
  const info = trace.filters[filter];
  return (
    <div className={styles.result}>
      <div className={styles.line}>
        <h3 className={styles.heading}>{messages.callbacks(view.rows[filter]?.title ?? info?.name ?? '')}</h3>
        <Button size="small" variant="ghost" onClick={onClose}>
          {messages.backToResult}
        </Button>
      </div>
      {info?.note !== undefined && <p className={styles.quiet}>{info.note}</p>}
      {events.length === 0 && <p className={styles.quiet}>{messages.noCallbacks}</p>}
      <ol className={styles.callbacks}>
        {events.map((event) => (
          <li key={event.seq}>
            {event.kind === 'callback' ? <Callback event={event} /> : <p className={styles.quiet}>{eventText(event)}</p>}
          </li>
        ))}
      </ol>
    </div>
  );
}

function Callback({ event }: { readonly event: CallbackEvent }): ReactElement {
  const messages = useMessages().preview;
  const changes = diffHeaders(event.before ?? [], event.after ?? []);
  return (
    <details open={changes.length > 0}>
      <summary>
        <code>
          {event.callback}({event.args.join(', ')})
        </code>{' '}
        {event.resultText !== '' && <Badge tone={event.resultText === 'Continue' ? 'neutral' : 'amber'}>{event.resultText}</Badge>}{' '}
        <span className={styles.time}>{event.tookUs === undefined ? '' : messages.micros(event.tookUs)}</span>
      </summary>
      <ul className={styles.changes}>
        {changes.map((change) => (
          <li key={`${change.name} ${change.before} ${change.after}`}>
            {change.before !== undefined && (
              <del>
                {change.name}: {byteStringToUtf8(change.before)}
              </del>
            )}
            {change.after !== undefined && (
              <ins>
                {change.name}: {byteStringToUtf8(change.after)}
              </ins>
            )}
          </li>
        ))}
      </ul>
      <HostCalls calls={event.hostCalls} />
    </details>
  );
}
