import type { ReactElement } from 'react';
import type { ConversationTraceStep } from '#simulator/conversation-trace.ts';
import type { TraceEvent } from '#simulator/trace.ts';
import type { ConversationRow } from '#workspace/conversation/conversation-view.ts';
import { changedBytes } from '#workspace/conversation/conversation-view.ts';
import { Badge } from '../kit/Badge.tsx';
import { cx } from '../kit/cx.ts';
import { useMessages } from '../messages/messages-context.ts';
import { eventText } from './event-text.ts';
import styles from './Conversation.module.css';

interface StepsProps {
  readonly rows: readonly ConversationRow[];
  /** What the canvas calls each network filter. */
  readonly titles: readonly string[];
  readonly chosen: number | undefined;
  readonly onChoose: (seq: number | undefined) => void;
}

/** The steps of a conversation with what each filter did; a callback can be chosen to see its bytes and host calls. */
export function ConversationSteps({ rows, titles, chosen, onChoose }: StepsProps): ReactElement {
  const { conversation: words } = useMessages().preview;
  return (
    <ol className={styles.steps} data-testid="conversation-steps">
      {rows.map(({ step, scriptIndex, events }, at) => (
        // Steps have no identity besides their place.
        // eslint-disable-next-line react/no-array-index-key
        <li key={at}>
          <h3 className={styles.stepTitle}>
            {scriptIndex !== undefined && <span className={styles.number}>{scriptIndex + 1}</span>}
            {stepTitle(step, words)}
            <Effects step={step} />
          </h3>
          {step.skipped !== undefined && <p className={styles.skipped}>{words.skipped(step.skipped)}</p>}
          <ul className={styles.events}>
            {events.map((event) => (
              <li key={event.seq}>
                <EventLine event={event} title={titles[event.filter ?? -1] ?? ''} chosen={chosen === event.seq} onChoose={onChoose} />
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}

type Words = ReturnType<typeof useMessages>['preview']['conversation'];

function stepTitle({ step }: ConversationTraceStep, words: Words): string {
  if (step === 'connect' || step === 'end' || step === 'endUpstream') return words[step];
  return (words.kinds as Readonly<Record<string, string>>)[step] ?? step;
}

/** What reached whom in this step. */
function Effects({ step }: { readonly step: ConversationTraceStep }): ReactElement {
  const { conversation: words } = useMessages().preview;
  const { client, upstreams } = step;
  const texts = [
    ...upstreams.flatMap(({ cluster, opened, received, closed }) => [
      ...(opened ? [words.opened(cluster)] : []),
      ...(received.length > 0 ? [words.upstreamGot(cluster, received.length)] : []),
      ...(closed === undefined ? [] : [words.upstreamClosed(cluster, closed)]),
    ]),
    ...(client !== undefined && client.received.length > 0 ? [words.clientGot(client.received.length)] : []),
    ...(client?.closed === undefined ? [] : [words.clientClosed(client.closed)]),
  ];
  return (
    <>
      {texts.map((text) => (
        <span key={text} className={styles.effect}>
          {text}
        </span>
      ))}
    </>
  );
}

interface EventProps {
  readonly event: TraceEvent;
  readonly title: string;
  readonly chosen: boolean;
  readonly onChoose: (seq: number | undefined) => void;
}

function EventLine({ event, title, chosen, onChoose }: EventProps): ReactElement {
  const { conversation: words, micros } = useMessages().preview;
  if (event.kind !== 'callback') {
    return (
      <p className={cx(styles.note, event.kind === 'trap' && styles.trap)}>
        {event.kind === 'log' && (
          <Badge tone={event.level === 'error' || event.level === 'critical' ? 'red' : event.level === 'warn' ? 'amber' : 'neutral'}>
            {event.level}
          </Badge>
        )}{' '}
        {event.kind === 'log' ? event.message : eventText(event)}
      </p>
    );
  }
  const { bodyBefore, bodyAfter } = event;
  return (
    <button type="button" className={styles.event} aria-pressed={chosen} onClick={() => onChoose(chosen ? undefined : event.seq)}>
      <span className={styles.filter}>{title}</span>
      <code className={styles.callback}>
        {event.callback}({event.args.join(', ')})
      </code>
      {bodyBefore !== undefined && bodyAfter !== undefined && (
        <span className={cx(styles.size, changedBytes(event) && styles.changed)}>{words.size(bodyBefore.length, bodyAfter.length)}</span>
      )}
      {event.resultText !== '' && <Badge tone={event.resultText === 'StopIteration' ? 'amber' : 'neutral'}>{event.resultText}</Badge>}
      <span className={styles.took}>{event.tookUs === undefined ? '' : micros(event.tookUs)}</span>
    </button>
  );
}
