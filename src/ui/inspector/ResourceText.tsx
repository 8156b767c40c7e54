import type { ReactElement } from 'react';
import type { Resource } from '#istio/resource.ts';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';
import { FileText } from './FileInspector.tsx';

/** The text of the file a resource stands in, scrolled to the resource. */
export function ResourceText({ resource }: { readonly resource: Resource }): ReactElement | null {
  const workspace = useWorkspace();
  const file = useSelect(workspace.document, (state) => state.document.files.find((item) => item.name === resource.origin?.file));
  const start = resource.origin?.document.root?.range.start;
  return file === undefined ? null : <FileText fileId={file.id} revealAt={start} />;
}
