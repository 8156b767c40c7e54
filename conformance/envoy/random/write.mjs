/**
 * Writes scenarios made by chance, to find where the simulator and Envoy differ:
 *
 *   node conformance/envoy/random/write.mjs KIND FOLDER [--seed N] [--count N]
 *   node conformance/envoy/oracle/ask.mjs FOLDER --write
 *   node bin/filterloom.mjs test FOLDER
 *
 * KIND: routes (route configurations and requests) or guests (chains of probe plugins). A difference is mended, and what it showed becomes a scenario of its own.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Chance } from './chance.mjs';
import { guestScenario } from './guests.mjs';
import { routeScenario } from './routes.mjs';

const kinds = { routes: routeScenario, guests: guestScenario };
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string', default: '1' }, count: { type: 'string', default: '50' } },
});
const [kind, folder] = positionals;
const make = kinds[kind];
if (make === undefined || folder === undefined) {
  console.error(`Give a kind (${Object.keys(kinds).join(', ')}) and a folder.`);
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
for (let i = 0; i < Number(values.count); i++) {
  const seed = Number(values.seed) + i;
  const name = `random-${kind}-${seed}`;
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(make(new Chance(seed), name), null, 2)}\n`);
}
