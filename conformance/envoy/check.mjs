/**
 * Asks a real Envoy again about every recorded scenario and compares with what was recorded.
 *
 *   npm run conformance:envoy [-- --only PART] [-- --every N]
 *
 * `--every N` asks about every Nth scenario only: a sample, for runs that must be short.
 * A scenario that differs is asked once more in a process of its own, as a busy machine changes what arrives together. Then come the
 * exported bootstraps (`bootstraps.mjs`; left out with `--only`). Ends with `N passed, N failed`; where no Envoy can be installed it says
 * why and checks nothing.
 */
import path from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { checkBootstraps } from './bootstraps.mjs';
import { Asker, compared, differences, readScenario, scenarioFiles } from './oracle/asker.mjs';
import { findEnvoy } from './oracle/install.mjs';
import { ENVOY_VERSION } from './oracle/util.mjs';

const { values } = parseArgs({ options: { only: { type: 'string' }, every: { type: 'string', default: '1' } } });
const folder = new URL('scenarios/', import.meta.url).pathname;
let passed = 0;
let failed = 0;

const binary = envoyOrReason();
if (binary !== undefined) await checkAll(binary);
if (binary !== undefined && values.only === undefined) await checkExports(binary);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

function envoyOrReason() {
  try {
    return findEnvoy();
  } catch (error) {
    console.log(`No Envoy ${ENVOY_VERSION} to ask: ${error.message}. Nothing was checked.`);
    return undefined;
  }
}

async function checkAll(envoy) {
  const step = Math.max(1, Number.parseInt(values.every, 10) || 1);
  const files = scenarioFiles([folder], values.only).filter((_, i) => i % step === 0);
  const asker = new Asker(envoy);
  await asker.start();
  const began = Date.now();
  const seconds = () => `${Math.round((Date.now() - began) / 1000)} s`;
  try {
    for (const [i, file] of files.entries()) {
      if (i > 0 && i % 100 === 0) console.log(`${i} of ${files.length}, ${seconds()}`);
      await checkOne(asker, file);
    }
  } finally {
    await asker.stop();
  }
  console.log(`${files.length} scenarios in ${seconds()}`);
}

/** Bootstraps as the command line exports them: valid, and with the answers that were recorded. */
async function checkExports(envoy) {
  const sum = await checkBootstraps(envoy);
  console.log(`${sum.passed + sum.failed} checks of exported bootstraps`);
  passed += sum.passed;
  failed += sum.failed;
}

async function checkOne(asker, file) {
  const scenario = readScenario(file);
  const ask = async (how) => compared(await asker.ask(file, scenario, how), scenario.informative);
  const expected = compared(scenario.expect ?? {}, scenario.informative);
  let observed = await ask();
  if (!isDeepStrictEqual(observed, expected)) observed = await ask({ alone: true });
  if (isDeepStrictEqual(observed, expected)) {
    passed++;
    return;
  }
  failed++;
  console.log(`differs: ${path.basename(file, '.json')}`);
  const places = observed.oracleError === undefined ? differences(expected, observed) : [observed.oracleError];
  for (const place of places.slice(0, 6)) console.log(`    ${place}`);
}
