import type { Result } from '#base/result.ts';
import { fail, ok } from '#base/result.ts';
import { freePath } from '#istio/export/kustomize/paths.ts';
import { kustomizeFolder } from '#istio/export/kustomize/folder.ts';
import type { Stores, WorkspaceDependencies } from '../create-workspace.ts';
import type { ModuleFile } from '../document.ts';
import type { WorkspaceActions } from '../workspace.ts';

type ExportActions = Pick<WorkspaceActions, 'zipFolder'>;

/** Taking the work home as files. */
export function exportActions({ document }: Stores, { storage, now }: WorkspaceDependencies): ExportActions {
  return {
    zipFolder: async () => {
      const { files, modules } = document.getState().document;
      const folder = kustomizeFolder(files);
      const entries: Record<string, Uint8Array> = {};
      for (const { path, text } of folder.files) entries[path] = new TextEncoder().encode(text);
      const taken = new Set<string>();
      for (const module of modules) {
        const bytes = await storage.loadModule(module.digest);
        if (bytes === undefined) return moduleGone(module);
        entries[`modules/${moduleFileName(module, taken)}`] = bytes;
      }
      const { zipSync } = await import('fflate');
      return ok(new Uint8Array(zipSync(entries, { mtime: now() })));
    },
  };
}

function moduleFileName({ name }: ModuleFile, taken: Set<string>): string {
  return freePath(name.replaceAll(/[/\\]/g, '-'), taken, '.wasm');
}

function moduleGone({ name }: ModuleFile): Result<never> {
  return fail(
    'module-gone',
    `The browser does not hold the bytes of ${name} any more.`,
    'Drop the module in again, or remove it from the workspace.',
  );
}
