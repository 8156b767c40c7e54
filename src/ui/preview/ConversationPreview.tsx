import { useMemo, useState } from 'react';
import type { ReactElement } from 'react';
import { conversationRows } from '#workspace/conversation/conversation-view.ts';
import { cx } from '../kit/cx.ts';
import { EmptyState } from '../kit/EmptyState.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';
import { useMessages } from '../messages/messages-context.ts';
import { CallbackDetails, ConversationResult } from './ConversationResult.tsx';
import { ConversationSteps } from './ConversationSteps.tsx';
import { ScriptForm } from './ScriptForm.tsx';
import styles from './Preview.module.css';

/** Script, steps, bytes: one connection through the network filters and everything it caused. */
export function ConversationPreview(): ReactElement {
  const workspace = useWorkspace();
  const { conversation: words } = useMessages().preview;
  const { trace, failure, running } = useSelect(workspace.conversation, ({ trace, failure, running }) => ({ trace, failure, running }));
  const lane = useSelect(workspace.design, (design) => design.lane?.networkFilters);
  const [chosen, setChosen] = useState<number>();
  const rows = useMemo(() => (trace === undefined ? [] : conversationRows(trace)), [trace]);
  const titles = trace?.filters.map(({ name }, at) => lane?.[at]?.title ?? name) ?? [];
  const event = chosen === undefined ? undefined : trace?.events[chosen];
  return (
    <div className={cx(styles.preview, trace === undefined && styles.alone)}>
      <ScriptForm />
      <section className={styles.middle} aria-label={words.trace} aria-busy={running}>
        {failure !== undefined && (
          <div role="alert" className={styles.failure}>
            <strong>{words.failed}</strong>
            <p>{failure.message}</p>
            {failure.help !== undefined && <p className={styles.quiet}>{failure.help}</p>}
          </div>
        )}
        {trace === undefined && failure === undefined && <EmptyState icon="play" title={words.empty} text={words.emptyText} />}
        {trace !== undefined && <ConversationSteps rows={rows} titles={titles} chosen={chosen} onChoose={setChosen} />}
      </section>
      <section className={styles.right} aria-label={words.result} aria-live="polite">
        {trace !== undefined &&
          (event?.kind === 'callback' ? (
            <CallbackDetails event={event} title={titles[event.filter ?? -1] ?? ''} onClose={() => setChosen(undefined)} />
          ) : (
            <ConversationResult trace={trace} />
          ))}
      </section>
    </div>
  );
}
