import type { ReactElement } from 'react';
import { EmptyState } from '../kit/EmptyState.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';
import { useMessages } from '../messages/messages-context.ts';
import { sameRef } from '#envoy/provenance.ts';
import { DumpInspector } from './DumpInspector.tsx';
import { FileInspector } from './FileInspector.tsx';
import { FilterInspector } from './FilterInspector.tsx';
import { ResourceInspector } from './ResourceInspector.tsx';

/** What is selected: why it stands there, and its form, its text, its Envoy configuration. */
export function InspectorPane(): ReactElement {
  const workspace = useWorkspace();
  const messages = useMessages().inspector;
  const selection = useSelect(workspace.view, (view) => view.selection);
  const resource = useSelect(workspace.design, (design) =>
    selection?.kind === 'resource' ? design.resources.find((item) => sameRef(item, selection.resource)) : undefined,
  );
  const dump = useSelect(workspace.document, ({ document }) =>
    selection?.kind === 'file' ? document.dumps.find((item) => item.id === selection.fileId) : undefined,
  );
  const isThere = useSelect(
    workspace.document,
    ({ document }) => selection?.kind === 'file' && document.files.some((item) => item.id === selection.fileId),
  );
  const rows = useSelect(workspace.design, (design) => design.lane);
  if (dump !== undefined) return <DumpInspector dump={dump} key={dump.id} />;
  if (selection?.kind === 'file' && isThere) return <FileInspector fileId={selection.fileId} at={selection.at} />;
  if (resource !== undefined)
    return <ResourceInspector resource={resource} key={`${resource.kind}/${resource.namespace}/${resource.name}`} />;
  const row =
    selection?.kind === 'filter'
      ? [...(rows?.rows ?? []), ...(rows?.networkFilters ?? [])].find((item) => item.id === selection.rowId)
      : undefined;
  if (row !== undefined) return <FilterInspector row={row} key={row.id} />;
  return <EmptyState icon="sliders" title={messages.empty} text={messages.emptyText} />;
}
