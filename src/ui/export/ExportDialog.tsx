import { useState } from 'react';
import type { ReactElement } from 'react';
import type { ExportChoice, ExportText } from '#workspace/export-workspace.ts';
import { exportWorkspace } from '#workspace/export-workspace.ts';
import { Button } from '../kit/Button.tsx';
import { CopyButton } from '../kit/CopyButton.tsx';
import { Dialog } from '../kit/Dialog.tsx';
import { EmptyState } from '../kit/EmptyState.tsx';
import { Select } from '../kit/Select.tsx';
import { TabPanel, Tabs } from '../kit/Tabs.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';
import { useMessages } from '../messages/messages-context.ts';
import { FolderExport } from './FolderExport.tsx';
import { Losses } from './Losses.tsx';
import { saveFile } from '../kit/save-file.ts';
import styles from './Export.module.css';

const optionsOf = <V extends string>(labels: Readonly<Record<V, string>>): readonly { value: V; label: string }[] =>
  (Object.keys(labels) as V[]).map((value) => ({ value, label: labels[value] }));

/** The design in another form, with the commands that bring it to a cluster and everything the form cannot say. */
export function ExportDialog(): ReactElement {
  const workspace = useWorkspace();
  const messages = useMessages();
  const texts = messages.export;
  useSelect(workspace.design, (design) => design);
  const [choice, setChoice] = useState<ExportChoice>({ target: 'wasmplugin', form: 'typed-config', scope: 'chain' });
  const [isFolder, setIsFolder] = useState(false);
  const [tab, setTab] = useState<'yaml' | 'commands'>('yaml');
  const result = exportWorkspace(workspace, choice);
  const change = (part: Partial<ExportChoice>): void => setChoice({ ...choice, ...part });
  return (
    <Dialog
      title={texts.title}
      closeLabel={messages.common.close}
      size="large"
      onClose={() => workspace.actions.setView({ dialog: undefined })}
    >
      <div className={styles.export}>
        <div className={styles.choices}>
          <Select
            label={texts.target}
            value={isFolder ? 'folder' : choice.target}
            options={optionsOf(texts.targets)}
            onChange={(target) => {
              setIsFolder(target === 'folder');
              if (target !== 'folder') change({ target });
            }}
          />
          {!isFolder && (
            <Select label={texts.scope} value={choice.scope} options={optionsOf(texts.scopes)} onChange={(scope) => change({ scope })} />
          )}
          {!isFolder && choice.target === 'envoyfilter' && (
            <Select label={texts.form} value={choice.form} options={optionsOf(texts.forms)} onChange={(form) => change({ form })} />
          )}
        </div>
        {isFolder ? <FolderExport /> : <PluginExport result={result} tab={tab} onTab={setTab} />}
      </div>
    </Dialog>
  );
}

interface PluginExportProps {
  readonly result: ExportText;
  readonly tab: 'yaml' | 'commands';
  readonly onTab: (tab: 'yaml' | 'commands') => void;
}

function PluginExport({ result, tab, onTab }: PluginExportProps): ReactElement {
  const texts = useMessages().export;
  const isEmpty = result.yaml.trim() === '';
  return (
    <>
      <Losses diagnostics={result.diagnostics} title={texts.losses} none={isEmpty ? undefined : texts.faithful} />
      {isEmpty ? (
        <EmptyState icon="plugin" title={texts.nothing} text={texts.nothingText} />
      ) : (
        <>
          <Tabs
            name="export"
            label={texts.title}
            items={[
              { id: 'yaml', label: texts.yaml },
              { id: 'commands', label: texts.commands },
            ]}
            value={tab}
            onChange={onTab}
            variant="segment"
          />
          <TabPanel name="export" id={tab} className={styles.panel}>
            {tab === 'yaml' ? <YamlText result={result} /> : <Commands result={result} />}
          </TabPanel>
        </>
      )}
    </>
  );
}

function YamlText({ result }: { readonly result: ExportText }): ReactElement {
  const texts = useMessages().export;
  return (
    <>
      <div className={styles.actions}>
        <CopyButton variant="primary" text={() => result.yaml}>
          {texts.copyYaml}
        </CopyButton>
        <Button icon="download" onClick={() => saveFile(result.fileName, result.yaml)}>
          {texts.download}
        </Button>
      </div>
      {/* A scrolling region must be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={styles.text} tabIndex={0} aria-label={texts.yaml} data-testid="export-yaml">
        {result.yaml}
      </pre>
    </>
  );
}

function Commands({ result }: { readonly result: ExportText }): ReactElement {
  const texts = useMessages().export;
  return (
    <ol className={styles.commands}>
      {result.commands.map(({ id, about, command }) => (
        <li key={id}>
          <div className={styles.commandHead}>
            <span>{about}</span>
            <CopyButton size="small" label={texts.copyCommand(about)} text={() => command} />
          </div>
          {/* A scrolling region must be reachable by keyboard. */}
          {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <pre className={styles.command} tabIndex={0} aria-label={about}>
            {command}
          </pre>
        </li>
      ))}
    </ol>
  );
}
