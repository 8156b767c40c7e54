import { useMemo, useState } from 'react';
import type { ReactElement } from 'react';
import { isPlainTcp } from '#workspace/conversation/conversation.ts';
import { viewTrace } from '#workspace/trace-view.ts';
import { Button } from '../kit/Button.tsx';
import { cx } from '../kit/cx.ts';
import { EmptyState } from '../kit/EmptyState.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';
import { useMessages } from '../messages/messages-context.ts';
import { ConversationPreview } from './ConversationPreview.tsx';
import { FilterDetails } from './FilterDetails.tsx';
import { RequestForm } from './RequestForm.tsx';
import { ResultView } from './ResultView.tsx';
import { Timeline } from './Timeline.tsx';
import styles from './Preview.module.css';

/** What can be tried on the chain in view: a request, or a connection where there is no connection manager or the user asks for one. */
export function PreviewPane(): ReactElement {
  const { conversation, design } = useWorkspace();
  const plainTcp = useSelect(design, isPlainTcp);
  const picked = useSelect(conversation, (state) => state.picked);
  return plainTcp || picked ? <ConversationPreview /> : <RequestPreview />;
}

/** Request, timeline, result: one request through the chain and everything it caused. */
function RequestPreview(): ReactElement {
  const workspace = useWorkspace();
  const messages = useMessages().preview;
  const { trace, failure, subject, outdated, running } = useSelect(workspace.runs, ({ trace, failure, subject, outdated, running }) => ({
    trace,
    failure,
    subject,
    outdated,
    running,
  }));
  const [chosen, setChosen] = useState<number>();
  const view = useMemo(() => (trace === undefined ? undefined : viewTrace(trace, subject?.titles ?? [])), [trace, subject]);
  const idle = trace === undefined && failure === undefined;
  const sendAgain = (): void => void workspace.actions.send(workspace.runs.getState().request);
  return (
    <div className={cx(styles.preview, trace === undefined && styles.alone)}>
      <RequestForm />
      <section className={styles.middle} aria-label={messages.timeline} aria-busy={running}>
        {failure !== undefined && (
          <div role="alert" className={styles.failure}>
            <strong>{messages.failed}</strong>
            <p>{failure.message}</p>
            {failure.help !== undefined && <p className={styles.quiet}>{failure.help}</p>}
          </div>
        )}
        {outdated && (
          <p className={styles.outdated}>
            {messages.outdated}{' '}
            <Button size="small" variant="ghost" onClick={sendAgain}>
              {messages.sendAgain}
            </Button>
          </p>
        )}
        {idle && <EmptyState icon="send" title={messages.empty} text={messages.emptyText} />}
        {view !== undefined && <Timeline view={view} chosen={chosen} onChoose={setChosen} />}
      </section>
      <section className={styles.right} aria-label={messages.result} aria-live="polite">
        {trace !== undefined &&
          view !== undefined &&
          (chosen === undefined ? (
            <ResultView trace={trace} view={view} />
          ) : (
            <FilterDetails trace={trace} view={view} filter={chosen} onClose={() => setChosen(undefined)} />
          ))}
      </section>
    </div>
  );
}
