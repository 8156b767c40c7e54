import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { build } from 'vite';
import type { ConformanceWindow } from '../conformance/browser/page.ts';
import { serveFolders } from './static-server.ts';

/** Every third scenario: the engine is the same as in Node, the browser's WebAssembly, clock and streams are not. */
const EVERY = 3;
const root = fileURLToPath(new URL('../', import.meta.url));

test('recorded scenarios give the same in a worker of this browser', async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  const server = await serveFolders({ '/built/': folder, '/conformance/': join(root, 'conformance'), '/public/': join(root, 'public') });
  try {
    await build({
      configFile: false,
      root,
      logLevel: 'error',
      publicDir: false,
      base: '/built/',
      worker: { format: 'es' },
      build: {
        outDir: folder,
        target: 'es2023',
        rolldownOptions: { input: join(root, 'conformance/browser/page.ts'), output: { entryFileNames: 'page.js' } },
      },
    });
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Conformance</title><script type="module" src="page.js"></script>');
    const known = JSON.parse(readFileSync(join(root, 'conformance/envoy/known-failing.json'), 'utf8')) as Readonly<Record<string, string>>;
    const names = readdirSync(join(root, 'conformance/envoy/scenarios'))
      .filter((name, at) => at % EVERY === 0 && known[name.replace('.json', '')] === undefined)
      .toSorted();
    await page.goto(`${server.url}/built/index.html`);
    const verdicts = await page.evaluate((ask) => (globalThis as unknown as ConformanceWindow).runScenarios(ask), {
      descriptors: `${server.url}/public/envoy/descriptors.binpb.gz`,
      scenarios: names.map((name) => `${server.url}/conformance/envoy/scenarios/${name}`),
    });
    expect(verdicts.filter(({ differences }) => differences.length > 0)).toEqual([]);
    expect(verdicts).toHaveLength(names.length);
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
});
