#!/usr/bin/env node
// The command line's entry: runs the built engine; builds it first when it is not there.
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Tests name a bundle of their own. */
const folder = process.env.FILTERLOOM_BUILD ?? fileURLToPath(new URL('../build', import.meta.url));
const built = join(folder, 'cli.mjs');

/** Builds aside and renames: of two first runs at one time neither sees half of the other's files. */
async function build() {
  const { binOf, ensureInstalled, root, run } = await import('../scripts/lib.mjs');
  if (!existsSync(`${root}node_modules/vite`)) ensureInstalled(process.stderr);
  const aside = `${root}node_modules/.cache/filterloom-build-${process.pid}`;
  const result = await run(binOf('vite'), ['build', '--config', 'vite.cli.config.ts', '--outDir', aside, '--emptyOutDir'], { echo: false });
  if (result.code !== 0) {
    process.stderr.write(`The command line could not be built:\n${result.output}`);
    return false;
  }
  try {
    renameSync(aside, folder);
  } catch {
    rmSync(aside, { recursive: true, force: true }); // another run was first
  }
  return existsSync(built);
}

if (existsSync(built) || (await build())) {
  const { main } = await import(pathToFileURL(built).href);
  process.exitCode = await main(process.argv.slice(2));
} else {
  process.exitCode = 2;
}
