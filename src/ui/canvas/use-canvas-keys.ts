import { useCallback, type KeyboardEvent } from 'react';
import { focusRow } from '../shell/chain-actions.ts';
import { useApp } from '../shell/shell-context.ts';
import type { CanvasLayout } from './layout.ts';
import { walk } from './walk.ts';

/** Arrow keys inside the canvas: up and down along the lane, left to the filter chains, right back. The commands' keys are the shell's. */
export function useCanvasKeys(layout: CanvasLayout, ref: { readonly current: HTMLElement | null }): (event: KeyboardEvent) => void {
  const app = useApp();
  return useCallback(
    (event: KeyboardEvent): void => {
      const { target, key } = event;
      if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented || !(target instanceof HTMLElement)) return;
      const cards = [...(ref.current?.querySelectorAll<HTMLElement>('[data-chain-card]') ?? [])];
      const next = nextOf(target, key, cards, layout);
      if (next === undefined) return;
      event.preventDefault();
      if (typeof next === 'string') focusRow(app, next, 'canvas');
      else next.focus({ preventScroll: true });
    },
    [app, layout, ref],
  );
}

/** A stop of the lane by its id, or the card of a filter chain. */
function nextOf(target: HTMLElement, key: string, cards: readonly HTMLElement[], layout: CanvasLayout): string | HTMLElement | undefined {
  const stop = target.dataset['stop'];
  if (stop !== undefined) {
    const to = walk(layout.stops, stop, key, layout);
    if (to?.kind === 'stop') return to.id;
    return to === undefined ? undefined : (cards.find((item) => item.getAttribute('aria-pressed') === 'true') ?? cards[0]);
  }
  const card = cards.indexOf(target);
  if (card < 0) return undefined;
  if (key === 'ArrowRight') return layout.stops[0];
  return { ArrowDown: cards[card + 1], ArrowUp: cards[card - 1] }[key];
}
