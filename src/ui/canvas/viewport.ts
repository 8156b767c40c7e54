import { COMPACT_BELOW } from './layout.ts';

/** Where the canvas looks: as React Flow has it (screen = canvas × zoom + offset). */
export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

const MARGIN = 20;

/** Room at the left for the controls, where the canvas is wide enough to stand beside them. */
const CONTROLS = 52;

function leftMargin(view: Size): number {
  return view.width < COMPACT_BELOW ? MARGIN : CONTROLS;
}

/** Names stay readable: the first look and "fit" to the width never shrink below this. */
const READABLE = 0.9;

/** All of it, as large as it goes but never larger than life. */
export function fitAll(content: Size, view: Size): Viewport {
  const zoom = Math.min(1, (view.width - leftMargin(view) - MARGIN) / content.width, (view.height - 2 * MARGIN) / content.height);
  return centred(content, view, Math.max(0.1, zoom));
}

/** The first look: everything if it stays readable so, else the upper end at a readable size. */
export function firstLook(content: Size, view: Size): Viewport {
  const all = fitAll(content, view);
  if (all.zoom >= READABLE) return all;
  const byWidth = Math.min(1, (view.width - leftMargin(view) - MARGIN) / content.width);
  return centred(content, view, Math.max(READABLE, Math.min(byWidth, 1)));
}

/** Across the middle if it fits, from the left edge if not; always from the top. */
export function centred(content: Size, view: Size, zoom: number): Viewport {
  const spare = view.width - content.width * zoom;
  return { x: Math.round(Math.max(leftMargin(view), spare / 2)), y: MARGIN, zoom };
}

/** The smallest move that brings a part into view, or `undefined` when it is in view already. */
export function reveal(part: Size & { readonly x: number; readonly y: number }, at: Viewport, view: Size): Viewport | undefined {
  const dx = shift(part.x * at.zoom + at.x, part.width * at.zoom, view.width, 8, 8);
  const dy = shift(part.y * at.zoom + at.y, part.height * at.zoom, view.height, 40, 88);
  return dx === 0 && dy === 0 ? undefined : { x: at.x + dx, y: at.y + dy, zoom: at.zoom };
}

/** Notices and controls lie over the lower edge, so more is kept free there. */
function shift(start: number, size: number, room: number, before: number, after: number): number {
  const spare = Math.max(0, room - size);
  const low = Math.min(before, spare / 2);
  const high = room - Math.min(after, spare / 2);
  if (start < low) return low - start;
  return start + size > high ? high - (start + size) : 0;
}
