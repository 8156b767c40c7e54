import { useSyncExternalStore } from 'react';

/** Does the media query hold right now? */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = matchMedia(query);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    () => matchMedia(query).matches,
  );
}

/** Below this width panes become sheets that are shown one at a time. */
export function useIsNarrow(): boolean {
  return useMedia('(max-width: 899px)');
}
