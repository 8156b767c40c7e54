import { ReactFlowProvider } from '@xyflow/react';
import { useState, type ReactElement } from 'react';
import { Button } from '../kit/Button.tsx';
import { EmptyState } from '../kit/EmptyState.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';
import { useMessages } from '../messages/messages-context.ts';
import { openFilePicker } from '../shell/add-files.ts';
import { useApp } from '../shell/shell-context.ts';
import { CanvasContext, createCanvasStore } from './canvas-context.ts';
import { LaneCanvas } from './LaneCanvas.tsx';

/** The connection from client to upstream, drawn; or what to do when there is none. */
export function CanvasPane(): ReactElement {
  const { design } = useWorkspace();
  const [canvas] = useState(createCanvasStore);
  const lane = useSelect(design, (state) => state.lane);
  if (lane === undefined) return <NoChain />;
  return (
    <CanvasContext value={canvas}>
      <ReactFlowProvider>
        <LaneCanvas lane={lane} />
      </ReactFlowProvider>
    </CanvasContext>
  );
}

function NoChain(): ReactElement {
  const app = useApp();
  const { canvas: words } = useMessages();
  const hasProxy = useSelect(app.workspace.design, (state) => state.proxy !== undefined);
  return (
    <EmptyState icon="layers" title={words.emptyTitle} text={hasProxy ? words.emptyNoChain : words.emptyNoProxy}>
      {!hasProxy && (
        <>
          <Button variant="primary" onClick={() => app.workspace.actions.loadSample('httpbin')}>
            {words.emptySample}
          </Button>
          <Button icon="upload" onClick={() => openFilePicker(app)}>
            {words.emptyOpen}
          </Button>
        </>
      )}
    </EmptyState>
  );
}
