import { isConversation } from '#workspace/conversation/conversation.ts';
import { openFilePicker } from '../add-files.ts';
import type { Command } from '../command.ts';
import { redo, undo } from '../history-actions.ts';

const always = (): boolean => true;

export const editCommands: readonly Command[] = [
  {
    id: 'history.undo',
    group: 'edit',
    title: (m) => m.commands.undo,
    keys: ['Mod+Z'],
    icon: 'undo',
    scope: 'page',
    isEnabled: ({ workspace }) => workspace.document.getState().past.length > 0,
    run: undo,
  },
  {
    id: 'history.redo',
    group: 'edit',
    title: (m) => m.commands.redo,
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    icon: 'redo',
    scope: 'page',
    isEnabled: ({ workspace }) => workspace.document.getState().future.length > 0,
    run: redo,
  },
  {
    id: 'files.open',
    group: 'edit',
    title: (m) => m.commands.openFiles,
    keys: ['Mod+O'],
    icon: 'upload',
    scope: 'page',
    isEnabled: always,
    run: openFilePicker,
  },
  {
    id: 'file.new',
    group: 'edit',
    title: (m) => m.commands.newFile,
    keys: [],
    icon: 'file',
    scope: 'page',
    isEnabled: always,
    run: ({ workspace, messages }) => {
      const added = workspace.actions.addText(messages.shell.newFileText, messages.shell.newFileName);
      if (added.ok) workspace.actions.select({ kind: 'file', fileId: added.value.fileId });
    },
  },
  {
    id: 'samples.show',
    group: 'edit',
    title: (m) => m.commands.samples,
    keys: [],
    icon: 'layers',
    scope: 'page',
    isEnabled: always,
    run: ({ workspace }) => workspace.actions.setView({ dialog: 'samples' }),
  },
  {
    id: 'export.show',
    group: 'edit',
    title: (m) => m.commands.export,
    keys: ['Mod+E'],
    icon: 'share',
    scope: 'page',
    inText: true,
    isEnabled: always,
    run: ({ workspace }) => workspace.actions.setView({ dialog: 'export' }),
  },
  {
    id: 'preview.send',
    group: 'preview',
    title: (m) => m.commands.send,
    keys: ['Mod+Enter'],
    icon: 'send',
    scope: 'page',
    inText: true,
    isEnabled: ({ workspace }) => workspace.design.getState().chain !== undefined && !workspace.runs.getState().running,
    run: ({ workspace, shell }) => {
      workspace.actions.setView({ dockTab: 'preview' });
      shell.state.setState({ dockOpen: true });
      const talks = isConversation(workspace.design.getState(), workspace.conversation.getState());
      // Failures are shown by the preview pane, which has them from its store.
      void (talks ? workspace.actions.converse() : workspace.actions.send(workspace.runs.getState().request));
    },
  },
];
