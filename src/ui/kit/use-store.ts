import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { StoreApi } from 'zustand/vanilla';

/**
 * Reads a slice of a store and renders again only when that slice changes. Slices are compared shallowly, so a selector may build
 * a small object or list of stored values; it must not build nested ones.
 */
export function useSelect<S, T>(store: StoreApi<S>, selector: (state: S) => T): T {
  return useStore(store, useShallow(selector));
}
