import type { Layer } from '#istio/placement/slots.ts';
import type { GapPosition } from '../shell/chain-places.ts';
import type { CanvasLayout } from './layout.ts';

/** How far beside the lane a pointer may be, and how far from a gap. */
const BESIDE = 90;
const NEAR = 60;

/** The gap of a layer a pointer means: the nearest one, if the pointer is on the lane or close to it. */
export function gapAt(
  layout: Pick<CanvasLayout, 'nodes'>,
  point: { readonly x: number; readonly y: number },
  layer: Layer,
): GapPosition | undefined {
  let best: { readonly position: GapPosition; readonly distance: number } | undefined;
  for (const node of layout.nodes) {
    if (node.kind !== 'gap' || node.gap.layer !== layer || point.x < node.x - BESIDE || point.x > node.x + node.width + BESIDE) continue;
    const distance = Math.abs(point.y - (node.y + node.height / 2));
    if (distance <= NEAR && (best === undefined || distance < best.distance)) best = { position: node.position, distance };
  }
  return best?.position;
}
