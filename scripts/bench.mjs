/**
 * `npm run bench [-- FILTER…]`: every `*.bench.ts`, as one compact table: time per run, runs per second, how sure that is, and each
 * row against the first of its group. Figures are for people; no test asserts them.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binOf, run } from './lib.mjs';

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const report = join(folder, 'report.json');
try {
  const { code, output } = await run(binOf('vitest'), ['bench', '--run', '--outputJson', report, ...process.argv.slice(2)], {
    echo: false,
  });
  if (code === 0) {
    for (const group of groupsOf(JSON.parse(readFileSync(report, 'utf8')))) console.log(table(group));
  } else {
    console.log(output);
    process.exitCode = code;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function groupsOf({ files }) {
  return files.flatMap(({ groups }) =>
    groups.map(({ fullName, benchmarks }) => ({ title: fullName.replace(/^.*?> /, ''), rows: benchmarks.filter(({ mean }) => mean > 0) })),
  );
}

function table({ title, rows }) {
  const first = rows[0]?.mean ?? 1;
  const cells = rows.map(({ name, mean, hz, rme, sampleCount }) => [
    name,
    duration(mean),
    `${hz >= 100 ? Math.round(hz) : hz.toPrecision(2)}/s`,
    `±${rme.toFixed(1)} %`,
    `${sampleCount} runs`,
    `×${(mean / first).toFixed(2)}`,
  ]);
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const line = (row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ');
  return [`\n${title}`, ...cells.map((row) => `  ${line(row)}`)].join('\n');
}

/** Of milliseconds, in the unit people read. */
function duration(ms) {
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return ms >= 1 ? `${ms.toFixed(2)} ms` : `${(ms * 1000).toFixed(1)} µs`;
}
