import { useMemo } from 'react';
import type { ReactElement } from 'react';
import { answerPresets } from '#workspace/answers/answer-presets.ts';
import type { AnswerPreset } from '#workspace/answers/answer-presets.ts';
import { calledClusters } from '#workspace/answers/called-clusters.ts';
import { readAnswer } from '#workspace/answers/read-answers.ts';
import { Select } from '../kit/Select.tsx';
import { TextField } from '../kit/TextField.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';
import { useMessages } from '../messages/messages-context.ts';
import styles from './Preview.module.css';

const presetIds = Object.keys(answerPresets) as AnswerPreset[];
const textOf = (preset: AnswerPreset): string => JSON.stringify(answerPresets[preset], undefined, 2);

/** The scripted world around the chain: how the clusters answer that filters call by themselves. Nothing when there are none. */
export function AnswersForm(): ReactElement | null {
  const workspace = useWorkspace();
  const words = useMessages().preview.answers;
  const lane = useSelect(workspace.design, (design) => design.lane);
  const answers = useSelect(workspace.runs, (state) => state.answers);
  const called = useMemo(() => calledClusters({ lane }), [lane]);
  if (called.length === 0) return null;
  return (
    <details className={styles.answers} open={Object.keys(answers).length > 0}>
      <summary>{words.title}</summary>
      <p className={styles.quiet}>{words.text}</p>
      {called.map(({ cluster, by }) => (
        <ClusterAnswer key={cluster} cluster={cluster} by={by} text={answers[cluster]} />
      ))}
    </details>
  );
}

interface ClusterAnswerProps {
  readonly cluster: string;
  readonly by: string;
  readonly text: string | undefined;
}

function ClusterAnswer({ cluster, by, text }: ClusterAnswerProps): ReactElement {
  const { actions } = useWorkspace();
  const words = useMessages().preview.answers;
  const preset = text === undefined ? 'httpbin' : (presetIds.find((id) => textOf(id) === text) ?? 'own');
  const read = text === undefined ? undefined : readAnswer(text);
  const options = [
    { value: 'httpbin', label: words.presets.httpbin },
    ...presetIds.map((id) => ({ value: id, label: words.presets[id] })),
    ...(preset === 'own' ? [{ value: 'own', label: words.own }] : []),
  ];
  const choose = (value: string): void => {
    const chosen = presetIds.find((id) => id === value);
    if (chosen !== undefined) actions.setAnswer(cluster, textOf(chosen));
    else if (value === 'httpbin') actions.setAnswer(cluster, undefined);
  };
  return (
    <div className={styles.answer}>
      <p className={styles.answerName}>
        <code>{cluster}</code> <span className={styles.quiet}>{words.calledBy(by)}</span>
      </p>
      <Select label={words.choose(cluster)} hideLabel value={preset} options={options} onChange={choose} />
      {text !== undefined && (
        <TextField
          label={words.json(cluster)}
          hideLabel
          mono
          multiline={4}
          hint={words.jsonHint}
          error={read?.ok === false ? read.error.message : undefined}
          value={text}
          onChange={(next) => actions.setAnswer(cluster, next)}
        />
      )}
    </div>
  );
}
