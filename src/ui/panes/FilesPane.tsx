import { useState, type ReactElement } from 'react';
import { Button, IconButton } from '../kit/Button.tsx';
import { EmptyState } from '../kit/EmptyState.tsx';
import { MenuButton } from '../kit/MenuButton.tsx';
import { useSelect } from '../kit/use-store.ts';
import { addText, openFilePicker } from '../shell/add-files.ts';
import { findCommand, keysOf, runCommand } from '../shell/commands.ts';
import { useApp, type App } from '../shell/shell-context.ts';
import { FileTree } from './FileTree.tsx';
import styles from './Panes.module.css';

/** Files, and in them the resources; what is selected here is selected everywhere. */
export function FilesPane(): ReactElement {
  const app = useApp();
  const { files: words } = app.messages.panes;
  const empty = useSelect(
    app.workspace.document,
    ({ document }) => document.files.length + document.modules.length + document.dumps.length === 0,
  );
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(new Set());
  if (empty) {
    return (
      <EmptyState icon="file" title={words.empty} text={words.emptyText}>
        <Button variant="primary" onClick={() => runCommand('samples.show', app)}>
          {app.messages.commands.samples}
        </Button>
        <Button icon="upload" onClick={() => openFilePicker(app)}>
          {words.add}
        </Button>
      </EmptyState>
    );
  }
  return (
    <div className={styles.pane}>
      <div className={styles.tools}>
        <MenuButton icon="add" size="small" label={words.addMenu} placement="below-start" entries={() => addMenu(app)} />
        <IconButton icon="upload" size="small" label={words.add} keys={keysOf('files.open', app)} onClick={() => openFilePicker(app)} />
      </div>
      <FileTree collapsed={collapsed} onCollapse={setCollapsed} />
    </div>
  );
}

function addMenu(app: App): ReturnType<Extract<Parameters<typeof MenuButton>[0]['entries'], () => unknown>> {
  const { files: words } = app.messages.panes;
  const fresh = findCommand('file.new');
  return [
    { kind: 'action', id: 'new', title: words.create, icon: 'file', onSelect: () => fresh.run(app) },
    { kind: 'action', id: 'open', title: words.add, icon: 'upload', keys: keysOf('files.open', app), onSelect: () => openFilePicker(app) },
    { kind: 'action', id: 'paste', title: words.paste, icon: 'copy', onSelect: () => void pasteYaml(app) },
  ];
}

async function pasteYaml(app: App): Promise<void> {
  let text: string;
  try {
    text = await navigator.clipboard.readText();
  } catch {
    // The browser or the user said no: Ctrl+V needs no permission.
    app.shell.toasts.show({ tone: 'error', text: app.messages.panes.files.pasteRefused });
    return;
  }
  addText(app, text);
}
