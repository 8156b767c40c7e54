import type { ReactElement } from 'react';
import type { SampleName } from '#workspace/workspace.ts';
import { Button } from '../kit/Button.tsx';
import { Dialog } from '../kit/Dialog.tsx';
import { undoAction } from './chain-actions.ts';
import { useApp } from './shell-context.ts';
import styles from './SamplesDialog.module.css';

const names: readonly SampleName[] = ['httpbin', 'bookinfo', 'orders', 'rewrite'];

export function SamplesDialog(): ReactElement {
  const app = useApp();
  const { shell, common } = app.messages;
  const close = (): void => app.workspace.actions.setView({ dialog: undefined });
  const load = (name: SampleName): void => {
    close();
    app.workspace.actions.loadSample(name);
    app.shell.state.setState({ sheet: 'chain' });
    app.shell.toasts.show({ tone: 'success', text: shell.sampleLoaded(name), action: undoAction(app) });
  };
  return (
    <Dialog title={shell.samples} closeLabel={common.close} onClose={close}>
      <p className={styles.text}>{shell.samplesText}</p>
      <ul className={styles.list}>
        {names.map((name) => (
          <li key={name} className={styles.sample}>
            <div>
              <h3>{shell.sample[name]}</h3>
              <p>{shell.sampleText[name]}</p>
            </div>
            <Button aria-label={`${shell.loadSample} ${shell.sample[name]}`} onClick={() => load(name)}>
              {shell.loadSample}
            </Button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
