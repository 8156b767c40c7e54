/**
 * Records random cases anew: a mesh for each seed and family, and what a real istiod answers.
 * Usage: ISTIOD_ORACLE=/path/to/program node conformance/istio/record.mjs
 * The program takes `-isolate -write FOLDER` and puts its answer into each case file of the folder.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const oracle = process.env['ISTIOD_ORACLE'];
if (oracle === undefined) {
  console.error('ISTIOD_ORACLE must name the program that asks istiod');
  process.exit(1);
}

const perFamily = 30;
const folder = fileURLToPath(new URL('recorded/', import.meta.url));
const { module } = await runnerImport(fileURLToPath(new URL('generate.ts', import.meta.url)));

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
for (const family of module.families) {
  for (let seed = 1; seed <= perFamily; seed++) {
    const name = `${family}-${String(seed).padStart(3, '0')}`;
    const input = module.generateCase(10_000 + seed, family);
    // every third case has its listeners and routes whole
    if (seed % 3 === 0) Object.assign(input, { show: ['listener:*', 'route:*'] });
    writeFileSync(`${folder}${name}.json`, `${JSON.stringify({ name, about: `a random ${family} mesh`, input, output: {} })}\n`);
  }
}
execFileSync(oracle, ['-isolate', '-write', folder], { stdio: ['ignore', 'ignore', 'inherit'] });

// one line each keeps the folder small
for (const file of readdirSync(folder)) {
  const value = JSON.parse(readFileSync(`${folder}${file}`, 'utf8'));
  writeFileSync(`${folder}${file}`, `${JSON.stringify(value)}\n`);
}
