import type { ReactElement } from 'react';
import { escaped, hexText } from '#workspace/conversation/escaped-text.ts';
import type { CloseHow, ScriptStep } from '#workspace/conversation/script.ts';
import { stepBytes } from '#workspace/conversation/script.ts';
import { IconButton } from '../kit/Button.tsx';
import { NumberField } from '../kit/NumberField.tsx';
import { Select } from '../kit/Select.tsx';
import { TextField } from '../kit/TextField.tsx';
import { useMessages } from '../messages/messages-context.ts';
import styles from './Conversation.module.css';

interface StepProps {
  readonly step: ScriptStep;
  /** Counts from 1. */
  readonly number: number;
  readonly count: number;
  readonly onChange: (step: ScriptStep) => void;
  readonly onMove: (by: 1 | -1) => void;
  readonly onRemove: () => void;
}

const kinds = ['client', 'upstream', 'closeClient', 'closeUpstream', 'waitMs'] as const;
const hows: readonly CloseHow[] = ['both', 'half', 'reset'];
const forms = ['text', 'hex'] as const;
const PAUSE_MS = 100;

/** One step: what it is, what it says, its place. */
export function ScriptStepFields({ step, number, count, onChange, onMove, onRemove }: StepProps): ReactElement {
  const { conversation: words } = useMessages().preview;
  return (
    <li
      className={styles.step}
      aria-label={words.step(number)}
      data-side={step.kind.toLowerCase().includes('upstream') ? 'upstream' : 'client'}
    >
      <div className={styles.stepHead}>
        <Select
          label={words.kind(number)}
          hideLabel
          value={step.kind}
          options={kinds.map((value) => ({ value, label: words.kinds[value] }))}
          onChange={(kind) => onChange(asKind(step, kind))}
        />
        {'form' in step && (
          <Select
            label={words.form(number)}
            hideLabel
            value={step.form}
            options={forms.map((value) => ({ value, label: words.forms[value] }))}
            onChange={(form) => onChange(asForm(step, form))}
          />
        )}
        <span className={styles.stepTools}>
          <IconButton icon="arrow-up" size="small" label={words.moveUp(number)} disabled={number === 1} onClick={() => onMove(-1)} />
          <IconButton icon="arrow-down" size="small" label={words.moveDown(number)} disabled={number === count} onClick={() => onMove(1)} />
          <IconButton icon="remove" size="small" label={words.remove(number)} onClick={onRemove} />
        </span>
      </div>
      <Value step={step} number={number} onChange={onChange} />
    </li>
  );
}

function Value({ step, number, onChange }: Pick<StepProps, 'step' | 'number' | 'onChange'>): ReactElement {
  const { conversation: words } = useMessages().preview;
  if ('how' in step) {
    return (
      <Select
        label={words.how(number)}
        hideLabel
        value={step.how}
        options={hows.map((value) => ({ value, label: words.hows[value] }))}
        onChange={(how) => onChange({ ...step, how })}
      />
    );
  }
  if (step.kind === 'waitMs') {
    return (
      <NumberField
        label={words.ms(number)}
        hideLabel
        integer
        min={0}
        max={60_000}
        step={50}
        value={step.ms}
        invalidText={words.msInvalid}
        placeholder={words.msUnit}
        onChange={(ms) => onChange({ ...step, ms: ms ?? 0 })}
      />
    );
  }
  const read = stepBytes(step);
  const error = read.ok ? undefined : [read.error.message, read.error.help].filter((part) => part !== undefined).join(' ');
  return (
    <TextField
      label={words.bytes(number)}
      hideLabel
      mono
      multiline={1}
      value={step.value}
      error={error}
      placeholder={words.bytesHint}
      // A line break typed here means one; the form shows it as what is sent.
      onChange={(value) => onChange({ ...step, value: step.form === 'text' ? value.replaceAll('\n', '\\n') : value })}
    />
  );
}

/** The same step as another kind; bytes stay where both kinds have some. */
function asKind(step: ScriptStep, kind: ScriptStep['kind']): ScriptStep {
  const { id } = step;
  if (kind === 'client' || kind === 'upstream') return 'form' in step ? { ...step, kind } : { id, kind, form: 'text', value: '' };
  if (kind === 'waitMs') return { id, kind, ms: PAUSE_MS };
  return { id, kind, how: 'how' in step ? step.how : 'both' };
}

/** The same bytes written another way, as far as they can be read. */
function asForm(step: Extract<ScriptStep, { form: string }>, form: 'text' | 'hex'): ScriptStep {
  const bytes = stepBytes(step);
  if (!bytes.ok) return { ...step, form };
  return { ...step, form, value: form === 'hex' ? hexText(bytes.value) : escaped(bytes.value) };
}
