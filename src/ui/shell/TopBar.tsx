import type { ReactElement } from 'react';
import type { ViewState } from '#workspace/view.ts';
import { Button, IconButton } from '../kit/Button.tsx';
import { cx } from '../kit/cx.ts';
import { Icon } from '../kit/Icon.tsx';
import type { IconName } from '../kit/icon-paths.ts';
import { Kbd } from '../kit/Kbd.tsx';
import { MenuButton } from '../kit/MenuButton.tsx';
import type { MenuEntry } from '../kit/menu-items.ts';
import { useSelect } from '../kit/use-store.ts';
import { useMessages } from '../messages/messages-context.ts';
import { findCommand, keysOf, runCommand } from './commands.ts';
import { Logo } from './Logo.tsx';
import { ProxyBar } from './ProxyBar.tsx';
import { useApp, type App } from './shell-context.ts';
import styles from './TopBar.module.css';
import { useIsNarrow } from './use-media.ts';

export function TopBar(): ReactElement {
  const app = useApp();
  const { shell, common } = useMessages();
  const narrow = useIsNarrow();
  return (
    <header className={cx(styles.bar, narrow && styles.narrow)}>
      <h1 className={styles.logo}>
        <Logo />
        <span className={narrow ? 'visually-hidden' : undefined}>{common.appName}</span>
      </h1>
      <MenuButton label={shell.workspaceMenu} entries={() => workspaceMenu(app)} icon="layers">
        {narrow ? undefined : (
          <>
            {shell.workspace} <Icon name="chevron-down" size={12} />
          </>
        )}
      </MenuButton>
      {!narrow && <SavedState />}
      {!narrow && <span className={styles.space} />}
      {!narrow && <ProxyBar />}
      <span className={styles.space} />
      <CommandButton id="history.undo" />
      <CommandButton id="history.redo" />
      <ProblemsButton />
      {narrow ? (
        <CommandButton id="export.show" />
      ) : (
        <Button
          variant="primary"
          data-tip={app.messages.commands.export}
          data-tip-keys={keysOf('export.show', app)}
          onClick={() => runCommand('export.show', app)}
        >
          {shell.exportButton}
        </Button>
      )}
      {!narrow && <PaneButtons />}
      {!narrow && <ThemeButton />}
      {narrow ? (
        <CommandButton id="palette.show" />
      ) : (
        <Button variant="ghost" aria-label={shell.palette} onClick={() => runCommand('palette.show', app)}>
          <Kbd keys={keysOf('palette.show', app) ?? ''} />
        </Button>
      )}
      {narrow && (
        <div className={styles.second}>
          <ProxyBar />
        </div>
      )}
    </header>
  );
}

/** Whether the work is kept for the next visit. */
function SavedState(): ReactElement {
  const { workspace, messages } = useApp();
  const state = useSelect(workspace.saving, (saving) => saving);
  return (
    <span className={cx(styles.saved, state === 'failed' && styles.errors)} data-tip={messages.shell.savingTip[state]}>
      {messages.shell.saving[state]}
    </span>
  );
}

function workspaceMenu(app: App): readonly MenuEntry[] {
  const item = (id: string): MenuEntry => {
    const command = findCommand(id);
    return {
      kind: 'action',
      id,
      title: command.title(app.messages),
      icon: command.icon,
      keys: keysOf(id, app),
      onSelect: () => command.run(app),
    };
  };
  const line = (id: string): MenuEntry => ({ kind: 'separator', id });
  return [
    item('samples.show'),
    item('files.open'),
    item('file.new'),
    item('proxy.describe'),
    line('a'),
    item('export.show'),
    item('matrix.show'),
    line('b'),
    ...themeEntries(app),
    line('c'),
    item('shortcuts.show'),
  ];
}

const themeIcons = { system: 'monitor', light: 'sun', dark: 'moon' } as const satisfies Readonly<Record<ViewState['theme'], IconName>>;

function themeEntries({ workspace, messages: { shell } }: App): readonly MenuEntry[] {
  const now = workspace.view.getState().theme;
  const titles = { system: shell.themeSystem, light: shell.themeLight, dark: shell.themeDark };
  return [
    { kind: 'heading', id: 'theme', title: shell.theme },
    ...(['system', 'light', 'dark'] as const).map((theme): MenuEntry => ({
      kind: 'action',
      id: `theme.${theme}`,
      title: titles[theme],
      icon: themeIcons[theme],
      checked: theme === now,
      onSelect: () => workspace.actions.setView({ theme }),
    })),
  ];
}

function ThemeButton(): ReactElement {
  const app = useApp();
  const theme = useSelect(app.workspace.view, (view) => view.theme);
  return <MenuButton label={app.messages.shell.theme} icon={themeIcons[theme]} placement="below-end" entries={() => themeEntries(app)} />;
}

const paneIds = { 'pane.left': 'leftOpen', 'pane.dock': 'dockOpen', 'pane.right': 'rightOpen' } as const;

/** Shows and hides the panes round the canvas. */
function PaneButtons(): ReactElement {
  const app = useApp();
  const state = useSelect(app.shell.state, ({ leftOpen, dockOpen, rightOpen }) => ({ leftOpen, dockOpen, rightOpen }));
  return (
    <span className={styles.panes}>
      {(['pane.left', 'pane.dock', 'pane.right'] as const).map((id) => {
        const command = findCommand(id);
        return (
          <IconButton
            key={id}
            icon={command.icon ?? 'panel'}
            label={command.title(app.messages)}
            keys={keysOf(id, app)}
            aria-pressed={state[paneIds[id]]}
            onClick={() => runCommand(id, app)}
          />
        );
      })}
    </span>
  );
}

/** An icon button for a command; off while the command is. */
function CommandButton({ id }: { readonly id: string }): ReactElement {
  const app = useApp();
  const command = findCommand(id);
  // Enabling depends on history alone for the commands shown here.
  const enabled = useSelect(app.workspace.document, () => command.isEnabled(app));
  return (
    <IconButton
      icon={command.icon ?? 'more'}
      label={command.title(app.messages)}
      keys={keysOf(id, app)}
      disabled={!enabled}
      onClick={() => runCommand(id, app)}
    />
  );
}

function ProblemsButton(): ReactElement {
  const app = useApp();
  const { shell } = useMessages();
  const { errors, warnings } = useSelect(app.workspace.design, ({ diagnostics }) => ({
    errors: diagnostics.filter((item) => item.severity === 'error').length,
    warnings: diagnostics.filter((item) => item.severity === 'warning').length,
  }));
  const label = shell.problemsButton(errors, warnings);
  return (
    <Button
      variant="ghost"
      className={cx(errors > 0 && styles.errors, errors === 0 && warnings > 0 && styles.warnings)}
      aria-label={label}
      data-tip={label}
      onClick={() => runCommand('dock.problems', app)}
    >
      <Icon name={errors > 0 ? 'error' : warnings > 0 ? 'warning' : 'check'} />
      {errors + warnings > 0 && errors + warnings}
    </Button>
  );
}
