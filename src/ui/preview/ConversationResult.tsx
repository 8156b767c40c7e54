import type { ReactElement } from 'react';
import type { ConversationTrace } from '#simulator/conversation-trace.ts';
import type { CallbackEvent } from '#simulator/trace.ts';
import { changedBytes } from '#workspace/conversation/conversation-view.ts';
import { Button } from '../kit/Button.tsx';
import { useMessages } from '../messages/messages-context.ts';
import { HexView } from './HexView.tsx';
import { HostCalls } from './HostCalls.tsx';
import preview from './Preview.module.css';

/** What both ends received, and how the connection ended. */
export function ConversationResult({ trace }: { readonly trace: ConversationTrace }): ReactElement {
  const { conversation: words } = useMessages().preview;
  const { client, upstreams, closedBy, accessLog, metrics } = trace;
  return (
    <div className={preview.result} data-testid="conversation-result">
      <p className={preview.status}>{words.closedBy[closedBy]}</p>
      <h3 className={preview.heading}>{words.client}</h3>
      <HexView label={words.client} bytes={client.received} />
      {upstreams.map(({ id, cluster, received }) => (
        <div key={id}>
          <h3 className={preview.heading}>{words.upstream(cluster, id)}</h3>
          <HexView label={words.upstream(cluster, id)} bytes={received} />
        </div>
      ))}
      {accessLog !== undefined && (
        <>
          <h3 className={preview.heading}>{words.accessLog}</h3>
          <ul className={preview.changes}>
            {Object.entries(accessLog).map(([key, value]) => (
              <li key={key}>
                {key}: {String(value)}
              </li>
            ))}
          </ul>
        </>
      )}
      {metrics.length > 0 && (
        <>
          <h3 className={preview.heading}>{words.metrics}</h3>
          <ul className={preview.changes}>
            {metrics.map(({ name, value }) => (
              <li key={name}>
                {name}: {value}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

/** One callback: the bytes it saw, what it made of them, what it asked the host. */
export function CallbackDetails({
  event,
  title,
  onClose,
}: {
  readonly event: CallbackEvent;
  readonly title: string;
  readonly onClose: () => void;
}): ReactElement {
  const { conversation: words, backToResult } = useMessages().preview;
  const { bodyBefore, bodyAfter, hostCalls } = event;
  return (
    <div className={preview.result}>
      <div className={preview.line}>
        <h3 className={preview.heading}>{words.callback(title, event.callback)}</h3>
        <Button size="small" variant="ghost" onClick={onClose}>
          {backToResult}
        </Button>
      </div>
      {bodyBefore !== undefined && bodyAfter !== undefined && (
        <>
          <h4 className={preview.heading}>{words.before}</h4>
          <HexView label={words.before} bytes={bodyBefore} />
          <h4 className={preview.heading}>{words.after}</h4>
          {changedBytes(event) ? <HexView label={words.after} bytes={bodyAfter} /> : <p className={preview.quiet}>{words.unchanged}</p>}
        </>
      )}
      <HostCalls calls={hostCalls} />
    </div>
  );
}
