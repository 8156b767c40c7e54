import type { ReactElement } from 'react';
import type { Workspace } from '#workspace/workspace.ts';
import { TooltipLayer } from '../kit/TooltipLayer.tsx';
import { useSelect } from '../kit/use-store.ts';
import { WorkspaceContext } from '../kit/workspace-context.ts';
import { en, type Messages } from '../messages/en.ts';
import { MessagesContext, useMessages } from '../messages/messages-context.ts';
import { CommandPalette } from './CommandPalette.tsx';
import { DragGhost } from './DragGhost.tsx';
import { InsertDialog } from './InsertDialog.tsx';
import styles from './Layout.module.css';
import { NarrowLayout } from './NarrowLayout.tsx';
import { PageDrop } from './PageDrop.tsx';
import { Pane } from './Pane.tsx';
import { SamplesDialog } from './SamplesDialog.tsx';
import { ShellContext, useApp } from './shell-context.ts';
import type { Shell } from './shell-state.ts';
import { ShortcutsDialog } from './ShortcutsDialog.tsx';
import { slots } from './slots.ts';
import { TopBar } from './TopBar.tsx';
import { useIsNarrow } from './use-media.ts';
import { useShortcuts } from './use-shortcuts.ts';
import { useTheme } from './use-theme.ts';
import { WideLayout } from './WideLayout.tsx';

interface AppProps {
  readonly workspace: Workspace;
  readonly shell: Shell;
  /** English unless another language is given. */
  readonly messages?: Messages | undefined;
}

/** The whole screen for one workspace. */
export function App({ workspace, shell, messages = en }: AppProps): ReactElement {
  return (
    <WorkspaceContext value={workspace}>
      <ShellContext value={shell}>
        <MessagesContext value={messages}>
          <Screen />
        </MessagesContext>
      </ShellContext>
    </WorkspaceContext>
  );
}

function Screen(): ReactElement {
  const { shell: words } = useMessages();
  const narrow = useIsNarrow();
  useShortcuts();
  useTheme();
  return (
    <div className={styles.app}>
      <a className={`visually-hidden ${styles.skip}`} href="#pane-main">
        {words.skipToChain}
      </a>
      <TopBar />
      {narrow ? <NarrowLayout /> : <WideLayout />}
      <Dialogs />
      <PageDrop />
      <DragGhost />
      <Announcer />
      <TooltipLayer />
    </div>
  );
}

const dialogs = {
  palette: CommandPalette,
  samples: SamplesDialog,
  shortcuts: ShortcutsDialog,
  resources: slots.resources,
  export: slots.export,
  matrix: slots.matrix,
  cost: slots.cost,
  chains: slots.chains,
  describe: slots.describe,
} as const;

function Dialogs(): ReactElement | null {
  const { workspace, shell, messages } = useApp();
  const dialog = useSelect(workspace.view, (view) => view.dialog);
  const inserting = useSelect(shell.state, (state) => state.insertAt !== undefined);
  const Shown = inserting ? InsertDialog : dialog === undefined ? undefined : dialogs[dialog];
  if (Shown === undefined) return null;
  return (
    <Pane name={messages.shell.dialog}>
      <Shown />
    </Pane>
  );
}

/** Says to screen readers what happened where nothing else says it. */
function Announcer(): ReactElement {
  const { shell } = useApp();
  const text = useSelect(shell.state, (state) => state.announcement);
  return (
    <div role="status" aria-live="polite" className="visually-hidden">
      {text}
    </div>
  );
}
