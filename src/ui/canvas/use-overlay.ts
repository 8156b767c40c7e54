import { useEffect, useMemo } from 'react';
import type { Lane } from '#workspace/design.ts';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';
import { useCanvas } from './canvas-context.ts';
import type { CanvasLayout } from './layout.ts';
import { overlayOf } from './trace-overlay.ts';

/** Lays the last run over the lane. */
export function useOverlay(lane: Lane, layout: CanvasLayout): void {
  const { runs } = useWorkspace();
  const canvas = useCanvas();
  const { trace, outdated } = useSelect(runs, (state) => ({ trace: state.trace, outdated: state.outdated }));
  const overlay = useMemo(() => (trace === undefined ? undefined : overlayOf(trace, lane.rows)), [trace, lane.rows]);
  const cutY = useMemo(() => cutAt(layout, overlay?.cut?.rowId), [layout, overlay]);
  useEffect(() => canvas.setState(({ run }) => ({ run: trace === undefined ? run : run + 1 })), [canvas, trace]);
  useEffect(() => canvas.setState({ overlay, outdated, cutY }), [canvas, overlay, outdated, cutY]);
}

/** The middle of the row that cut the request, or of the fold it is in. */
function cutAt(layout: CanvasLayout, rowId: string | undefined): number | undefined {
  const node = layout.nodes.find((item) => item.id === rowId || (item.kind === 'fold' && item.rows.some((row) => row.id === rowId)));
  return node === undefined ? undefined : node.y + node.height / 2;
}
