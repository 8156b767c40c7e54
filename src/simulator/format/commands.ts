import type { Command } from './commands/command.ts';
import { connectionCommands } from './commands/connection.ts';
import { headerCommands } from './commands/headers.ts';
import { metadataCommands } from './commands/metadata.ts';
import { streamCommands } from './commands/stream.ts';

/** Every command of the substitution format by its name (envoy 1.40 `docs/root/configuration/observability/access_log/usage.rst`). */
export const commands: ReadonlyMap<string, Command> = new Map(
  Object.entries({ ...headerCommands, ...streamCommands, ...connectionCommands, ...metadataCommands }),
);
