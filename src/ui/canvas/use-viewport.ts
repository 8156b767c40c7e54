import { useReactFlow } from '@xyflow/react';
import { useEffect, useEffectEvent, useRef } from 'react';
import { useSelect } from '../kit/use-store.ts';
import { useApp } from '../shell/shell-context.ts';
import { useCanvas } from './canvas-context.ts';
import type { CanvasLayout } from './layout.ts';
import { centred, firstLook, fitAll, reveal, type Viewport } from './viewport.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Where the canvas looks: a first look for every chain, the zoom commands, and the focus, which is brought into view and then given to
 * the stop that asked for it.
 */
export function useViewport(layout: CanvasLayout, size: Size, ref: { readonly current: HTMLElement | null }): void {
  const flow = useReactFlow();
  const { workspace, shell } = useApp();
  const canvas = useCanvas();
  const place = useSelect(
    workspace.design,
    (design) => `${design.proxy?.name ?? ''} ${design.listener?.name ?? ''} ${String(workspace.view.getState().chain)}`,
  );
  const focus = useSelect(shell.state, (state) => state.focus);

  const look = useEffectEvent((viewport: Viewport, smooth: boolean) => {
    const still = !smooth || matchMedia('(prefers-reduced-motion: reduce)').matches;
    void flow.setViewport(viewport, still ? {} : { duration: 180 });
  });
  const revealStop = useEffectEvent((id: string) => {
    const node = layout.nodes.find((item) => item.id === id);
    const next = node === undefined ? undefined : reveal(node, flow.getViewport(), size);
    if (next !== undefined) look(next, true);
  });

  // The first look, again when another chain is shown or the layout takes another shape (pane resized past a breakpoint).
  const looked = useRef('');
  useEffect(() => {
    const key = `${place} ${layout.width}`;
    if (size.width === 0 || looked.current === key) return undefined;
    looked.current = key;
    const frame = requestAnimationFrame(() => look(firstLook(layout, size), false));
    return () => cancelAnimationFrame(frame);
  }, [place, layout, size]);

  useEffect(() => {
    const zoomTo = (zoom: number): void => {
      const at = flow.getViewport();
      const next = Math.max(0.1, Math.min(2, zoom));
      // Around the middle of the view.
      const factor = next / at.zoom;
      look(
        { x: size.width / 2 - (size.width / 2 - at.x) * factor, y: size.height / 2 - (size.height / 2 - at.y) * factor, zoom: next },
        true,
      );
    };
    return shell.offerCanvas({
      zoomIn: () => zoomTo(flow.getViewport().zoom * 1.2),
      zoomOut: () => zoomTo(flow.getViewport().zoom / 1.2),
      fit: () => look(fitAll(layout, size), true),
      actualSize: () => look(centred(layout, size, 1), true),
      mapShown: () => canvas.getState().mapShown,
      reveal: (id: string) => revealStop(id),
    });
  }, [canvas, flow, layout, size, shell]);

  const handled = useRef(focus.seq);
  useEffect(() => {
    const { rowId, seq } = focus;
    if (rowId === undefined || handled.current === seq) return undefined;
    handled.current = seq;
    if (focus.surface !== 'canvas') return undefined;
    revealStop(rowId);
    const find = (): HTMLElement | null => ref.current?.querySelector<HTMLElement>(`[data-stop="${CSS.escape(rowId)}"]`) ?? null;
    if (document.activeElement === find() && find() !== null) return undefined;
    // A row outside the view is drawn only once the view has moved there.
    let tries = 0;
    let frame = requestAnimationFrame(function attempt() {
      const stop = find();
      if (stop !== null) stop.focus({ preventScroll: true });
      else if (tries++ < 20) frame = requestAnimationFrame(attempt);
    });
    return () => cancelAnimationFrame(frame);
  }, [focus, ref]);
}
