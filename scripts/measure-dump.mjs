/**
 * `node scripts/measure-dump.mjs [MEGABYTES]`: drops a generated config_dump (50 MB unless told) on the built page and says how long it
 * took until it was drawn and the longest time for which the page could do nothing else. Figures are for people; nothing is asserted.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { preview } from 'vite';
import { ensureBrowser } from './ensure-browser.mjs';
import { build, root } from './lib.mjs';

const megabytes = Number(process.argv[2] ?? 50);
const folder = mkdtempSync(join(tmpdir(), 'dump-'));

/** Real listeners, clusters and routes, again and again under other names. */
function writeDump(file) {
  const text = readFileSync(join(root, 'conformance/config-dumps/sidecar-1.18.2-full.json'), 'utf8');
  const { configs } = JSON.parse(text);
  const times = Math.ceil((megabytes * 1e6) / text.length);
  const all = Array.from({ length: times }, (_, i) => JSON.parse(JSON.stringify(configs).replaceAll('"0.0.0.0_', `"${i}.0.0.0_`))).flat();
  writeFileSync(file, JSON.stringify({ configs: all }));
}

async function measure(page, url, file) {
  await page.addInitScript(() => {
    globalThis.longTasks = [];
    const observer = new PerformanceObserver((list) => globalThis.longTasks.push(...list.getEntries().map((entry) => entry.duration)));
    observer.observe({ entryTypes: ['longtask'] });
  });
  await page.goto(url);
  await page.locator('.react-flow [data-chain-row]').first().waitFor();
  await page.waitForTimeout(2500); // what the first screen still loads is not the dump's
  await page.evaluate(() => (globalThis.longTasks.length = 0));
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: /^Add files/ }).click()]);
  const began = performance.now();
  await chooser.setFiles(file);
  await page.getByText('What was found').waitFor({ timeout: 300_000 });
  const seconds = (performance.now() - began) / 1000;
  await page.waitForTimeout(2000);
  const tasks = await page.evaluate(() => globalThis.longTasks);
  return { seconds, longest: Math.round(Math.max(0, ...tasks)), count: tasks.length };
}

let server;
let browser;
try {
  const built = await build();
  if (built.code !== 0) throw new Error('the page could not be built');
  const executablePath = await ensureBrowser();
  if (executablePath === undefined) throw new Error('no Chromium could be found or installed');
  server = await preview({ root, preview: { host: '127.0.0.1', port: 0 } });
  browser = await chromium.launch({ executablePath });
  const page = await browser.newPage();
  const file = join(folder, 'config_dump.json');
  writeDump(file);
  const { seconds, longest, count } = await measure(page, server.resolvedUrls?.local[0] ?? '', file);
  console.log(
    `config_dump of ${megabytes} MB: drawn after ${seconds.toFixed(1)} s; longest task of the page ${longest} ms (${count} over 50 ms)`,
  );
} catch (error) {
  console.log(`Not measured: ${error.message}`);
  process.exitCode = 1;
} finally {
  await browser?.close();
  server?.httpServer.close();
  rmSync(folder, { recursive: true, force: true });
}
