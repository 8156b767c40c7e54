import type { Workspace } from '#workspace/workspace.ts';
import { mustExist } from '#base/assert.ts';
import { createContext, use } from 'react';

/** The one workspace of this page; provided by `App`, and by every component test for itself. */
export const WorkspaceContext = createContext<Workspace | undefined>(undefined);

export function useWorkspace(): Workspace {
  return mustExist(use(WorkspaceContext), 'WorkspaceContext');
}
