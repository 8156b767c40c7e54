/**
 * `npm run bench [-- OPTIONS] [FILTER…]`: what things take, for people; no test asserts it.
 *
 *   streams     only the streams through plugins, chains and native filters, in a process of its own as the built page runs them
 *   edits       only the `*.bench.ts`: from an edit to the chain and to the trace; further words choose files
 *   --envoy     beside each chain the CPU time of a real Envoy with one worker (Linux; installed once, some three minutes)
 *   --large     also the start of a Go module of 24 MB, built for it (needs Go, half a minute)
 *   --write     the figures of the streams into docs/benchmarks.md
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build as bundle } from 'vite';
import { chains } from './bench/chains.mjs';
import { measureEnvoy } from './bench/envoy.mjs';
import { buildLargeModule } from './bench/large-module.mjs';
import { report } from './bench/report.mjs';
import { binOf, root, run } from './lib.mjs';

const words = process.argv.slice(2);
const options = new Set(words.filter((word) => word.startsWith('--')));
const [section, ...filters] = words.filter((word) => !word.startsWith('--'));
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  if (section !== 'edits') await streams();
  if (section === undefined || section === 'edits') await edits();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function streams() {
  const large = options.has('--large') ? [buildLargeModule(folder)] : [];
  await bundle({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir: folder,
      target: 'node20',
      minify: false,
      rollupOptions: { input: 'scripts/bench/main.mjs', output: { entryFileNames: 'streams.mjs', chunkFileNames: '[name].mjs' } },
    },
  });
  const result = join(folder, 'streams.json');
  const { code } = await run('--expose-gc', [join(folder, 'streams.mjs'), result, ...large]);
  if (code !== 0) {
    process.exitCode = code;
    return;
  }
  const text = report(JSON.parse(readFileSync(result, 'utf8')), options.has('--envoy') ? await askEnvoy() : undefined);
  console.log(`\n${text}`);
  if (options.has('--write')) writeFileSync(join(root, 'docs/benchmarks.md'), documentOf(text));
}

async function askEnvoy() {
  const costs = new Map();
  for (const chain of chains) {
    costs.set(chain.name, await measureEnvoy(chain));
    console.log(`Envoy, ${chain.name}: ${costs.get(chain.name).toFixed(2)} µs`);
  }
  return costs;
}

function documentOf(text) {
  const command = ['npm run bench --', 'streams', ...options].join(' ');
  return `# Benchmarks\n\n${readFileSync(join(root, 'scripts/bench/about.md'), 'utf8').replace('COMMAND', command)}\n${text}`;
}

async function edits() {
  const file = join(folder, 'edits.json');
  const { code, output } = await run(binOf('vitest'), ['bench', '--run', '--outputJson', file, ...filters], { echo: false });
  if (code === 0) {
    for (const group of groupsOf(JSON.parse(readFileSync(file, 'utf8')))) console.log(table(group));
  } else {
    console.log(output);
    process.exitCode = code;
  }
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
