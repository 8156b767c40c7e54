import type { ReactElement } from 'react';
import { Checkbox } from '../kit/Checkbox.tsx';
import { Dialog } from '../kit/Dialog.tsx';
import { Kbd } from '../kit/Kbd.tsx';
import { useSelect } from '../kit/use-store.ts';
import { commands } from './commands.ts';
import { formatChord } from './keys.ts';
import { useApp } from './shell-context.ts';
import styles from './ShortcutsDialog.module.css';

const groups = ['chain', 'edit', 'preview', 'go', 'view', 'help'] as const;

export function ShortcutsDialog(): ReactElement {
  const app = useApp();
  const { shell, common, commands: words } = app.messages;
  const singleKeys = useSelect(app.shell.state, (state) => state.singleKeys);
  return (
    <Dialog title={shell.shortcuts} closeLabel={common.close} onClose={() => app.workspace.actions.setView({ dialog: undefined })}>
      <div className={styles.setting}>
        <Checkbox
          label={shell.singleKeys}
          hint={shell.singleKeysHint}
          checked={singleKeys}
          onChange={(on) => app.shell.state.setState({ singleKeys: on })}
        />
      </div>
      <div className={styles.groups}>
        {groups.map((group) => {
          const members = commands.filter((command) => command.group === group && command.keys.length > 0);
          return members.length === 0 ? null : (
            <section key={group}>
              <h3 className={styles.title}>
                {words.group[group]}
                {group === 'chain' && <small>{shell.shortcutsInChain}</small>}
              </h3>
              <dl className={styles.list}>
                {group === 'chain' && (
                  <div>
                    <dt>{shell.walkChain}</dt>
                    <dd>
                      <Kbd keys={formatChord('ArrowUp', app.shell.platform)} /> <Kbd keys={formatChord('ArrowDown', app.shell.platform)} />
                    </dd>
                  </div>
                )}
                {members.map((command) => (
                  <div key={command.id}>
                    <dt>{command.title(app.messages)}</dt>
                    <dd>
                      {command.keys.map((chord) => (
                        <Kbd key={chord} keys={formatChord(chord, app.shell.platform)} />
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          );
        })}
      </div>
    </Dialog>
  );
}
