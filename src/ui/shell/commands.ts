import type { Command } from './command.ts';
import { editCommands } from './commands/edit.ts';
import { chainCommands } from './commands/chain.ts';
import { viewCommands } from './commands/view.ts';
import { formatChord } from './keys.ts';
import type { App } from './shell-context.ts';

/** Everything a user can do, in the order of the palette. A command that is not here does not exist. */
export const commands: readonly Command[] = [...editCommands, ...chainCommands, ...viewCommands];

export function findCommand(id: string): Command {
  const command = commands.find((candidate) => candidate.id === id);
  if (command === undefined) throw new Error(`Broken invariant: no command ${id}`);
  return command;
}

/** The first key chord of a command as people read it. */
export function keysOf(id: string, app: Pick<App, 'shell'>): string | undefined {
  const [chord] = findCommand(id).keys;
  return chord === undefined ? undefined : formatChord(chord, app.shell.platform);
}

export function runCommand(id: string, app: App): void {
  const command = findCommand(id);
  if (command.isEnabled(app)) command.run(app);
}
