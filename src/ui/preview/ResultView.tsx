import type { ReactElement } from 'react';
import { byteStringToUtf8, strictUtf8 } from '#base/bytes.ts';
import type { HeaderList, Trace } from '#simulator/trace.ts';
import { reasonPhrase } from '#base/http-status.ts';
import type { AttributedChange, TraceView } from '#workspace/trace-view.ts';
import { cx } from '../kit/cx.ts';
import { useMessages } from '../messages/messages-context.ts';
import styles from './Preview.module.css';

/** The response as the client sees it, and who changed what on the way. */
export function ResultView({ trace, view }: { readonly trace: Trace; readonly view: TraceView }): ReactElement {
  const messages = useMessages().preview;
  const { response, upstream, outcome } = trace;
  return (
    <div className={styles.result}>
      <p className={cx(styles.status, response !== undefined && styles[`status${Math.floor(response.status / 100)}`])} data-testid="status">
        {response === undefined ? outcome.text : `${response.status} ${reasonPhrase(response.status)}`}
      </p>
      {upstream === undefined && <p className={styles.quiet}>{messages.neverUpstream}</p>}
      {view.requestChanges.length > 0 && (
        <Changes title={upstream === undefined ? messages.onRequestBefore : messages.onRequest} changes={view.requestChanges} />
      )}
      {upstream !== undefined && view.requestChanges.length === 0 && <p className={styles.quiet}>{messages.requestUnchanged}</p>}
      {response !== undefined && (
        <>
          <h3 className={styles.heading}>{messages.onResponse}</h3>
          <HeaderTable headers={response.headers} changes={view.responseChanges} />
          <h3 className={styles.heading}>{messages.responseBody}</h3>
          <Body bytes={response.body} />
        </>
      )}
    </div>
  );
}

function Changes({ title, changes }: { readonly title: string; readonly changes: readonly AttributedChange[] }): ReactElement {
  const messages = useMessages().preview;
  return (
    <>
      <h3 className={styles.heading}>{title}</h3>
      <ul className={styles.changes}>
        {changes.map((change, index) => (
          // The same header may change twice: only the place tells them apart.
          // eslint-disable-next-line react/no-array-index-key
          <li key={index}>
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
            <span className={styles.by}>{messages.by(change.by)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Response headers in order; those a filter added or changed carry its name, those it removed stand struck through at the end. */
function HeaderTable({ headers, changes }: { readonly headers: HeaderList; readonly changes: readonly AttributedChange[] }): ReactElement {
  const messages = useMessages().preview;
  const author = (name: string, value: string): AttributedChange | undefined =>
    changes.findLast((change) => change.name === name && change.after === value);
  const removed = changes.filter((change) => change.after === undefined && !headers.some(([name]) => name === change.name));
  return (
    <ul className={styles.changes} data-testid="response-headers">
      {headers
        .filter(([name]) => name !== ':status')
        .map(([name, value], index) => {
          const change = author(name, value);
          const text = `${name}: ${byteStringToUtf8(value)}`;
          return (
            // Names and values repeat.
            // eslint-disable-next-line react/no-array-index-key
            <li key={index}>
              {change === undefined ? <span>{text}</span> : <ins>{text}</ins>}
              {change !== undefined && <span className={styles.by}>{messages.by(change.by)}</span>}
            </li>
          );
        })}
      {removed.map((change) => (
        <li key={`removed ${change.name} ${change.before}`}>
          <del>
            {change.name}: {byteStringToUtf8(change.before ?? '')}
          </del>
          <span className={styles.by}>{messages.by(change.by)}</span>
        </li>
      ))}
    </ul>
  );
}

function Body({ bytes }: { readonly bytes: Uint8Array }): ReactElement {
  const messages = useMessages().preview;
  if (bytes.length === 0) return <p className={styles.quiet}>{messages.emptyBody}</p>;
  const text = strictUtf8(bytes);
  return (
    // A scrolling region must be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre className={styles.body} tabIndex={0} aria-label={messages.responseBody} data-testid="response-body">
      {text ?? messages.binaryBody(bytes.length)}
    </pre>
  );
}
