import { useEffect, useMemo } from 'react';
import { isPlainTcp } from '#workspace/conversation/conversation.ts';
import type { Lane } from '#workspace/design.ts';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';
import { useCanvas } from './canvas-context.ts';
import type { CanvasLayout } from './layout.ts';
import { conversationOverlay, overlayOf } from './trace-overlay.ts';

/** Lays the last run over the lane: of a request over its HTTP filters, of a connection over its network filters. */
export function useOverlay(lane: Lane, layout: CanvasLayout): void {
  const { runs, conversation, design } = useWorkspace();
  const canvas = useCanvas();
  const plainTcp = useSelect(design, isPlainTcp);
  const { picked, talk } = useSelect(conversation, (state) => ({ picked: state.picked, talk: state.trace }));
  const sent = useSelect(runs, (state) => ({ trace: state.trace, outdated: state.outdated }));
  const talking = picked || plainTcp;
  const trace = talking ? talk : sent.trace;
  const outdated = !talking && sent.outdated;
  const overlay = useMemo(() => {
    if (talking) return talk === undefined ? undefined : conversationOverlay(talk, lane.networkFilters);
    return sent.trace === undefined ? undefined : overlayOf(sent.trace, lane.rows);
  }, [talking, talk, sent.trace, lane]);
  const cutY = useMemo(() => cutAt(layout, overlay?.cut?.rowId), [layout, overlay]);
  useEffect(() => canvas.setState(({ run }) => ({ run: trace === undefined ? run : run + 1 })), [canvas, trace]);
  useEffect(() => canvas.setState({ overlay, outdated, cutY }), [canvas, overlay, outdated, cutY]);
}

/** The middle of the row that cut the request, or of the fold it is in. */
function cutAt(layout: CanvasLayout, rowId: string | undefined): number | undefined {
  const node = layout.nodes.find((item) => item.id === rowId || (item.kind === 'fold' && item.rows.some((row) => row.id === rowId)));
  return node === undefined ? undefined : node.y + node.height / 2;
}
