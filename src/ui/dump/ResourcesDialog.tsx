import { useMemo, type ReactElement } from 'react';
import { resourcesOfSource, type SourceResources } from '#workspace/source-resources.ts';
import { Button } from '../kit/Button.tsx';
import { CopyButton } from '../kit/CopyButton.tsx';
import { Dialog } from '../kit/Dialog.tsx';
import { EmptyState } from '../kit/EmptyState.tsx';
import { Icon } from '../kit/Icon.tsx';
import { useSelect } from '../kit/use-store.ts';
import exportStyles from '../export/Export.module.css';
import { undoAction } from '../shell/chain-actions.ts';
import { useApp, type App } from '../shell/shell-context.ts';

/** From what a proxy runs back to resources: looked at first, then added to the workspace. */
export function ResourcesDialog(): ReactElement {
  const app = useApp();
  const { dump: words, common } = app.messages;
  const source = useSelect(app.workspace.design, (design) => design.source);
  const types = useSelect(app.workspace.vocabulary, (vocabulary) => vocabulary.types);
  const made = useMemo(() => (source === undefined ? undefined : resourcesOfSource(source, types)), [source, types]);
  const close = (): void => app.workspace.actions.setView({ dialog: undefined });
  return (
    <Dialog title={words.resourcesTitle} closeLabel={common.close} size="large" onClose={close}>
      <div className={exportStyles.export}>
        {made !== undefined && <Losses made={made} />}
        {made === undefined || made.yaml === '' ? (
          <EmptyState icon="plugin" title={words.nothingMade} text={words.nothingMadeText} />
        ) : (
          <Yaml made={made} onAdd={() => add(app, made)} />
        )}
      </div>
    </Dialog>
  );
}

function add(app: App, made: SourceResources): void {
  const { actions } = app.workspace;
  const { dump: words, shell } = app.messages;
  const files = [
    { name: made.fileName, text: made.yaml },
    ...(made.workload === '' ? [] : [{ name: made.workloadFile, text: made.workload }]),
  ];
  actions.addTexts(files, words.madeLabel);
  actions.setView({ dialog: undefined });
  app.shell.toasts.show({ tone: 'success', text: shell.added(files.map(({ name }) => name)), action: undoAction(app) });
}

function Losses({ made: { diagnostics } }: { readonly made: SourceResources }): ReactElement | null {
  const { dump: words } = useApp().messages;
  if (diagnostics.length === 0) return null;
  return (
    <div className={exportStyles.losses} role="status">
      <strong>{words.untold}</strong>
      <ul>
        {diagnostics.map((item) => (
          <li key={item.code + item.message}>
            <Icon name={item.severity === 'warning' ? 'warning' : 'info'} size={13} />
            <span>
              {item.message} {item.help}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Yaml({ made, onAdd }: { readonly made: SourceResources; readonly onAdd: () => void }): ReactElement {
  const { dump: words, export: texts } = useApp().messages;
  return (
    <>
      <div className={exportStyles.actions}>
        <Button icon="add" variant="primary" onClick={onAdd}>
          {words.addResources}
        </Button>
        <CopyButton text={() => made.yaml}>{texts.copyYaml}</CopyButton>
      </div>
      {made.workload !== '' && <p>{words.standIn(made.workloadFile)}</p>}
      {/* A scrolling region must be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={exportStyles.text} tabIndex={0} aria-label={texts.yaml} data-testid="made-yaml">
        {made.yaml}
      </pre>
    </>
  );
}
