import { useEffect, useMemo, useState } from 'react';
import type { ReactElement } from 'react';
import type { TextHelp } from '#workspace/language-help.ts';
import type { Workspace } from '#workspace/workspace.ts';
import { EmptyState } from '../kit/EmptyState.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';
import { LazyTextEditor } from '../editors/LazyTextEditor.tsx';
import { useMessages } from '../messages/messages-context.ts';
import styles from './Inspector.module.css';

/** A whole file as text. */
export function FileInspector({ fileId, at }: { readonly fileId: string; readonly at: number | undefined }): ReactElement {
  const workspace = useWorkspace();
  const name = useSelect(workspace.document, (state) => state.document.files.find((file) => file.id === fileId)?.name);
  return (
    <div className={styles.inspector}>
      <header className={styles.head}>
        <h2 className={styles.title}>{name}</h2>
      </header>
      <div className={styles.fillPanel}>
        <FileText fileId={fileId} revealAt={at} />
      </div>
    </div>
  );
}

interface FileTextProps {
  readonly fileId: string;
  /** Offset to show first. */
  readonly revealAt: number | undefined;
}

/** The editor of one file: every keystroke is the document; markers, completion and hover come from the design. */
export function FileText({ fileId, revealAt }: FileTextProps): ReactElement {
  const workspace = useWorkspace();
  const messages = useMessages().inspector;
  const file = useSelect(workspace.document, (state) => state.document.files.find((item) => item.id === fileId));
  const diagnostics = useSelect(workspace.design, (design) => design.diagnostics.filter((item) => item.at?.file === file?.name));
  const isStale = useSelect(workspace.design, (design) => design.stale);
  const reveal = useMemo(() => (revealAt === undefined ? undefined : { start: revealAt, end: revealAt }), [revealAt]);
  const help = useLanguageHelp(workspace, fileId);
  if (file === undefined) return <EmptyState icon="file" title={messages.fileGone} />;
  return (
    <div className={styles.fill}>
      {isStale && (
        <p role="status" className={styles.stale}>
          {messages.broken}
        </p>
      )}
      <LazyTextEditor
        uri={file.id}
        text={file.text}
        language="yaml"
        label={messages.yamlOf(file.name)}
        diagnostics={diagnostics}
        reveal={reveal}
        help={help}
        onChange={(text) => workspace.actions.setText(file.id, text)}
        onUndo={() => workspace.actions.undo()}
        onRedo={() => workspace.actions.redo()}
        onFix={(fix) => workspace.actions.applyEdits(file.id, fix.edits, fix.title)}
      />
    </div>
  );
}

/** Hover and completion come with the resource schemas, which are large: they are loaded after the text is shown. */
function useLanguageHelp(workspace: Workspace, fileId: string): TextHelp | undefined {
  const [help, setHelp] = useState<TextHelp>();
  useEffect(() => {
    let current = true;
    void import('#workspace/language-help.ts').then(({ languageHelp }) => {
      if (current) setHelp(languageHelp(workspace, fileId));
    });
    return () => {
      current = false;
    };
  }, [workspace, fileId]);
  return help;
}
