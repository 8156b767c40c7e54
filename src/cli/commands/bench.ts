import { basename, dirname } from 'node:path';
import { readScenario } from '#simulator/scenario/read-scenario.ts';
import type { Measurement } from '../bench/measure.ts';
import { measure } from '../bench/measure.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../command.ts';
import { readText } from '../files.ts';
import { withHelp } from '../module-file.ts';
import { ModuleStore } from '../modules.ts';

const defaultRequests = '2000';

export const bench: Command = {
  name: 'bench',
  summary: 'Streams per second and microseconds per stream of a test case, per filter.',
  usage: ['bench FILE [--requests N] [--json]'],
  options: {
    requests: { type: 'string', value: 'N', about: `how many requests to measure (default ${defaultRequests})` },
    json: { type: 'boolean', about: 'the figures as one line of JSON' },
  },
  run: async (args, io) => {
    const [file, ...others] = args.positionals;
    if (file === undefined || others.length > 0) throw new UsageError('Give one test case file.');
    const count = Number(args.text('requests') ?? defaultRequests);
    if (!Number.isInteger(count) || count < 1 || count > 1e7) throw new UsageError('--requests takes a number from 1 to 10000000.');
    const scenario = readScenario(readText(file).text);
    if (!scenario.ok) {
      io.err(withHelp(`${file}: ${scenario.error.message}`, scenario.error.help));
      return 1;
    }
    const measured = await measure(scenario.value, await new ModuleStore().forScenario(scenario.value, dirname(file)), count);
    if (!measured.ok) {
      io.err(`${file}: ${measured.error.message}\n`);
      return 1;
    }
    const name = scenario.value.name === '' ? basename(file, '.json') : scenario.value.name;
    io.out(args.flag('json') ? `${JSON.stringify({ file, name, ...measured.value })}\n` : table(name, measured.value));
    return 0;
  },
};

function table(name: string, { requests, streamsPerSecond, microsecondsPerStream, filters, rest }: Measurement): string {
  const width = Math.max(...filters.map((filter) => filter.name.length), 'the proxy itself'.length);
  const line = (label: string, calls: string, us: string, share: string): string =>
    `  ${label.padEnd(width)}  ${calls.padStart(7)}  ${us.padStart(10)}  ${share.padStart(7)}\n`;
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const rows = filters.map((filter) =>
    line(filter.name, String(filter.calls), filter.microsecondsPerStream.toFixed(2), percent(filter.share)),
  );
  return [
    `${name}: ${requests} requests, ${streamsPerSecond} streams/s, ${microsecondsPerStream.toFixed(2)} µs per stream\n`,
    line('filter', 'calls', 'µs/stream', 'share'),
    ...rows,
    line('the proxy itself', '', rest.microsecondsPerStream.toFixed(2), percent(rest.share)),
  ].join('');
}
