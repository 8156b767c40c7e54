import type { ResourceRef } from '#envoy/provenance.ts';
import type { Insertable } from '#workspace/insertable.ts';
import { createStore, type StoreApi } from 'zustand/vanilla';

export type DragPayload =
  | { readonly kind: 'entry'; readonly entry: Insertable; readonly title: string }
  | { readonly kind: 'row'; readonly resource: ResourceRef; readonly rowId: string; readonly title: string };

interface DragState {
  readonly payload: DragPayload;
  /** Pointer in the window. */
  readonly x: number;
  readonly y: number;
  /** The gap below the pointer, as its place in `lane.gaps`, with what a drop there means. */
  readonly target: DropTarget | undefined;
}

export interface DropTarget {
  readonly gap: number;
  readonly text: string;
  readonly needsEnvoyFilter: boolean;
  /** Dropping here would change nothing. */
  readonly same: boolean;
}

interface DropZone {
  readonly hit: (x: number, y: number, payload: DragPayload) => DropTarget | undefined;
  readonly drop: (payload: DragPayload, target: DropTarget) => void;
}

/**
 * Dragging plugins by pointer, from the catalogue or inside the chain, onto gaps. By pointer events rather than HTML drag and drop:
 * those work by touch, end on Escape for certain, and let the chain say live what a drop would mean.
 */
export interface Drag {
  readonly store: StoreApi<DragState | undefined>;
  /** The canvas calls this while it is on the screen; returns how to take it back. */
  offer(zone: DropZone): () => void;
  /** Call from `pointerdown`; the drag begins once the pointer has moved a little, so a click stays a click. */
  begin(payload: DragPayload, down: { readonly clientX: number; readonly clientY: number; readonly pointerId: number }): void;
}

const THRESHOLD = 4;

export function createDrag(): Drag {
  const store = createStore<DragState | undefined>(() => undefined);
  const zone: { current: DropZone | undefined } = { current: undefined };
  return {
    store,
    offer: (offered) => {
      zone.current = offered;
      return () => {
        if (zone.current === offered) zone.current = undefined;
      };
    },
    begin: (payload, down) => {
      const controller = new AbortController();
      const options = { signal: controller.signal, capture: true };
      const end = (): void => {
        controller.abort();
        store.setState(undefined, true);
      };
      const move = (event: PointerEvent): void => {
        if (event.pointerId !== down.pointerId) return;
        const far = Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) >= THRESHOLD;
        if (store.getState() === undefined && !far) return;
        event.preventDefault();
        const target = zone.current?.hit(event.clientX, event.clientY, payload);
        store.setState({ payload, x: event.clientX, y: event.clientY, target }, true);
      };
      const up = (event: PointerEvent): void => {
        if (event.pointerId !== down.pointerId) return;
        const target = store.getState()?.target;
        if (store.getState() !== undefined) swallowClick();
        end();
        if (target !== undefined && !target.same) zone.current?.drop(payload, target);
      };
      const key = (event: KeyboardEvent): void => {
        if (event.key !== 'Escape' || store.getState() === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        swallowClick();
        end();
      };
      window.addEventListener('pointermove', move, options);
      window.addEventListener('pointerup', up, options);
      window.addEventListener('pointercancel', end, options);
      // Only the window's own: while capturing, blurs of its elements pass by too.
      window.addEventListener('blur', (event) => event.target === window && end(), options);
      window.addEventListener('keydown', key, options);
    },
  };
}

/** The click that follows the end of a drag is not meant as one. */
function swallowClick(): void {
  const stop = (event: Event): void => {
    event.preventDefault();
    event.stopPropagation();
  };
  window.addEventListener('click', stop, { capture: true, once: true });
  setTimeout(() => window.removeEventListener('click', stop, true), 0);
}
