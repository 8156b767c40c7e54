/**
 * Writes the scenarios of this folder as files into `../scenarios/`; what Envoy did (`expect`) is kept where the input has not changed.
 *
 *   node conformance/envoy/host/build.mjs [--check] [--out DIR] [FILE.mjs …]
 *
 * `--check` changes nothing and fails when a file is not what its source gives.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const here = new URL('.', import.meta.url).pathname;
const args = process.argv.slice(2);
const isCheck = args.includes('--check');
const outAt = args.indexOf('--out');
const out = outAt < 0 ? join(here, '../scenarios') : args[outAt + 1];
const named = args.filter((arg, i) => arg.endsWith('.mjs') && (outAt < 0 || i !== outAt + 1)).map((file) => resolve(file));
const sources =
  named.length > 0
    ? named
    : readdirSync(here)
        .filter((file) => file.endsWith('.scenarios.mjs'))
        .map((file) => join(here, file));

let stale = 0;
let count = 0;
for (const source of sources.sort()) {
  const { scenarios } = await import(pathToFileURL(source).href);
  for (const scenario of scenarios) {
    count++;
    const file = join(out, `${scenario.name}.json`);
    const old = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
    const isSame = JSON.stringify({ ...old, expect: undefined }) === JSON.stringify(scenario);
    if (isSame) continue;
    stale++;
    if (isCheck) console.log(`${scenario.name}: the file is not what the source gives`);
    else {
      writeFileSync(file, `${JSON.stringify(scenario, null, 2)}\n`);
      console.log(`${scenario.name}: written, Envoy has to be asked again`);
    }
  }
}
console.log(`${count} scenarios, ${stale} ${isCheck ? 'stale' : 'written'}`);
process.exitCode = isCheck && stale > 0 ? 1 : 0;
