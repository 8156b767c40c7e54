import type { Toasts } from '../kit/toasts.ts';
import { createToasts } from '../kit/toasts.ts';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { createDrag, type Drag } from './drag.ts';
import { platformOf, type Platform } from './keys.ts';

/** How this page is arranged on this device: kept in local storage, apart from the workspace. */
export interface Arrangement {
  readonly left: number;
  readonly right: number;
  /** 0: as high as suits the screen. */
  readonly dock: number;
  readonly leftOpen: boolean;
  readonly rightOpen: boolean;
  readonly dockOpen: boolean;
  /** `auto`: where there is room for it beside a chain that does not fit. */
  readonly miniMap: 'auto' | 'on' | 'off';
  /** Shortcuts of one key without Ctrl or Alt (WCAG 2.1.4 wants a switch). */
  readonly singleKeys: boolean;
}

interface ShellState extends Arrangement {
  /** What a narrow screen shows. */
  readonly sheet: Sheet;
  /** The gap (its place in `lane.gaps`) for which a plugin is being chosen. */
  readonly insertAt: number | undefined;
  /** The stop that has or last had the focus in the chain; `seq` grows when the focus is to go there. */
  readonly focus: ChainFocus;
  /** For screen readers: what just happened. */
  readonly announcement: string;
}

export interface ChainFocus {
  readonly rowId: string | undefined;
  readonly seq: number;
  /** The chain is shown twice; the focus stays where it was. */
  readonly surface: 'canvas' | 'list';
}

type Sheet = 'files' | 'chain' | 'inspector' | 'preview';

/** What the canvas can be asked to do while it is on the screen. */
interface CanvasApi {
  zoomIn(): void;
  zoomOut(): void;
  fit(): void;
  actualSize(): void;
  mapShown(): boolean;
  /** Moves the row into view. */
  reveal(rowId: string): void;
}

export interface Shell {
  readonly state: StoreApi<ShellState>;
  readonly toasts: Toasts;
  readonly drag: Drag;
  readonly platform: Platform;
  readonly memory: Memory;
  /** The canvas, while it is on the screen. */
  readonly canvas: () => CanvasApi | undefined;
  /** The canvas calls this when it appears; returns how to take it back. */
  offerCanvas(api: CanvasApi): () => void;
  announce(text: string): void;
}

export const initialArrangement: Arrangement = {
  left: 240,
  right: 336,
  dock: 0,
  leftOpen: true,
  rightOpen: true,
  dockOpen: true,
  miniMap: 'auto',
  singleKeys: true,
};

const KEY = 'filterloom.arrangement';

/** Storage that may be absent or refuse (private windows): then nothing is remembered. */
export interface Memory {
  read(key: string): string | undefined;
  write(key: string, text: string): void;
}

export function createShell(memory: Memory, navigatorPlatform: string): Shell {
  const state = createStore<ShellState>(() => ({
    ...readArrangement(memory.read(KEY)),
    sheet: 'chain',
    insertAt: undefined,
    focus: { rowId: undefined, seq: 0, surface: 'canvas' },
    announcement: '',
  }));
  state.subscribe((now, before) => {
    if (arrangementKeys.some((key) => now[key] !== before[key])) memory.write(KEY, JSON.stringify(pickArrangement(now)));
  });
  let canvas: CanvasApi | undefined;
  return {
    state,
    toasts: createToasts(),
    drag: createDrag(),
    platform: platformOf(navigatorPlatform),
    memory,
    canvas: () => canvas,
    offerCanvas: (api) => {
      canvas = api;
      return () => {
        if (canvas === api) canvas = undefined;
      };
    },
    // A repeated text would not be said again: a no-break space makes it a new one.
    announce: (text) => state.setState(({ announcement }) => ({ announcement: announcement === text ? `${text}\u00a0` : text })),
  };
}

const arrangementKeys = [
  'left',
  'right',
  'dock',
  'leftOpen',
  'rightOpen',
  'dockOpen',
  'miniMap',
  'singleKeys',
] as const satisfies readonly (keyof Arrangement)[];

function pickArrangement(state: Arrangement): Arrangement {
  return Object.fromEntries(arrangementKeys.map((key) => [key, state[key]])) as unknown as Arrangement;
}

/** What was kept, as far as it is of the right type; the rest as at first. */
export function readArrangement(text: string | undefined): Arrangement {
  let kept: unknown;
  try {
    kept = JSON.parse(text ?? '{}');
  } catch {
    kept = {}; // damaged by hand or by another version: begin anew
  }
  if (typeof kept !== 'object' || kept === null) return initialArrangement;
  const known = Object.entries(kept).filter(([key, value]) => typeof value === typeof initialArrangement[key as keyof Arrangement]);
  return { ...initialArrangement, ...Object.fromEntries(known) };
}
