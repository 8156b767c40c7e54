import { diffConfigurations } from '#envoy/diff/diff-listeners.ts';
import { foldDifferences, foldedText, type Difference } from '#envoy/diff/difference.ts';
import { formatRef } from '#envoy/provenance.ts';
import { minorOf } from '#istio/minors.ts';
import { landingChanges, type LandingChange } from '#istio/upgrade/landing-changes.ts';
import { upgradeNotes, type UpgradeNote } from '#istio/upgrade/upgrade-notes.ts';
import type { Arguments, Command, ExitCode } from '../command.ts';
import { choice, UsageError } from '../command.ts';
import type { CliConfiguration } from '../configuration.ts';
import { buildConfiguration, onlyListener, readEnvoyConfiguration } from '../configuration.ts';
import type { Io } from '../io.ts';
import { istioOption, istioVersion } from '../istio-version.ts';
import { readFiles, reportErrors, workspaceOf } from '../workspace.ts';

export const diff: Command = {
  name: 'diff',
  summary: 'What differs between the listeners of two proxies: dumps, envoy.yaml, or what istiod would build.',
  usage: [
    'diff before.json after.json [--listener NAME] [-o text|json]',
    'diff mesh.yaml config_dump.json [--proxy NS/WORKLOAD] [--istio 1.31]',
    'diff mesh.yaml mesh.yaml --istio 1.29 --istio 1.31 [--proxy NS/WORKLOAD]',
  ],
  options: {
    proxy: { type: 'string', value: 'NS/NAME', about: 'the workload of resources; left out, the one a dump is of' },
    istio: { ...istioOption('the istiod that builds; twice: one for each side'), multiple: true },
    listener: { type: 'string', value: 'NAME', about: 'only this listener' },
    output: { type: 'string', short: 'o', value: 'text|json', about: 'text (default) or json' },
  },
  run: async (args, io) => compare(args, io),
};

function compare(args: Arguments, io: Io): ExitCode {
  const format = choice(args, 'output', ['text', 'json']);
  const [first, second, ...others] = args.positionals;
  if (first === undefined || second === undefined || others.length > 0) throw new UsageError('Give two files: what was, and what is.');
  const [before, after] = bothSides([first, second], args, io);
  const differences = diffConfigurations(before, after);
  const { landings, notes } = upgradeOf(before, after);
  if (format === 'json') {
    io.out(`${JSON.stringify({ before: before.title, after: after.title, differences, landings, notes }, undefined, 2)}\n`);
  } else {
    io.out(
      `- ${before.title}\n+ ${after.title}\n\n${foldDifferences(differences)
        .map((item) => foldedText(item))
        .join('')}${landings.map(landingText).join('')}${notes.map(noteText).join('')}`,
    );
    io.err(`${summary(differences)}\n`);
  }
  return differences.length + landings.length > 0 ? 1 : 0;
}

interface Upgrade {
  readonly landings: readonly LandingChange[];
  readonly notes: readonly UpgradeNote[];
}

/** What two istiods make of resources beside the listeners; nothing where a side is a saved configuration. */
function upgradeOf(before: CliConfiguration, after: CliConfiguration): Upgrade {
  if (before.built === undefined || after.built === undefined) return { landings: [], notes: [] };
  return {
    landings: landingChanges(before.landings ?? [], after.landings ?? []),
    notes: upgradeNotes(after.built.resources, minorOf(before.built.istio).minor, minorOf(after.built.istio).minor),
  };
}

function landingText({ resource, patch, now, because }: LandingChange): string {
  const what = `${formatRef(resource)}${patch === undefined ? '' : ` patch ${patch + 1}`}`;
  return `${what} ${now === 'lands' ? 'lands' : 'lands no longer'}: ${because}\n`;
}

function noteText({ since, text, advice, resources }: UpgradeNote): string {
  return `since ${since}: ${text} ${advice}\n    ${resources.map(formatRef).join(', ')}\n`;
}

/** Dumps are read first: a dump says of which workload the resources on the other side are meant. */
function bothSides(paths: readonly [string, string], args: Arguments, io: Io): readonly [CliConfiguration, CliConfiguration] {
  const versions = args.list('istio');
  const texts = paths.map((path) => readFiles([path]));
  const own = texts.map((files) => (files.length === 1 && files[0] !== undefined ? readEnvoyConfiguration(files[0], io) : undefined));
  const like = own.find((side) => side?.node !== undefined)?.node;
  const built = (at: 0 | 1): CliConfiguration => {
    const saved = own[at];
    if (saved !== undefined) return saved;
    const workspace = workspaceOf(texts[at] ?? []);
    reportErrors(workspace, io);
    return buildConfiguration(workspace, { proxy: args.text('proxy'), istio: istioVersion(versions[at] ?? versions[0], io), like });
  };
  const [before, after] = [built(0), built(1)];
  const wanted = args.text('listener');
  const has = (side: CliConfiguration): boolean => side.listeners.some(({ name }) => name === wanted);
  const cut = (side: CliConfiguration): CliConfiguration =>
    wanted === undefined
      ? side
      : { ...(has(before) || has(after) ? listenersNamed(side, wanted) : onlyListener(side, wanted)), routes: [] };
  return [cut(before), cut(after)];
}

/** A listener that one side does not have is a difference too. */
function listenersNamed(side: CliConfiguration, wanted: string): CliConfiguration {
  return { ...side, listeners: side.listeners.filter(({ name }) => name === wanted) };
}

function summary(differences: readonly Difference[]): string {
  if (differences.length === 0) return 'No difference';
  const counts = (['added', 'removed', 'moved', 'changed'] as const).map((kind) => {
    const count = differences.filter((item) => item.kind === kind).length;
    return count === 0 ? undefined : `${count} ${kind}`;
  });
  return counts.filter((text) => text !== undefined).join(', ');
}
