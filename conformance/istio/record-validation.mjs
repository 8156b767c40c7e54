/**
 * Records anew what a real istiod's schema, webhook and analyzers say about random objects (`validation/`).
 * Usage: ISTIOD_ORACLE=/path/to/program node conformance/istio/record-validation.mjs
 * Of maps Go reports in any order: what is not the same in five runs teaches nothing and is left out.
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
const { module } = await runnerImport(fileURLToPath(new URL('generate.ts', import.meta.url)));
const folder = fileURLToPath(new URL('validation/', import.meta.url));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);

for (let seed = 1; seed <= 60; seed++) write(`invalid-${seed}`, 'values that are not allowed', module.generateInvalidCase(30_000 + seed));
for (const family of module.anyFamilies)
  for (let seed = 1; seed <= 5; seed++)
    write(`analysis-${family}-${seed}`, `what istioctl says about a ${family} mesh`, module.generateAnalysisCase(40_000 + seed, family));

function write(name, about, input) {
  writeFileSync(`${folder}${name}.json`, `${JSON.stringify({ name, about, input, output: {} })}\n`);
}

const first = record();
for (let again = 0; again < 4; again++)
  for (const [file, text] of record()) {
    const { analysis = [] } = JSON.parse(text).output;
    if (text !== first.get(file) || analysis.some(({ code }) => code === 'read')) rmSync(`${folder}${file}`, { force: true });
  }

function record() {
  execFileSync(oracle, ['-write', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  return new Map(
    readdirSync(folder).map((file) => {
      const text = `${JSON.stringify(JSON.parse(readFileSync(`${folder}${file}`, 'utf8')))}\n`;
      writeFileSync(`${folder}${file}`, text);
      return [file, text];
    }),
  );
}
