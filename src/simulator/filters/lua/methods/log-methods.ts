import type { Method } from '../objects.ts';
import type { StreamRun } from '../stream-run.ts';

const names = ['logTrace', 'logDebug', 'logInfo', 'logWarn', 'logErr', 'logCritical'] as const;

/** Every object of the host can log. */
export const logMethods: Readonly<Record<string, Method<unknown, StreamRun>>> = Object.fromEntries(
  names.map((name, level) => [
    name,
    (_target: unknown, args, run): [] => {
      run.log(level, args.string(2));
      return [];
    },
  ]),
);
