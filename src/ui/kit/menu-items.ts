import type { IconName } from './icon-paths.ts';

export type MenuEntry =
  | MenuAction
  | { readonly kind: 'separator'; readonly id: string }
  | { readonly kind: 'heading'; readonly id: string; readonly title: string };

export interface MenuAction {
  readonly kind: 'action';
  readonly id: string;
  readonly title: string;
  /** A second, quieter line. */
  readonly text?: string | undefined;
  readonly icon?: IconName | undefined;
  /** Keys that do the same, already formatted. */
  readonly keys?: string | undefined;
  readonly tone?: 'danger' | undefined;
  readonly disabled?: boolean | undefined;
  /** For items that show a state: a tick. */
  readonly checked?: boolean | undefined;
  readonly onSelect: () => void;
}

/** The action a typed letter leads to: the next one after `at` whose title begins with it. */
export function typeAheadTarget(actions: readonly MenuAction[], at: number, letter: string): number | undefined {
  const wanted = letter.toLowerCase();
  for (let step = 1; step <= actions.length; step++) {
    const index = (at + step) % actions.length;
    if (actions[index]?.title.toLowerCase().startsWith(wanted) === true) return index;
  }
  return undefined;
}
