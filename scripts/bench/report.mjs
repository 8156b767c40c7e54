/** The figures as tables in Markdown, which are read as well on a terminal. */
import { cpus } from 'node:os';

export function report({ guests, rows, hostCalls, inFlight, starts }, envoy) {
  const base = of(rows, 'no filter');
  const bare = envoy?.get('no filter');
  const parts = [
    `Measured with Node ${process.versions.node} on ${cpus().length} cores. Every figure is the least of many batches of CPU time, all threads counted.`,
  ];
  for (const group of new Set(rows.map((row) => row.group))) {
    const list = rows.filter((row) => row.group === group);
    parts.push(
      `## ${group}`,
      table(
        streamColumns(envoy !== undefined),
        list.map((row) => streamCells(row, { base, bare, envoy })),
      ),
    );
  }
  parts.push(
    '## The host’s share of a further filter',
    table(
      shareColumns,
      Object.entries(guests).map(([language, alone]) => shareCells(rows, language, alone)),
    ),
  );
  parts.push(
    '## Host calls',
    table(
      ['host call', 'ns'],
      hostCalls.map(({ name, ns }) => [name, ns.toFixed(0)]),
    ),
  );
  parts.push(
    '## Start',
    table(['module', 'KiB', 'compile ms', 'start ms', 'first stream ms', 'ready for its first request ms'], starts.map(startCells)),
  );
  parts.push(
    '## Streams in flight',
    table(
      ['chain', 'streams', 'MB', 'KB per stream'],
      inFlight.map(({ chain, count, bytes }) => [chain, String(count), (bytes / 1e6).toFixed(1), (bytes / 1e3 / count).toFixed(1)]),
    ),
  );
  return `${parts.join('\n\n')}\n`;
}

function of(rows, name) {
  return rows.find((row) => row.name === name)?.us ?? 0;
}

function streamColumns(withEnvoy) {
  const own = ['chain', 'µs per stream', 'with trace', 'times', 'trace read'];
  return withEnvoy ? [...own, 'Envoy µs', 'Envoy / ours', 'filters alone: Envoy / ours'] : own;
}

function streamCells({ name, us, noted, read }, { base, bare, envoy }) {
  const own = [name, us.toFixed(2), noted.toFixed(2), (noted / us).toFixed(1), read.toFixed(2)];
  if (envoy === undefined) return own;
  const theirs = envoy.get(name);
  if (theirs === undefined) return [...own, '–', '–', '–'];
  const filters = us > base ? ((theirs - bare) / (us - base)).toFixed(1) : '–';
  return [...own, theirs.toFixed(1), (theirs / us).toFixed(1), name === 'no filter' ? '–' : filters];
}

const shareColumns = ['language', 'guest alone µs', 'first filter µs', 'further filter µs (from ×10)', 'of that the host µs'];

function shareCells(rows, language, alone) {
  const first = of(rows, `${language} ×1`) - of(rows, 'no filter');
  const further = (of(rows, `${language} ×10`) - of(rows, `${language} ×1`)) / 9;
  return [language, alone.toFixed(2), first.toFixed(2), further.toFixed(2), (further - alone).toFixed(2)];
}

function startCells({ name, bytes, compile, start, first }) {
  return [name, String(Math.round(bytes / 1024)), compile.toFixed(1), start.toFixed(1), first.toFixed(1), (compile + start).toFixed(1)];
}

function table(columns, rows) {
  const widths = columns.map((column, i) => Math.max(column.length, ...rows.map((row) => row[i].length)));
  const line = (cells) => `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(columns), rule, ...rows.map(line)].join('\n');
}
