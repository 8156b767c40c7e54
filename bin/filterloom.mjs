#!/usr/bin/env node
// The command line's entry: runs the built engine; builds it first when it is not there.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = new URL('../build/cli.mjs', import.meta.url);
if (!existsSync(fileURLToPath(built))) {
  const { binOf, ensureInstalled, run } = await import('../scripts/lib.mjs');
  ensureInstalled();
  const result = await run(binOf('vite'), ['build', '--config', 'vite.cli.config.ts'], { echo: false });
  if (result.code !== 0) {
    process.stderr.write(`The command line could not be built:\n${result.output}`);
    process.exit(2);
  }
}
const { main } = await import(built.href);
process.exitCode = await main(process.argv.slice(2));
