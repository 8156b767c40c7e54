/**
 * Writes `docs/host-functions.md` from the host's tables and the recorded scenarios.
 *
 *   node conformance/host-functions/write.mjs
 */
import { writeFileSync } from 'node:fs';
import { runnerImport } from 'vite';

const { module } = await runnerImport(new URL('page.ts', import.meta.url).pathname);
const { text, missing } = module.hostFunctionsPage();
for (const name of missing) console.log(`neither a scenario nor a reason: ${name}`);
writeFileSync(new URL('../../docs/host-functions.md', import.meta.url), text);
process.exitCode = missing.length > 0 ? 1 : 0;
