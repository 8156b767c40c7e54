/**
 * Asks a real Envoy what it does with scenarios (format: docs/scenario-format.md).
 *
 *   node conformance/envoy/oracle/ask.mjs FILE|FOLDER… [--write] [--trace] [--only PART]
 *
 * Prints what was observed. `--write` records it as `expect` in the files; `--trace` tells every call between host and module;
 * `--only` takes the files whose name contains PART.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Asker, readScenario, scenarioFiles } from './asker.mjs';
import { findEnvoy } from './install.mjs';
import { pretty } from './record.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean' }, trace: { type: 'boolean' }, only: { type: 'string' } },
});
if (positionals.length === 0) {
  console.error('Give scenario files or folders of them.');
  process.exit(2);
}
const asker = new Asker(findEnvoy());
await asker.start();
const results = {};
try {
  for (const file of scenarioFiles(positionals, values.only)) {
    const scenario = readScenario(file);
    const observed = await asker.ask(file, scenario, { trace: values.trace });
    if (observed.oracleError !== undefined) {
      console.error(`${file}: ${observed.oracleError}`);
      process.exitCode = 1;
    } else if (values.write) writeFileSync(file, `${pretty({ ...scenario, expect: observed })}\n`);
    else results[scenario.name ?? file] = observed;
  }
} finally {
  await asker.stop();
}
if (!values.write) console.log(pretty(results));
