import type { ReactElement } from 'react';
import { Menu } from '../kit/Menu.tsx';
import type { MenuEntry } from '../kit/menu-items.ts';
import type { Box } from '../kit/place.ts';
import { commands, keysOf } from './commands.ts';
import { useApp, type App } from './shell-context.ts';

interface ChainMenuProps {
  readonly anchor: Box;
  readonly label: string;
  readonly onClose: () => void;
}

/** What one can do with the current filter: the commands of the chain, as a menu. */
export function ChainMenu({ anchor, label, onClose }: ChainMenuProps): ReactElement {
  const app = useApp();
  return <Menu label={label} anchor={anchor} entries={chainMenu(app)} onClose={onClose} />;
}

function chainMenu(app: App): readonly MenuEntry[] {
  const actions = commands
    .filter((command) => command.group === 'chain' && command.isEnabled(app))
    .map((command): MenuEntry => ({
      kind: 'action',
      id: command.id,
      title: command.title(app.messages),
      icon: command.icon,
      keys: keysOf(command.id, app),
      tone: command.id === 'filter.remove' ? 'danger' : undefined,
      onSelect: () => command.run(app),
    }));
  const last = actions.at(-1);
  return last?.id === 'filter.remove' ? [...actions.slice(0, -1), { kind: 'separator', id: 'before-remove' }, last] : actions;
}
