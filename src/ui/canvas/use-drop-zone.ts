import { useReactFlow } from '@xyflow/react';
import { useEffect } from 'react';
import type { Lane } from '#workspace/design.ts';
import { useSelect } from '../kit/use-store.ts';
import { insertPlugin, movePlugin } from '../shell/chain-actions.ts';
import { isFilterOffer } from '#workspace/insertable.ts';
import { filterPlaceText } from '../shell/insert-places.ts';
import { findRow, fitsGap, isSamePlace, layerOfEntry, layerOfRow } from '../shell/chain-places.ts';
import type { DragPayload, DropTarget } from '../shell/drag.ts';
import { useApp } from '../shell/shell-context.ts';
import { gapAt } from './gap-at.ts';
import type { CanvasLayout } from './layout.ts';

const EDGE = 40;

/** Makes the lane the place where dragged plugins land: the nearest gap is the target, and near the edges the view moves along. */
export function useDropZone(lane: Lane, layout: CanvasLayout, ref: { readonly current: HTMLElement | null }): void {
  const flow = useReactFlow();
  const app = useApp();
  useEffect(() => {
    return app.shell.drag.offer({
      hit: (x: number, y: number, payload: DragPayload): DropTarget | undefined => {
        const box = ref.current?.getBoundingClientRect();
        if (box === undefined || x < box.left || x > box.right || y < box.top || y > box.bottom) return undefined;
        const row = payload.kind === 'row' ? findRow(lane, payload.rowId) : undefined;
        const layer = payload.kind === 'entry' ? layerOfEntry(payload.entry) : row === undefined ? 'http' : layerOfRow(lane, row);
        const position = gapAt(layout, flow.screenToFlowPosition({ x, y }), layer);
        const gap = position === undefined ? undefined : lane.gaps[position];
        if (position === undefined || gap === undefined) return undefined;
        if (payload.kind === 'entry' && !fitsGap(lane, payload.entry, gap)) return undefined;
        const same = row !== undefined && isSamePlace(row, gap);
        const filter = payload.kind === 'entry' && isFilterOffer(payload.entry) ? payload.entry : undefined;
        const text = filter === undefined ? gap.text : filterPlaceText(app, lane, gap, filter);
        return { gap: position, text, needsEnvoyFilter: filter !== undefined || gap.needsEnvoyFilter, same };
      },
      drop: (payload: DragPayload, target: DropTarget): void => {
        if (payload.kind === 'entry') return insertPlugin(app, payload.entry, target.gap);
        const row = findRow(lane, payload.rowId);
        if (row !== undefined) movePlugin(app, row, target.gap);
      },
    });
  }, [app, flow, lane, layout, ref]);

  const dragging = useSelect(app.shell.drag.store, (drag) => drag !== undefined);
  useEffect(() => {
    if (!dragging) return undefined;
    let frame = requestAnimationFrame(function follow() {
      const drag = app.shell.drag.store.getState();
      const box = ref.current?.getBoundingClientRect();
      if (drag !== undefined && box !== undefined && drag.x >= box.left && drag.x <= box.right) {
        const down = drag.y - (box.bottom - EDGE);
        const up = box.top + EDGE - drag.y;
        const inside = drag.y > box.top && drag.y < box.bottom;
        const by = !inside ? 0 : down > 0 ? -down / 4 : up > 0 ? up / 4 : 0;
        const at = flow.getViewport();
        if (by !== 0) void flow.setViewport({ ...at, y: at.y + by });
      }
      frame = requestAnimationFrame(follow);
    });
    return () => cancelAnimationFrame(frame);
  }, [app, dragging, flow, ref]);
}
