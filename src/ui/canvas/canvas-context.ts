import { mustExist } from '#base/assert.ts';
import { createContext, use } from 'react';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { TraceOverlay } from './trace-overlay.ts';

/** What the nodes of one canvas share beyond their own data; kept out of that data so that focus and hover redraw two nodes, not all. */
interface CanvasState {
  /** The stop that Tab leads to: one for the whole lane, arrows walk from there. */
  readonly stop: string | undefined;
  readonly overlay: TraceOverlay | undefined;
  /** Grows with every run, so that each is seen to happen. */
  readonly run: number;
  /** The overlay is of a run before the last change. */
  readonly outdated: boolean;
  /** Rows whose folds the user opened. */
  readonly open: ReadonlySet<string>;
  readonly allChains: boolean;
  readonly mapShown: boolean;
  /** Where the request rail ends in a local reply, in canvas coordinates. */
  readonly cutY: number | undefined;
}

export type CanvasStore = StoreApi<CanvasState>;

export const CanvasContext = createContext<CanvasStore | undefined>(undefined);

export function createCanvasStore(): CanvasStore {
  return createStore<CanvasState>(() => ({
    stop: undefined,
    overlay: undefined,
    run: 0,
    outdated: false,
    open: new Set(),
    allChains: false,
    cutY: undefined,
    mapShown: false,
  }));
}

export function useCanvas(): CanvasStore {
  return mustExist(use(CanvasContext), 'CanvasContext');
}
