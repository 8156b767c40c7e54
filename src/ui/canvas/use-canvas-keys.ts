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
      if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented || !(event.target instanceof HTMLElement)) return;
      const cards = [...(ref.current?.querySelectorAll<HTMLElement>('[data-chain-card]') ?? [])];
      const card = cards.indexOf(event.target);
      const stop = event.target.dataset['stop'];
      if (stop !== undefined) {
        const to = walk(layout.stops, stop, event.key, layout);
        if (to === 'chains')
          (cards.find((item) => item.getAttribute('aria-pressed') === 'true') ?? cards[0])?.focus({ preventScroll: true });
        else if (to !== undefined) focusRow(app, to);
        else return;
      } else if (card >= 0) {
        if (event.key === 'ArrowDown') cards[card + 1]?.focus({ preventScroll: true });
        else if (event.key === 'ArrowUp') cards[card - 1]?.focus({ preventScroll: true });
        else if (event.key === 'ArrowRight') focusRow(app, layout.stops[0] ?? '');
        else return;
      } else return;
      event.preventDefault();
    },
    [app, layout, ref],
  );
}
