import type { CanvasLayout } from './layout.ts';

export type WalkTarget = { readonly kind: 'chains' } | { readonly kind: 'stop'; readonly id: string };

function to(id: string | undefined): WalkTarget | undefined {
  return id === undefined ? undefined : { kind: 'stop', id };
}

/**
 * Where a key leads from a stop of the lane: to another stop, to the filter chains beside it, or nowhere. From a gap that is no stop
 * of its own (one reached by pointer or by "insert"), the walk goes on from its place.
 */
export function walk(stops: readonly string[], from: string, key: string, layout: Pick<CanvasLayout, 'nodes'>): WalkTarget | undefined {
  if (key === 'ArrowLeft') return { kind: 'chains' };
  if (key === 'Home') return to(stops[0]);
  if (key === 'End') return to(stops.at(-1));
  const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[key];
  if (step === undefined || stops.length === 0) return undefined;
  const at = stops.indexOf(from);
  if (at >= 0) return to(stops[Math.max(0, Math.min(stops.length - 1, at + step))]);
  const y = layout.nodes.find((node) => node.id === from)?.y ?? 0;
  const placed = layout.nodes.filter((node) => stops.includes(node.id));
  return to((step > 0 ? placed.find((node) => node.y > y) : placed.findLast((node) => node.y < y))?.id);
}
