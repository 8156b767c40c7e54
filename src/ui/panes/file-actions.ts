import type { ResourceRef } from '#envoy/provenance.ts';
import type { ModuleFile } from '#workspace/document.ts';
import { moduleUrls } from '#workspace/modules.ts';
import type { MenuEntry } from '../kit/menu-items.ts';
import { inspectCurrent, showFailure, undoAction } from '../shell/chain-actions.ts';
import type { App } from '../shell/shell-context.ts';
import { saveFile } from '../kit/save-file.ts';

interface NamedFile {
  readonly fileId: string;
  readonly name: string;
}

export function removeFile(app: App, file: NamedFile): void {
  app.workspace.actions.removeFile(file.fileId);
  app.shell.toasts.show({ tone: 'info', text: app.messages.panes.files.removed(file.name), action: undoAction(app) });
}

export function removeResource(app: App, ref: ResourceRef): void {
  const result = app.workspace.actions.removeResource(ref);
  if (!result.ok) return showFailure(app, result.error);
  app.shell.toasts.show({ tone: 'info', text: app.messages.commands.removed(ref.name), action: undoAction(app) });
}

export function removeModule(app: App, module: ModuleFile): void {
  app.workspace.actions.removeModule(module.id);
  app.shell.toasts.show({ tone: 'info', text: app.messages.panes.modules.removed(module.name), action: undoAction(app) });
}

export function fileMenu(app: App, file: NamedFile, rename: () => void): readonly MenuEntry[] {
  const { common } = app.messages;
  return [
    { kind: 'action', id: 'rename', title: common.rename, icon: 'pencil', keys: 'F2', onSelect: rename },
    { kind: 'action', id: 'download', title: common.download, icon: 'download', onSelect: () => void download(app, file.fileId) },
    { kind: 'separator', id: 'line' },
    { kind: 'action', id: 'delete', title: common.delete, icon: 'trash', tone: 'danger', onSelect: () => removeFile(app, file) },
  ];
}

export function resourceMenu(app: App, ref: ResourceRef): readonly MenuEntry[] {
  const { common, commands } = app.messages;
  const duplicate = (): void => {
    const result = app.workspace.actions.duplicateResource(ref);
    if (!result.ok) return showFailure(app, result.error);
    app.workspace.actions.select({ kind: 'resource', resource: result.value });
    app.shell.toasts.show({ tone: 'success', text: commands.duplicated(result.value.name), action: undoAction(app) });
  };
  const inspect = (): void => {
    app.workspace.actions.select({ kind: 'resource', resource: ref });
    inspectCurrent(app);
  };
  return [
    { kind: 'action', id: 'inspect', title: commands.inspect, icon: 'sliders', onSelect: inspect },
    { kind: 'action', id: 'duplicate', title: commands.duplicate, icon: 'copy', onSelect: duplicate },
    { kind: 'separator', id: 'line' },
    { kind: 'action', id: 'delete', title: common.delete, icon: 'trash', tone: 'danger', onSelect: () => removeResource(app, ref) },
  ];
}

/** What a dropped module can be used for: the urls of the plugins there are, and its end. */
export function moduleMenu(app: App, module: ModuleFile): readonly MenuEntry[] {
  const { modules: words } = app.messages.panes;
  const urls = pluginUrls(app).filter((url) => !module.urls.includes(url));
  return [
    ...urls.map((url): MenuEntry => ({
      kind: 'action',
      id: url,
      title: words.bindTo(url),
      icon: 'link',
      onSelect: () => bindModule(app, module, url),
    })),
    {
      kind: 'action',
      id: 'digest',
      title: words.copyDigest,
      icon: 'copy',
      onSelect: () => void navigator.clipboard.writeText(module.digest),
    },
    {
      kind: 'action',
      id: 'download',
      title: app.messages.common.download,
      icon: 'download',
      onSelect: () => void download(app, module.id),
    },
    { kind: 'separator', id: 'line' },
    {
      kind: 'action',
      id: 'delete',
      title: app.messages.common.delete,
      icon: 'trash',
      tone: 'danger',
      onSelect: () => removeModule(app, module),
    },
  ];
}

function bindModule(app: App, module: ModuleFile, url: string): void {
  app.workspace.actions.bindModule(module.id, url);
  app.shell.toasts.show({ tone: 'success', text: app.messages.panes.modules.bound1(module.name, url), action: undoAction(app) });
}

/** The module urls that plugins of the workspace and the chain in view name. */
export function pluginUrls(app: App): readonly string[] {
  const design = app.workspace.design.getState();
  const urls = design.resources.flatMap((resource) => {
    const url = resource.kind === 'WasmPlugin' ? resource.spec['url'] : undefined;
    return typeof url === 'string' && url !== '' ? [url] : [];
  });
  return [...new Set([...urls, ...moduleUrls(design)])];
}

async function download(app: App, id: string): Promise<void> {
  const found = await app.workspace.actions.contentOf(id);
  if (found.ok) saveFile(found.value.name, found.value.content);
  else showFailure(app, found.error);
}
