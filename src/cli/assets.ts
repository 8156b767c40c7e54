import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder: the command line runs bundled from `build/` or, in tests, from its source two folders below. */
const root = projectRoot(dirname(fileURLToPath(import.meta.url)));

/** A file that stands beside the built command line: `projectFile('public', 'envoy', …)`. */
export function projectFile(...parts: readonly string[]): string {
  return join(root, ...parts);
}

function projectRoot(from: string): string {
  if (existsSync(join(from, 'package.json'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error('Broken invariant: the command line stands in a package');
  return projectRoot(parent);
}
