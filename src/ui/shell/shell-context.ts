import { mustExist } from '#base/assert.ts';
import type { Workspace } from '#workspace/workspace.ts';
import { createContext, use, useMemo } from 'react';
import { useWorkspace } from '../kit/workspace-context.ts';
import type { Messages } from '../messages/en.ts';
import { useMessages } from '../messages/messages-context.ts';
import type { Shell } from './shell-state.ts';

export const ShellContext = createContext<Shell | undefined>(undefined);

export function useShell(): Shell {
  return mustExist(use(ShellContext), 'ShellContext');
}

/** Everything a command works on. */
export interface App {
  readonly workspace: Workspace;
  readonly shell: Shell;
  readonly messages: Messages;
}

export function useApp(): App {
  const workspace = useWorkspace();
  const shell = useShell();
  const messages = useMessages();
  return useMemo(() => ({ workspace, shell, messages }), [workspace, shell, messages]);
}
