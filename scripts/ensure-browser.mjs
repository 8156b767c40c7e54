// Finds a Chromium that starts, or installs one, and prints its path. The ladder: CHROMIUM_PATH, Playwright's own, those on the
// machine, then `playwright install`, then Debian's package.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { binOf, root } from './lib.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const fixed = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/snap/bin/chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

async function starts(chromium, executablePath) {
  try {
    const browser = await chromium.launch({ executablePath, timeout: 20_000 });
    await browser.close();
    return true;
  } catch {
    return false; // the question is whether it starts
  }
}

function candidates(chromium) {
  const onPath = names.flatMap((name) => (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)));
  const own = [process.env.CHROMIUM_PATH, chromium.executablePath()];
  return [...own, ...onPath, ...fixed].filter((path) => path !== undefined && path !== '' && existsSync(path));
}

/** The path of a Chromium that starts, or undefined with the reason printed. */
export async function ensureBrowser() {
  const { chromium } = await import(pathToFileURL(`${root}node_modules/@playwright/test/index.mjs`).href);
  const find = async () => {
    for (const path of candidates(chromium)) if (await starts(chromium, path)) return path;
    return undefined;
  };
  const present = await find();
  if (present !== undefined) return present;
  const isRoot = process.getuid?.() === 0;
  console.log('No browser found: installing Chromium …');
  spawnSync(process.execPath, [binOf('@playwright/test', 'playwright'), 'install', 'chromium'], {
    cwd: root,
    stdio: 'inherit',
    timeout: 300_000,
  });
  const playwrights = await find();
  if (playwrights !== undefined) return playwrights;
  if (isRoot && spawnSync('apt-get', ['--version']).status === 0) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('apt-get', ['update'], { stdio: 'inherit', env });
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { stdio: 'inherit', env });
    return find();
  }
  return undefined;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const path = await ensureBrowser();
  if (path === undefined) {
    console.error('No Chromium could be found or installed. Install one and set CHROMIUM_PATH to it.');
    process.exit(1);
  }
  console.log(path);
}
