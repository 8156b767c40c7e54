/**
 * Records random cases anew: a mesh for each seed and family (`recorded/`, and with any field set `any/`), and what a real istiod answers.
 * Usage: ISTIOD_ORACLE=/path/to/program node conformance/istio/record.mjs
 * The program takes `-isolate -write FOLDER` and puts its answer into each case file of the folder.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';
import { regions } from './regions.mjs';
import { eastWest } from './regions-east-west.mjs';
import { inference } from './regions-inference.mjs';

const oracle = process.env['ISTIOD_ORACLE'];
if (oracle === undefined) {
  console.error('ISTIOD_ORACLE must name the program that asks istiod');
  process.exit(1);
}

const perFamily = 30;
const perAnyFamily = 16;
const { module } = await runnerImport(fileURLToPath(new URL('generate.ts', import.meta.url)));
const folder = emptied('recorded/');
const anyFolder = emptied('any/');
const regionFolder = emptied('regions/');

function emptied(name) {
  const path = fileURLToPath(new URL(name, import.meta.url));
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path);
  return path;
}

for (const family of module.families) {
  for (let seed = 1; seed <= perFamily; seed++) {
    const name = `${family}-${String(seed).padStart(3, '0')}`;
    const input = module.generateCase(10_000 + seed, family);
    // every third case has its listeners and routes whole
    if (seed % 3 === 0) Object.assign(input, { show: ['listener:*', 'route:*'] });
    writeFileSync(`${folder}${name}.json`, `${JSON.stringify({ name, about: `a random ${family} mesh`, input, output: {} })}\n`);
  }
}
for (const family of module.anyFamilies) {
  for (let seed = 1; seed <= perAnyFamily; seed++) {
    const name = `${family}-${String(seed).padStart(2, '0')}`;
    const input = { ...module.generateAnyCase(20_000 + seed, family), ...(seed % 4 === 0 ? { show: ['listener:*', 'route:*'] } : {}) };
    writeFileSync(`${anyFolder}${name}.json`, `${JSON.stringify({ name, about: module.aboutOf(input, family), input, output: {} })}\n`);
  }
}
for (const [name, about, input] of [...regions, ...inference, ...eastWest]) {
  writeFileSync(`${regionFolder}${name}.json`, `${JSON.stringify({ name, about, input, output: {} })}\n`);
}
record(folder);
record(regionFolder);
const first = record(anyFolder);
// istiod fails on some, and its answer to some hangs on the walk through a map: those teach nothing
for (let again = 0; again < 4; again++) for (const file of differing(first, record(anyFolder))) rmSync(`${anyFolder}${file}`);

function differing(before, after) {
  return [...after]
    .filter(([file, text]) => text !== before.get(file) || JSON.parse(text).output.error !== undefined)
    .map(([file]) => file);
}

/** Asks istiod and gives the files as they are then; one line each keeps the folder small. */
function record(path) {
  execFileSync(oracle, ['-isolate', '-write', path], { stdio: ['ignore', 'ignore', 'inherit'] });
  return new Map(
    readdirSync(path).map((file) => {
      const text = `${JSON.stringify(JSON.parse(readFileSync(`${path}${file}`, 'utf8')))}\n`;
      writeFileSync(`${path}${file}`, text);
      return [file, text];
    }),
  );
}
