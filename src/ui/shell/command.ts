import type { IconName } from '../kit/icon-paths.ts';
import type { Messages } from '../messages/en.ts';
import type { Chord } from './keys.ts';
import type { App } from './shell-context.ts';

/**
 * One thing a user can do, described once: menus, palette, shortcuts, buttons and the shortcut sheet all read the same list
 * (`commands.ts`).
 */
export interface Command {
  /** `noun.verb` */
  readonly id: string;
  readonly group: keyof Messages['commands']['group'];
  readonly title: (messages: Messages) => string;
  readonly keys: readonly Chord[];
  readonly icon?: IconName | undefined;
  /** `chain`: its keys work only while the focus is in the chain (canvas or list). */
  readonly scope: 'page' | 'chain';
  /** Keys work even while one types in a text field. */
  readonly inText?: boolean | undefined;
  readonly isEnabled: (app: App) => boolean;
  readonly run: (app: App) => void;
}
