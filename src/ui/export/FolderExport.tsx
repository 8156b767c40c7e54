import { useState, type ReactElement } from 'react';
import type { Failure } from '#base/result.ts';
import { exportFolder } from '#workspace/export-workspace.ts';
import { Button } from '../kit/Button.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';
import { useMessages } from '../messages/messages-context.ts';
import styles from './Export.module.css';
import { Losses } from './Losses.tsx';
import { saveFile } from '../kit/save-file.ts';

/** The whole workspace as a folder: what is in it, and the zip. */
export function FolderExport(): ReactElement {
  const workspace = useWorkspace();
  const texts = useMessages().export.folder;
  const modules = useSelect(workspace.document, ({ document }) => document.modules);
  const [failure, setFailure] = useState<Failure>();
  const { files, diagnostics } = exportFolder(workspace);
  const paths = [...files.map(({ path }) => path), ...modules.map(({ name }) => `modules/${name}`)];
  const download = async (): Promise<void> => {
    const zip = await workspace.actions.zipFolder();
    if (zip.ok) saveFile('filterloom.zip', zip.value, 'application/zip');
    setFailure(zip.ok ? undefined : zip.error);
  };
  return (
    <>
      <p className={styles.faithful}>{texts.about}</p>
      <Losses diagnostics={diagnostics} title={texts.notes} />
      <div className={styles.actions}>
        <Button icon="download" variant="primary" onClick={() => void download()}>
          {texts.download}
        </Button>
      </div>
      {failure !== undefined && (
        <p role="alert">
          {failure.message} {failure.help}
        </p>
      )}
      {/* A scrolling region must be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={styles.text} tabIndex={0} aria-label={texts.files(paths.length)} data-testid="export-folder">
        {paths.join('\n')}
        {'\n\n'}
        {files[0]?.text}
      </pre>
    </>
  );
}
