import type { ReactElement } from 'react';
import { isPlainTcp, stepsOfTemplate } from '#workspace/conversation/conversation.ts';
import type { ScriptStep } from '#workspace/conversation/script.ts';
import { scriptOf } from '#workspace/conversation/script.ts';
import type { TemplateId } from '#workspace/conversation/templates.ts';
import { templates } from '#workspace/conversation/templates.ts';
import { Button } from '../kit/Button.tsx';
import { MenuButton } from '../kit/MenuButton.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useApp } from '../shell/shell-context.ts';
import { ScriptStepFields } from './ScriptStepFields.tsx';
import styles from './Conversation.module.css';
import preview from './Preview.module.css';

/** The script of a connection: who sends what, and who closes how. */
export function ScriptForm(): ReactElement {
  const app = useApp();
  const { workspace } = app;
  const { conversation: words, loading, sending } = app.messages.preview;
  const { script, running, progress } = useSelect(workspace.conversation, ({ script, running, progress }) => ({
    script,
    running,
    progress,
  }));
  const plainTcp = useSelect(workspace.design, isPlainTcp);
  const { actions } = workspace;
  const nextId = Math.max(0, ...script.map(({ id }) => id)) + 1;
  const change = (next: readonly ScriptStep[]): void => actions.setScript(next);
  const begin = (id: TemplateId): void => change(scriptOf(stepsOfTemplate(id), nextId));
  const copy = async (): Promise<void> => {
    const text = actions.conversationCase();
    if (!text.ok) return app.shell.toasts.show({ tone: 'error', text: text.error.message });
    try {
      await navigator.clipboard.writeText(text.value);
      app.shell.toasts.show({ tone: 'success', text: words.copied });
    } catch {
      app.shell.toasts.show({ tone: 'error', text: words.copyFailed }); // the browser asks its user, who may say no
    }
  };
  return (
    <form
      className={preview.request}
      aria-label={words.script}
      onSubmit={(event) => {
        event.preventDefault();
        void actions.converse();
      }}
    >
      <div className={preview.line}>
        <MenuButton
          label={words.template}
          entries={templates.map(({ id }) => ({ kind: 'action', id, title: words.templates[id], onSelect: () => begin(id) }))}
        >
          {words.template}
        </MenuButton>
        <span className={preview.grow} />
        <Button variant="primary" icon="play" onClick={() => void actions.converse()} disabled={running} data-testid="converse">
          {running ? sending : words.run}
        </Button>
      </div>
      {progress !== undefined && (
        <p className={preview.quiet} role="status">
          {loading(progress)}
        </p>
      )}
      <ol className={styles.script} aria-label={words.steps}>
        {script.map((step, at) => (
          <ScriptStepFields
            key={step.id}
            step={step}
            number={at + 1}
            count={script.length}
            onChange={(next) => change(script.with(at, next))}
            onMove={(by) => change(moved(script, at, at + by))}
            onRemove={() => change(script.toSpliced(at, 1))}
          />
        ))}
      </ol>
      <div className={preview.line}>
        <Button
          size="small"
          variant="ghost"
          icon="add"
          onClick={() => change([...script, { id: nextId, kind: 'client', form: 'text', value: '' }])}
        >
          {words.addStep}
        </Button>
        <Button size="small" variant="ghost" icon="copy" onClick={() => void copy()}>
          {words.copyCase}
        </Button>
        {!plainTcp && (
          <Button size="small" variant="ghost" onClick={() => actions.pickConversation(false)}>
            {words.toRequest}
          </Button>
        )}
      </div>
    </form>
  );
}

function moved(script: readonly ScriptStep[], from: number, to: number): readonly ScriptStep[] {
  const step = script[from];
  return step === undefined ? script : script.toSpliced(from, 1).toSpliced(to, 0, step);
}
