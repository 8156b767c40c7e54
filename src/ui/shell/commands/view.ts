import type { ViewState } from '#workspace/view.ts';
import type { IconName } from '../../kit/icon-paths.ts';
import type { Messages } from '../../messages/en.ts';
import type { Command } from '../command.ts';

type Show = Partial<Pick<ViewState, 'leftTab' | 'dockTab' | 'dialog' | 'theme'>>;
type Title = (messages: Messages) => string;

const page = { scope: 'page', isEnabled: () => true } as const;

function showLeft(tab: ViewState['leftTab'], title: Title, keys: readonly string[], icon: IconName): Command {
  return {
    ...page,
    id: `left.${tab}`,
    group: 'go',
    title,
    keys,
    icon,
    run: ({ workspace, shell }) => {
      workspace.actions.setView({ leftTab: tab });
      shell.state.setState({ leftOpen: true, sheet: 'files' });
    },
  };
}

function showDock(tab: ViewState['dockTab'], title: Title, keys: readonly string[], icon: IconName): Command {
  return {
    ...page,
    id: `dock.${tab}`,
    group: 'go',
    title,
    keys,
    icon,
    run: ({ workspace, shell }) => {
      workspace.actions.setView({ dockTab: tab });
      shell.state.setState({ dockOpen: true, sheet: 'preview' });
    },
  };
}

function setView(id: string, group: Command['group'], title: Title, keys: readonly string[], icon: IconName, change: Show): Command {
  return { ...page, id, group, title, keys, icon, run: ({ workspace }) => workspace.actions.setView(change) };
}

function togglePane(
  id: string,
  title: Title,
  keys: readonly string[],
  icon: IconName,
  pane: 'leftOpen' | 'rightOpen' | 'dockOpen',
): Command {
  return { ...page, id, group: 'view', title, keys, icon, run: ({ shell }) => shell.state.setState((state) => ({ [pane]: !state[pane] })) };
}

function canvas(id: 'zoomIn' | 'zoomOut' | 'fit' | 'actualSize', title: Title, keys: readonly string[], icon: IconName): Command {
  return {
    id: `canvas.${id}`,
    group: 'view',
    title,
    keys,
    icon,
    scope: 'page',
    isEnabled: ({ shell }) => shell.canvas() !== undefined,
    run: ({ shell }) => shell.canvas()?.[id](),
  };
}

export const viewCommands: readonly Command[] = [
  { ...setView('palette.show', 'go', (m) => m.commands.palette, ['Mod+K', 'F1'], 'search', { dialog: 'palette' }), inText: true },
  showLeft('files', (m) => m.commands.showFiles, ['Alt+1'], 'file'),
  showLeft('catalogue', (m) => m.commands.showCatalogue, ['Alt+2'], 'plugin'),
  showLeft('modules', (m) => m.commands.showModules, ['Alt+3'], 'module'),
  showDock('preview', (m) => m.commands.showPreview, ['Alt+4'], 'play'),
  showDock('problems', (m) => m.commands.showProblems, ['Alt+5'], 'warning'),
  showDock('log', (m) => m.commands.showLog, ['Alt+6'], 'list'),
  showDock('list', (m) => m.commands.showList, ['Alt+7'], 'list'),
  showDock('compare', (m) => m.commands.showCompare, ['Alt+8'], 'layers'),
  {
    ...setView('resources.make', 'edit', (m) => m.commands.makeResources, [], 'layers', { dialog: 'resources' }),
    isEnabled: ({ workspace }) => workspace.design.getState().source?.kind === 'config-dump',
  },
  togglePane('pane.left', (m) => m.commands.toggleLeft, ['Mod+B'], 'panel', 'leftOpen'),
  togglePane('pane.right', (m) => m.commands.toggleRight, ['Mod+I'], 'panel-right', 'rightOpen'),
  togglePane('pane.dock', (m) => m.commands.toggleDock, ['Mod+J'], 'panel-bottom', 'dockOpen'),
  {
    ...page,
    id: 'chain.fold',
    group: 'view',
    title: (m) => m.commands.fold,
    keys: ['Alt+F'],
    icon: 'fold',
    run: ({ workspace }) => workspace.actions.setView({ foldBuiltIns: !workspace.view.getState().foldBuiltIns }),
  },
  canvas('fit', (m) => m.commands.fit, ['Alt+0'], 'fit'),
  canvas('actualSize', (m) => m.commands.actualSize, ['Alt+9'], 'search'),
  canvas('zoomIn', (m) => m.commands.zoomIn, [], 'add'),
  canvas('zoomOut', (m) => m.commands.zoomOut, [], 'remove'),
  {
    ...page,
    id: 'canvas.miniMap',
    group: 'view',
    title: (m) => m.commands.miniMap,
    keys: ['Alt+M'],
    icon: 'map',
    isEnabled: ({ shell }) => shell.canvas() !== undefined,
    run: ({ shell }) => shell.state.setState({ miniMap: shell.canvas()?.mapShown() === true ? 'off' : 'on' }),
  },
  setView('theme.system', 'view', (m) => m.commands.themeSystem, [], 'monitor', { theme: 'system' }),
  setView('theme.light', 'view', (m) => m.commands.themeLight, [], 'sun', { theme: 'light' }),
  setView('theme.dark', 'view', (m) => m.commands.themeDark, [], 'moon', { theme: 'dark' }),
  setView('proxy.describe', 'edit', (m) => m.commands.describeProxy, [], 'add', { dialog: 'describe' }),
  setView('chains.find', 'go', (m) => m.commands.findChain, [], 'layers', { dialog: 'chains' }),
  setView('cost.show', 'preview', (m) => m.commands.compareCost, [], 'chart', { dialog: 'cost' }),
  setView('matrix.show', 'go', (m) => m.commands.matrix, ['Alt+W'], 'layers', { dialog: 'matrix' }),
  setView('shortcuts.show', 'help', (m) => m.commands.shortcuts, ['?'], 'keyboard', { dialog: 'shortcuts' }),
];
