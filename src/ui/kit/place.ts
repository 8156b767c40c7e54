export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export type Placement = 'below-start' | 'below-end' | 'above' | 'beside';

const GAP = 4;
const MARGIN = 8;

/**
 * Where a floating box goes: at its anchor, on the side asked for, flipped to the other side when it does not fit there, and
 * always inside the viewport.
 */
export function place(
  anchor: Box,
  size: { readonly width: number; readonly height: number },
  viewport: { readonly width: number; readonly height: number },
  placement: Placement,
): { readonly left: number; readonly top: number } {
  const below = anchor.top + anchor.height + GAP;
  const above = anchor.top - size.height - GAP;
  const fitsBelow = below + size.height <= viewport.height - MARGIN;
  const fitsAbove = above >= MARGIN;
  let left = anchor.left;
  let top = fitsBelow || !fitsAbove ? below : above;
  if (placement === 'above') {
    left = anchor.left + anchor.width / 2 - size.width / 2;
    top = fitsAbove || !fitsBelow ? above : below;
  } else if (placement === 'below-end') {
    left = anchor.left + anchor.width - size.width;
  } else if (placement === 'beside') {
    const right = anchor.left + anchor.width + GAP;
    left = right + size.width <= viewport.width - MARGIN ? right : anchor.left - size.width - GAP;
    top = anchor.top;
  }
  return {
    left: Math.round(clamp(left, MARGIN, viewport.width - size.width - MARGIN)),
    top: Math.round(clamp(top, MARGIN, viewport.height - size.height - MARGIN)),
  };
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
