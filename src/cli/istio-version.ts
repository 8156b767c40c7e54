import { minorOf, newestMinor, oldestMinor } from '#istio/minors.ts';
import type { Arguments, OptionSpec } from './command.ts';
import { UsageError } from './command.ts';
import type { Io } from './io.ts';

const newest = `1.${newestMinor}`;

/** `--istio`, for every command that asks an istiod. */
export function istioOption(about: string): OptionSpec {
  return { type: 'string', value: 'VERSION', about: `${about}, such as 1.29 or 1.31.1 (default ${newest})` };
}

/**
 * The istiod a command asks, as `1.31` or `1.29.1`. A text that is no version is a UsageError; a version we cannot play is answered by
 * the nearest one, which is said.
 */
export function istioOf(args: Arguments, io: Io): string {
  return istioVersion(args.text('istio'), io);
}

/** The same for a version that was given, or the newest one. */
export function istioVersion(wanted: string | undefined, io: Io): string {
  const given = wanted ?? newest;
  if (!/^v?\d+\.\d+(\.\d+)?([-.][\w.-]+)?$/.test(given)) throw new UsageError(`"${given}" is not a version of Istio, such as ${newest}.`);
  const version = given.replace(/^v/, '');
  const [major, minor] = version.split('.').map(Number);
  if (major !== 1 || minor === undefined || minor < oldestMinor || minor > newestMinor) {
    const nearest = major !== undefined && major > 1 ? newest : major === 0 ? `1.${oldestMinor}` : minorOf(version).name;
    io.err(`Istio ${given} is not known here (1.${oldestMinor} to ${newest} are): ${nearest} answers.\n`);
    return nearest;
  }
  return version;
}
