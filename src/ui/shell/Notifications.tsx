import { useEffect, type ReactElement } from 'react';
import { Toaster } from '../kit/Toaster.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useApp } from './shell-context.ts';

/** What just happened, over the lower edge of the chain. An offer to undo goes when another edit makes it mean something else. */
export function Notifications(): ReactElement {
  const { workspace, shell, messages } = useApp();
  useEffect(() => workspace.document.subscribe(() => shell.toasts.refresh()), [workspace, shell]);
  // While something is dragged, nothing may lie over the places it can go.
  const dragging = useSelect(shell.drag.store, (drag) => drag !== undefined);
  return <Toaster hidden={dragging} toasts={shell.toasts} label={messages.shell.notifications} dismissLabel={messages.common.dismiss} />;
}
