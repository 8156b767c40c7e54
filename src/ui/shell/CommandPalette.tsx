import type { ReactElement } from 'react';
import { PickerDialog, type PickerItem } from '../kit/PickerDialog.tsx';
import { selectRow } from './chain-actions.ts';
import { commands, keysOf } from './commands.ts';
import { useApp, type App } from './shell-context.ts';

/** Every enabled command, and every filter, file and proxy to go to. */
export function CommandPalette(): ReactElement {
  const app = useApp();
  const { shell, common } = app.messages;
  return (
    <PickerDialog
      title={shell.palette}
      placeholder={shell.palettePlaceholder}
      emptyText={shell.paletteEmpty}
      closeLabel={common.close}
      items={paletteItems(app)}
      onClose={() => app.workspace.actions.setView({ dialog: undefined })}
    />
  );
}

export function paletteItems(app: App): readonly PickerItem[] {
  const { workspace, messages, shell } = app;
  const { lane, mesh, sources } = workspace.design.getState();
  const { document } = workspace.document.getState();
  const groups = messages.commands.group;
  const places: readonly PickerItem[] = [
    ...(lane?.rows ?? []).map((row): PickerItem => ({
      id: `row ${row.id}`,
      title: row.title,
      text: row.subtitle,
      icon: row.kind === 'plugin' ? 'plugin' : row.kind === 'envoy-filter' ? 'envoy-filter' : 'sliders',
      group: groups.chain,
      onSelect: () => {
        shell.state.setState({ sheet: 'chain' });
        selectRow(app, row);
      },
    })),
    ...[...document.files, ...document.dumps].map((file): PickerItem => ({
      id: `file ${file.id}`,
      title: file.name,
      icon: 'file',
      group: messages.panes.files.tree,
      onSelect: () => workspace.actions.select({ kind: 'file', fileId: file.id }),
    })),
    ...sources.map(({ key, proxy, file }): PickerItem => ({
      id: `proxy ${key}`,
      title: proxy.namespace === '' ? proxy.name : `${proxy.namespace}/${proxy.name}`,
      text: file?.name ?? messages.shell.proxyKind[proxy.type],
      icon: proxy.type === 'sidecar' ? 'workload' : 'gateway',
      group: messages.shell.proxy,
      onSelect: () => workspace.actions.setView({ proxy: key, listener: undefined, chain: undefined, selection: undefined }),
    })),
    ...(mesh?.listeners ?? []).map((listener): PickerItem => ({
      id: `listener ${listener.name}`,
      title: listener.name,
      text: listener.address,
      icon: 'server',
      group: messages.shell.paletteListeners,
      onSelect: () => workspace.actions.setView({ listener: listener.name, chain: undefined, selection: undefined }),
    })),
  ];
  const actions = commands
    .filter((command) => command.id !== 'palette.show' && command.isEnabled(app))
    .map((command): PickerItem => ({
      id: command.id,
      title: command.title(messages),
      icon: command.icon,
      keys: keysOf(command.id, app),
      group: groups[command.group],
      onSelect: () => command.run(app),
    }));
  const order = Object.values(groups);
  return [...actions.toSorted((a, b) => order.indexOf(a.group ?? '') - order.indexOf(b.group ?? '')), ...places];
}
